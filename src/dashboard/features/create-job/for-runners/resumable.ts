import type { JobSnapshot } from '../../../../client/index.ts'
import { PAGE_MAX } from '../../../../platform/limits.ts'
import { isWithin } from '../../../../shared/artifact-path.ts'
import { api } from '../../../api/client.ts'
import { type RequestOptions, request } from '../../../api/request.ts'
import { type Resource, useResource } from '../../../api/resource.ts'
import { RESUMABLE_JOBS_OFFERED } from '../../../platform/limits.ts'
import { type SavedCheckpoint, savedIn } from './saved.ts'

/** A job from which another can start. */
export type ResumableJob = Pick<JobSnapshot, 'id' | 'name' | 'status' | 'created_at' | 'model_type'>

/** The newest jobs that runners have begun to train, found by a text; all of them by an empty one. */
export const useResumableJobs = (q: string): Resource<ResumableJob[]> =>
  useResource(
    `jobs/resumable?${q}`,
    async (options) => {
      const limit = String(PAGE_MAX)
      const answer = await request(() => api.jobs.$get({ query: q === '' ? { limit } : { limit, q } }), options)
      if (!answer.ok) return answer
      const begun = answer.data.filter(({ trainer, attempt }) => trainer === 'runner' && attempt !== null)
      const data = begun.slice(0, RESUMABLE_JOBS_OFFERED).map(({ id, name, status, created_at, model_type }) => {
        return { id, name, status, created_at, model_type }
      })
      return { ...answer, data }
    },
    { everyMs: Infinity },
  )

/** The checkpoints of a job that are still there, the newest first. */
export const useCheckpoints = (jobId: string): Resource<SavedCheckpoint[]> =>
  useResource(`jobs/${jobId}/checkpoints`, async (options) => {
    const param = { id: encodeURIComponent(jobId) }
    const query = { limit: String(PAGE_MAX) }
    const answer = await request(() => api.jobs[':id'].attempts.$get({ param, query }), options)
    if (!answer.ok) return answer
    const saved = savedIn(answer.data)
    const kept = await Promise.all(saved.map(({ path }) => isThere(jobId, path, options)))
    return { ...answer, data: saved.filter((_, at) => kept[at]) }
  })

/** Whether a checkpoint's files are there: those of older ones are dropped. Where that is not known, the service decides. */
async function isThere(jobId: string, path: string, options: RequestOptions): Promise<boolean> {
  const ask = () =>
    api.jobs[':id'].artifacts.$get({ param: { id: encodeURIComponent(jobId) }, query: { prefix: path } })
  const answer = await request(ask, options)
  return !answer.ok || answer.data.some((file) => isWithin(file.path, path))
}
