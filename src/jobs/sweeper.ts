import { SWEEP_JOBS_MAX } from '../limits.ts'
import { log } from '../log.ts'
import { readSettings } from '../settings.ts'
import { idempotencyKeys } from './idempotency-keys.ts'
import { jobIndex } from './job-index.ts'
import { startWaiting } from './queue.ts'

/**
 * Wakes the jobs that promised to have woken and did not: those whose creator died before starting them, whose alarm
 * was lost, or whose news D1 could not take. Then starts who waits for a slot, should that have been missed, and forgets
 * old Idempotency-Keys. Normally reads next to nothing.
 */
export async function sweep(env: Env, nowMs: number): Promise<void> {
  const { DB: db, TRAINING_JOBS: objects } = env
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
  await startWaiting(db, objects, readSettings(env).maxActiveJobs, nowMs)
  await idempotencyKeys(db).forget(nowMs)
}
