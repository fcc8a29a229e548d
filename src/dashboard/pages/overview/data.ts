import type { JobSnapshot } from '../../../client.ts'
import { finalStatuses, jobStatuses } from '../../../jobs/status.ts'
import { api } from '../../api/client.ts'
import { request } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/resource.ts'
import { ACTIVE_JOBS_MAX, ACTIVE_JOBS_MS, RECENT_JOBS, RECENT_JOBS_READ } from '../../limits.ts'

const activeStatuses = jobStatuses.filter((status) => !(finalStatuses as readonly string[]).includes(status))

/** Jobs that are not over, newest first: those that run, those that wait, and those that are paused. */
export const useActiveJobs = (): Resource<JobSnapshot[]> =>
  useResource(
    'jobs/overview/active',
    (options) =>
      request(() => api.jobs.$get({ query: { status: activeStatuses, limit: String(ACTIVE_JOBS_MAX) } }), options),
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

export type Lanes = { running: JobSnapshot[]; waiting: JobSnapshot[]; paused: JobSnapshot[] }

/** Active jobs by where they stand: on a track, in the queue, or aside. */
export function lanesOf(jobs: readonly JobSnapshot[]): Lanes {
  const waiting = jobs.filter(({ queue_position }) => queue_position !== null)
  return {
    running: jobs.filter(({ status, queue_position }) => status !== 'paused' && queue_position === null).toReversed(),
    waiting: waiting.sort((a, b) => (a.queue_position ?? 0) - (b.queue_position ?? 0)),
    paused: jobs.filter(({ status }) => status === 'paused'),
  }
}
