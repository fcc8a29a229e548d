import { sweepArtifacts } from '../artifacts/sweep.ts'
import { OBJECT_ANSWER_MS, OBJECTS_ASKED_AT_ONCE, SWEEP_MS, SWEEP_PAGE_JOBS } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { readSettings } from '../platform/settings.ts'
import { forEachConcurrently, withTimeout } from '../platform/timeout.ts'
import { compose } from './object/parts.ts'
import type { JobRegister } from './register/job-register.ts'
import { startQueuedJobs, type Wake } from './register/scheduler.ts'
import type { OverdueJob } from './register/wake-deadlines.ts'

/**
 * Wakes the jobs whose wake deadline has passed: their creator died before starting them, their alarm was lost, or D1
 * missed an update. Then starts queued jobs, in case that was missed, and deletes old Idempotency-Keys. Normally reads next
 * to nothing. Each failure is isolated and retried a minute later.
 */
export async function sweep(bindings: Env, nowMs: number): Promise<void> {
  const env = compose(bindings)
  const jobs = env.parts.register(env.DB)
  const wake = (id: string) => env.TRAINING_JOBS.getByName(id).wake(id)
  await attempt('overdue', () => wakeOverdue(wake, jobs, nowMs))
  await attempt('queued', () => startQueuedJobs(jobs, wake, readSettings(env).maxActiveJobs))
  await attempt('keys', () => env.parts.keys(env.DB).forget(nowMs))
  await attempt('deleted', () => jobs.forgetDeleted(nowMs))
  await attempt('artifacts', () => sweepArtifacts(env.ARTIFACTS, env.parts.ledger(env.DB), nowMs))
  await attempt('runners', () => jobs.forgetRunners(nowMs))
}

async function attempt(part: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    log('error', 'sweep_failed', { part, error: String(error) })
  }
}

/** Wakes all overdue jobs, the oldest first, for at most SWEEP_MS. */
async function wakeOverdue(wakeObject: Wake, jobs: JobRegister, nowMs: number): Promise<void> {
  const wake = async ({ id }: OverdueJob) => {
    try {
      await withTimeout(OBJECT_ANSWER_MS, wakeObject(id))
      log('info', 'job_swept', { job_id: id })
    } catch (error) {
      log('error', 'job_not_woken', { job_id: id, error: String(error) })
      await attempt('postpone', () => jobs.postpone(id, nowMs))
    }
  }
  const startedMs = Date.now()
  let last: OverdueJob = { wakeDeadlineMs: 0, seq: 0, id: '' }
  while (Date.now() - startedMs < SWEEP_MS) {
    const page = await jobs.overdue(nowMs, last, SWEEP_PAGE_JOBS)
    await forEachConcurrently(page, OBJECTS_ASKED_AT_ONCE, wake)
    const end = page.at(-1)
    if (end === undefined || page.length < SWEEP_PAGE_JOBS) return
    last = end
  }
}
