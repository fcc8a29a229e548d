import type { JobSnapshot } from '../../../client/index.ts'
import { PAGE_MAX } from '../../../platform/limits.ts'
import { finalStatuses, type JobStatus } from '../../../shared/job-status.ts'
import { api } from '../../api/client.ts'
import { nextCursor, request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { ACTIVE_JOBS_MS, RECENT_JOBS, RECENT_JOBS_READ, SIDING_JOBS } from '../../limits.ts'

const movingStatuses: JobStatus[] = ['queued', 'preparing', 'training', 'validating']

/**
 * All jobs that hold a slot or wait for one, newest first. There are at most 100 of each, and so many go on one page.
 * Paused jobs do neither, and of them there may be any number.
 */
export const useMovingJobs = (): Resource<JobSnapshot[]> =>
  useResource(
    'jobs/overview/moving',
    (options) => request(() => api.jobs.$get({ query: { status: movingStatuses, limit: String(PAGE_MAX) } }), options),
    { everyMs: ACTIVE_JOBS_MS },
  )

/** The newest paused jobs, and whether there are more. */
export type PausedJobs = { jobs: JobSnapshot[]; isCut: boolean }

export const usePausedJobs = (): Resource<PausedJobs> =>
  useResource(
    'jobs/overview/paused',
    async (options) => {
      const query = { status: 'paused', limit: String(SIDING_JOBS) } as const
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

/** How many there are of what, and how many jobs may run at a time. */
export const useStatus = () => useResource('status', (options) => request(() => api.status.$get(), options))

export type SystemStatus = NonNullable<ReturnType<typeof useStatus>['data']>

/** Moving jobs by where they stand: on a track, the oldest first, or in the queue, by their places. */
export function lanesOf(jobs: readonly JobSnapshot[]): { running: JobSnapshot[]; waiting: JobSnapshot[] } {
  const place = ({ queue_position }: JobSnapshot) => queue_position ?? 0
  return {
    running: jobs.filter(({ queue_position }) => queue_position === null).toReversed(),
    waiting: jobs.filter(({ queue_position }) => queue_position !== null).sort((a, b) => place(a) - place(b)),
  }
}
