import { OBJECT_ANSWER_MS, OBJECTS_ASKED_AT_ONCE } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { forEachConcurrently, withTimeout } from '../platform/timeout.ts'
import { compose } from './object/parts.ts'
import type { TrainingJob } from './object/training-job.ts'
import type { Reconciled } from './object/upkeep.ts'

/** The result of reconciling objects with their rows: the number of each outcome, and those that could not be reached. */
export type Reconciliation = Record<Reconciled, number> & { failed: string[] }

type Asked = { name: string; object: () => DurableObjectStub<TrainingJob>; id: string | null }

/**
 * Compares a page of the register with the objects, each of which corrects its row. The row of a started job that its
 * object does not know is deleted. Nothing is started.
 *
 * @param after the last sequence number of the previous page; 0 for the first
 * @returns the outcomes, and the start of the next page; `null`: there is none
 */
export async function reconcileRows(bindings: Env, after: number, limit: number) {
  const env = compose(bindings)
  const page = await env.parts.register(env.DB).walk(after, limit)
  const asked = page.rows.map(({ id }) => ({ name: id, id, object: () => env.TRAINING_JOBS.getByName(id) }))
  return { ...(await reconcile(asked)), next: page.next }
}

/**
 * Makes objects restore their rows; they are given by their own ids, since the rows are missing.
 *
 * @param ids of objects, as Cloudflare lists them: 64 hexadecimal digits
 */
export async function reconcileObjects(bindings: Env, ids: readonly string[]): Promise<Reconciliation> {
  const { TRAINING_JOBS: objects } = bindings
  return reconcile(ids.map((name) => ({ name, id: null, object: () => objects.get(objects.idFromString(name)) })))
}

async function reconcile(asked: readonly Asked[]): Promise<Reconciliation> {
  const counts: Reconciliation = { unchanged: 0, updated: 0, restored: 0, removed: 0, unknown: 0, failed: [] }
  await forEachConcurrently(asked, OBJECTS_ASKED_AT_ONCE, async ({ name, id, object }) => {
    try {
      const outcome = await withTimeout(OBJECT_ANSWER_MS, Promise.resolve(object().reconcile(id)))
      counts[outcome]++
      if (outcome !== 'unchanged') log('info', 'job_reconciled', { object: name, outcome })
    } catch (error) {
      counts.failed.push(name)
      log('error', 'job_not_reconciled', { object: name, error: String(error) })
    }
  })
  return counts
}
