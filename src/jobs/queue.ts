import { log } from '../log.ts'
import { jobIndex } from './job-index.ts'
import type { TrainingJob } from './training-job.ts'

/**
 * Gives free slots to the jobs that have waited longest, and starts them. Called wherever a slot may have become free; if
 * that is missed, the sweeper does it within a minute. A job that cannot be started keeps its slot and is found by its
 * promised wake-up.
 */
export async function startWaiting(
  db: D1Database,
  objects: DurableObjectNamespace<TrainingJob>,
  slots: number,
  nowMs: number,
): Promise<void> {
  const index = jobIndex(db)
  for (let started = 0; started < slots; started++) {
    const id = await index.giveSlot(slots, nowMs)
    if (id === null) return
    try {
      await objects.getByName(id).wake(id)
    } catch (error) {
      log('error', 'job_not_started', { job_id: id, error: String(error) })
    }
  }
}
