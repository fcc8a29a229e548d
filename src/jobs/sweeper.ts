import { SWEEP_JOBS_MAX } from '../limits.ts'
import { log } from '../log.ts'
import { jobIndex } from './job-index.ts'
import type { TrainingJob } from './training-job.ts'

/**
 * Wakes the jobs that promised to have woken and did not: those whose creator died before starting them, whose alarm
 * was lost, or whose news D1 could not take. Normally reads nothing.
 */
export async function sweep(
  db: D1Database,
  objects: DurableObjectNamespace<TrainingJob>,
  nowMs: number,
): Promise<void> {
  const index = jobIndex(db)
  const ids = await index.overdue(nowMs, SWEEP_JOBS_MAX)
  await Promise.all(
    ids.map(async (id) => {
      try {
        await objects.getByName(id).wake(id)
        log('info', 'job_swept', { job_id: id })
      } catch (error) {
        log('error', 'job_not_woken', { job_id: id, error: String(error) })
        await index.postpone(id, nowMs)
      }
    }),
  )
}
