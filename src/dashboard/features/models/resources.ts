import type { JobSnapshot, ModelVersion } from '../../../client/index.ts'
import type { ModelType } from '../../../shared/model-types.ts'
import { api } from '../../api/client.ts'
import { nextCursor, request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { type FilePages, useFiles } from '../../domain/files/use-files.ts'
import { VERSIONS_PAGE } from '../../platform/limits.ts'

export type VersionPage = { versions: ModelVersion[]; next: string | null }

/** A page of a type's inactive versions, newest first. */
export function useVersions(type: ModelType, cursor: string | null): Resource<VersionPage> {
  return useResource(`models?model_type=${type}&cursor=${cursor ?? ''}`, async (options) => {
    const query = {
      model_type: type,
      active: 'false',
      limit: String(VERSIONS_PAGE),
      ...(cursor === null ? {} : { cursor }),
    } as const
    const answer = await request(() => api.models.$get({ query }), options)
    if (!answer.ok) return answer
    return { ...answer, data: { versions: answer.data, next: nextCursor(answer.headers) } }
  })
}

/** A version by its id; `null`: it does not exist (any more). */
export const useVersion = (id: string | null): Resource<{ version: ModelVersion | null }> =>
  useResource<{ version: ModelVersion | null }>(`models/version/${id ?? ''}`, async (options) => {
    const none = { ok: true, data: { version: null }, headers: new Headers() } as const
    if (id === null) return none
    const param = { id: encodeURIComponent(id) }
    const answer = await request(() => api.models[':id'].$get({ param }), options)
    if (answer.ok) return { ...answer, data: { version: answer.data } }
    return answer.refusal.status === 404 ? none : answer
  })

/** The files of a version, so many pages of them. They never change. */
export const useVersionFiles = (id: string, pages: number): Resource<FilePages> =>
  useFiles(
    `models/files/${id}`,
    (query, options) =>
      request(() => api.models[':id'].files.$get({ param: { id: encodeURIComponent(id) }, query }), options),
    pages,
    { everyMs: Infinity },
  )

/** The job of a version; `deleted`: it no longer exists. */
export type Origin = { deleted: false; name: string; summary: JobSnapshot['summary'] } | { deleted: true }

/** The job of a version. It has ended, so its name and metrics are final. */
export function useOrigin(jobId: string): Resource<Origin> {
  return useResource<Origin>(
    // Under the prefix of jobs: it changes when the job is deleted, not with versions.
    `jobs/origin/${jobId}`,
    async (options) => {
      const answer = await request(() => api.jobs[':id'].$get({ param: { id: jobId } }), options)
      if (answer.ok)
        return { ...answer, data: { deleted: false, name: answer.data.name, summary: answer.data.summary } }
      if (answer.refusal.status === 404) return { ok: true, data: { deleted: true }, headers: new Headers() }
      return answer
    },
    { everyMs: Infinity },
  )
}
