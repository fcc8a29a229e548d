import { OBJECT_ANSWER_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import { withTimeout } from '../../platform/timeout.ts'
import type { JobRegister } from './job-register.ts'

/** Wakes a job's object, which then starts the job. */
export type Wake = (id: string) => Promise<void>

/**
 * Assigns free slots to queued jobs, oldest first, and starts them. Called wherever a slot may have become free; if
 * that is missed, the sweeper does it within a minute. A job that cannot be started keeps its slot and is found by its
 * wake deadline. Never throws, and no answer waits for it.
 */
export async function startQueuedJobs(register: JobRegister, wake: Wake, slots: number): Promise<void> {
  const starting: Promise<void>[] = []
  try {
    while (starting.length < slots) {
      const id = await register.assignSlot(slots, Date.now())
      if (id === null) break
      starting.push(startJob(wake, id))
    }
  } catch (error) {
    log('warn', 'queued_jobs_not_started', { error: String(error) })
  }
  await Promise.all(starting)
}

/** Wakes the object of a job that has been given a slot. If it does not answer, the sweeper starts the job. Never throws. */
export async function startJob(wake: Wake, id: string): Promise<void> {
  try {
    await withTimeout(OBJECT_ANSWER_MS, wake(id))
  } catch (error) {
    log('error', 'job_not_started', { job_id: id, error: String(error) })
  }
}
