import type { JobSnapshot } from '../../../client/index.ts'
import { finalStatuses } from '../../../shared/job-status.ts'
import { api } from '../../api/client.ts'
import { nextCursor, request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { ACTIVE_JOBS_MS, QUEUE_PANEL_JOBS, RECENT_JOBS, RECENT_JOBS_READ } from '../../platform/limits.ts'

/** The newest paused jobs, and whether there are more. */
export type PausedJobs = { jobs: JobSnapshot[]; isCut: boolean }

export const usePausedJobs = (): Resource<PausedJobs> =>
  useResource(
    'jobs/overview/paused',
    async (options) => {
      const query = { status: 'paused', limit: String(QUEUE_PANEL_JOBS) } as const
      const answer = await request(() => api.jobs.$get({ query }), options)
      if (!answer.ok) return answer
      return { ...answer, data: { jobs: answer.data, isCut: nextCursor(answer.headers) !== null } }
    },
    { everyMs: ACTIVE_JOBS_MS },
  )

/** The jobs that ended last, out of those that were created last: the API knows no other order. */
export const useRecentJobs = (): Resource<JobSnapshot[]> =>
  useResource('jobs/overview/recent', async (options) => {
    const query = { status: [...finalStatuses], limit: String(RECENT_JOBS_READ) }
    const answer = await request(() => api.jobs.$get({ query }), options)
    return answer.ok ? { ...answer, data: answer.data.sort(byEnd).slice(0, RECENT_JOBS) } : answer
  })

const byEnd = (a: JobSnapshot, b: JobSnapshot) => Date.parse(b.completed_at ?? '') - Date.parse(a.completed_at ?? '')
