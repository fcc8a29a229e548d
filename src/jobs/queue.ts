import { OBJECT_ANSWER_MS } from '../limits.ts'
import { log } from '../log.ts'
import { within } from '../within.ts'
import type { JobIndex } from './job-index.ts'
import type { TrainingJob } from './training-job.ts'

/**
 * Gives free slots to the jobs that have waited longest, and starts them. Called wherever a slot may have become free; if
 * that is missed, the sweeper does it within a minute. A job that cannot be started keeps its slot and is found by its
 * promised wake-up. Never throws, and is nothing that an answer waits for.
 */
export async function startWaiting(
  index: JobIndex,
  objects: DurableObjectNamespace<TrainingJob>,
  slots: number,
): Promise<void> {
  const starting: Promise<void>[] = []
  try {
    while (starting.length < slots) {
      const id = await index.giveSlot(slots, Date.now())
      if (id === null) break
      starting.push(start(objects, id))
    }
  } catch (error) {
    log('warn', 'waiting_not_started', { error: String(error) })
  }
  await Promise.all(starting)
}

async function start(objects: DurableObjectNamespace<TrainingJob>, id: string): Promise<void> {
  try {
    await within(OBJECT_ANSWER_MS, objects.getByName(id).wake(id))
  } catch (error) {
    log('error', 'job_not_started', { job_id: id, error: String(error) })
  }
}
