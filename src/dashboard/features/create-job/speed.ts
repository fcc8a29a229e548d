import type { JobSnapshot } from '../../../client/index.ts'
import { PAGE_MAX } from '../../../platform/limits.ts'
import type { JobStatus } from '../../../shared/job-status.ts'
import { api } from '../../api/client.ts'
import { type Answer, type RequestOptions, request } from '../../api/request.ts'
import { useResource } from '../../api/resource.ts'
import { SPEED_JOBS_READ } from '../../platform/limits.ts'

/** How fast a job was trained, excluding pauses. */
export type Speed = { name: string; epochMs: number; stepsPerEpoch: number }

/** The speed of a simulated job that has completed lately; `null`: there is none, `undefined`: not known yet. */
export function useSpeed(): Speed | null | undefined {
  const { data } = useResource('jobs/create/speed', readSpeed)
  return data === null ? undefined : data.speed
}

async function readSpeed(options: RequestOptions): Promise<Answer<{ speed: Speed | null }>> {
  const newest = await request(
    () => api.jobs.$get({ query: { status: 'completed', limit: String(SPEED_JOBS_READ) } }),
    options,
  )
  if (!newest.ok) return newest
  const job = newest.data.find(({ trainer }) => trainer === 'simulated')
  if (job === undefined) return { ...newest, data: { speed: null } }
  const query = { limit: String(PAGE_MAX) }
  const events = await request(() => api.jobs[':id'].events.$get({ param: { id: job.id }, query }), options)
  return events.ok ? { ...events, data: { speed: speedOf(job, events.data) } } : events
}

type Happened = { at: string; from_status: JobStatus | null; to_status: JobStatus; step: number }

/** From the log of a completed job; `null` if the log is cut before the end, after a hundred pauses. */
export function speedOf(job: Pick<JobSnapshot, 'name' | 'total_epochs'>, events: readonly Happened[]): Speed | null {
  const end = events.find(({ to_status }) => to_status === 'validating')
  if (end === undefined) return null
  let trainedMs = 0
  let beforeMs = 0
  for (const { at, from_status } of events) {
    const atMs = Date.parse(at)
    if (from_status === 'training') trainedMs += atMs - beforeMs
    beforeMs = atMs
  }
  const { name, total_epochs: epochs } = job
  return trainedMs > 0 ? { name, epochMs: trainedMs / epochs, stepsPerEpoch: end.step / epochs } : null
}
