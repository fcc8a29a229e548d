import { OBJECT_ANSWER_MS, OBJECTS_ASKED_AT_ONCE, SWEEP_MS, SWEEP_PAGE_JOBS } from '../limits.ts'
import { log } from '../log.ts'
import { readSettings } from '../settings.ts'
import { inParallel, within } from '../within.ts'
import type { JobIndex, OverdueJob } from './job-index.ts'
import { compose } from './parts.ts'
import { startWaiting } from './queue.ts'

/**
 * Wakes the jobs that promised to have woken and did not: those whose creator died before starting them, whose alarm
 * was lost, or whose news D1 could not take. Then starts who waits for a slot, should that have been missed, and forgets
 * old Idempotency-Keys. Normally reads next to nothing. What fails here fails alone, and is tried again in a minute.
 */
export async function sweep(bindings: Env, nowMs: number): Promise<void> {
  const env = compose(bindings)
  const index = env.parts.register(env.DB)
  await attempt('overdue', () => wakeOverdue(env, index, nowMs))
  await attempt('waiting', () => startWaiting(index, env.TRAINING_JOBS, readSettings(env).maxActiveJobs))
  await attempt('keys', () => env.parts.keys(env.DB).forget(nowMs))
}

async function attempt(part: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    log('error', 'sweep_failed', { part, error: String(error) })
  }
}

/** Goes through all that are overdue, the oldest first, as far as SWEEP_MS allows. */
async function wakeOverdue({ TRAINING_JOBS: objects }: Env, index: JobIndex, nowMs: number): Promise<void> {
  const wake = async ({ id }: OverdueJob) => {
    try {
      await within(OBJECT_ANSWER_MS, objects.getByName(id).wake(id))
      log('info', 'job_swept', { job_id: id })
    } catch (error) {
      log('error', 'job_not_woken', { job_id: id, error: String(error) })
      await attempt('postpone', () => index.postpone(id, nowMs))
    }
  }
  const startedMs = Date.now()
  let last: OverdueJob = { wakeByMs: 0, seq: 0, id: '' }
  while (Date.now() - startedMs < SWEEP_MS) {
    const page = await index.overdue(nowMs, last, SWEEP_PAGE_JOBS)
    await inParallel(page, OBJECTS_ASKED_AT_ONCE, wake)
    const end = page.at(-1)
    if (end === undefined || page.length < SWEEP_PAGE_JOBS) return
    last = end
  }
}
