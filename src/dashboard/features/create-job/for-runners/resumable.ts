import type { JobSnapshot } from '../../../../client/index.ts'
import { PAGE_MAX } from '../../../../platform/limits.ts'
import { api } from '../../../api/client.ts'
import { request } from '../../../api/request.ts'
import { type Resource, useResource } from '../../../api/resource.ts'
import { RESUMABLE_JOBS_OFFERED } from '../../../platform/limits.ts'

/** A job from which another can start. */
export type ResumableJob = Pick<JobSnapshot, 'id' | 'name' | 'status' | 'created_at' | 'model_type'>

/** The newest jobs that runners have begun to train, found by a text; all of them by an empty one. */
export const useResumableJobs = (q: string): Resource<ResumableJob[]> =>
  useResource(
    `jobs/resumable?${q}`,
    async (options) => {
      const query = { trainer: 'runner' as const, limit: String(PAGE_MAX), ...(q === '' ? {} : { q }) }
      const answer = await request(() => api.jobs.$get({ query }), options)
      if (!answer.ok) return answer
      const begun = answer.data.filter(({ attempt }) => attempt !== null)
      const data = begun.slice(0, RESUMABLE_JOBS_OFFERED).map(({ id, name, status, created_at, model_type }) => {
        return { id, name, status, created_at, model_type }
      })
      return { ...answer, data }
    },
    { everyMs: Infinity },
  )
