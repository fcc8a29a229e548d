import { D1Unavailable } from '../platform/d1.ts'
import { NAME_LENGTH_MAX, RUN_NAMED_AFTER_MS, RUN_OPENINGS_MAX, RUN_REOPENED_WITHIN_MS } from '../platform/limits.ts'
import { cleanName } from '../platform/name.ts'
import { modelTypes } from '../shared/model-types.ts'
import { type Composed, compose } from './object/parts.ts'
import type { Entry } from './object/run-store.ts'
import type { RunChanged } from './object/runs.ts'
import type { KnownKey } from './register/idempotency-keys.ts'
import type { LoggedModel, NewLoggedModel } from './rules/logged-model.ts'
import type { JobSpec, OpenedRun } from './rules/types.ts'

/** How a script opens a run of its own. */
export type Opening = {
  actor: string
  /** What it calls the run; it is cleaned, never refused. */
  name: string
  tags: readonly Entry[]
  run: OpenedRun
  /** The model that it is opened to hold; missing: none. */
  model?: NewLoggedModel
  /** By which the same request is known when it comes again. */
  request: string
}

/** A run that was opened, and the model that it holds. */
export type Opened = { id: string; model?: LoggedModel | null }

/**
 * Opens a run that nobody claimed: a job that holds no slot. A client that hears no answer sends the same request again, which
 * then opens no second one; but so may two tasks that began in the same millisecond, or two threads, so that holds only until the
 * first run is named by another request, for which it waits a little.
 *
 * @returns the id of its job, and the model; or why there is none
 */
export async function openRun(bindings: Env, opening: Opening): Promise<Opened | { reason: 'too_many_jobs' }> {
  const env = compose(bindings)
  const { actor: credential, request } = opening
  const keys = env.parts.keys(env.DB)
  const keyOf = (n: number) => ({ credential, text: `run ${n} ${request}` })
  for (let tries = 0; tries < RUN_OPENINGS_MAX; tries++) {
    const { last, next } = await openedBy((n) => keys.find(keyOf(n), Date.now()))
    if (last !== null && (await isRepeated(env, last.jobId))) return begin(env, last.jobId, opening)
    const key = keyOf(next)
    const id = crypto.randomUUID()
    const spec = specOf(id, opening)
    const remembering = keys.remember(key, { request, jobId: id }, spec.createdMs)
    try {
      if (!(await env.parts.register(env.DB).insertRun(spec, remembering))) return { reason: 'too_many_jobs' }
    } catch (error) {
      // The same request has come in between, and has the key.
      if (error instanceof D1Unavailable || (await keys.find(key, Date.now())) === null) throw error
      continue
    }
    return begin(env, id, opening)
  }
  throw new Error('The same request has opened too many runs')
}

/** The runs that a request has opened are numbered without a gap. @returns the last one, and the number of the next */
async function openedBy(
  find: (n: number) => Promise<KnownKey | null>,
): Promise<{ last: KnownKey | null; next: number }> {
  let [low, high, last] = [-1, 0, null as KnownKey | null]
  for (let isDoubled = true; isDoubled || high - low > 1; ) {
    const n = isDoubled ? high : Math.floor((low + high) / 2)
    const known = await find(n)
    if (known === null) {
      high = n
      isDoubled = false
    } else {
      last = known
      low = n
      if (isDoubled) high = 2 * n + 1
    }
  }
  return { last, next: high }
}

/** Whether a request is a repeated one: a client that was answered would name its run soon. */
async function isRepeated(env: Composed, id: string): Promise<boolean> {
  for (const afterMs of RUN_NAMED_AFTER_MS) {
    if (!(await isStillNew(env, id))) return false
    await scheduler.wait(afterMs)
  }
  return isStillNew(env, id)
}

/** Whether nobody has named a run since it was opened, a short while ago. */
async function isStillNew(env: Composed, id: string): Promise<boolean> {
  const isNew = await env.TRAINING_JOBS.getByName(id).isNewRun(Date.now() - RUN_REOPENED_WITHIN_MS)
  return isNew !== 'named'
}

/** Has the object of a run begin, which may have been done before. */
async function begin(env: Composed, id: string, { tags, actor, run, model }: Opening): Promise<Opened> {
  const object = env.TRAINING_JOBS.getByName(id)
  await object.wake(id).catch((error: unknown) => {
    throw new D1Unavailable(error)
  })
  const change = { do: 'name', tags, model } as const
  const parent = run.parent
  const asker = parent === undefined ? { actor, isAdmin: true } : { tokenHash: parent.tokenHash }
  const changed = (await object.changeRun(asker, change)) as RunChanged | { reason: string }
  if ('reason' in changed) throw new D1Unavailable(changed.reason)
  return { ...changed, id }
}

function specOf(id: string, { actor, name, run }: Opening): JobSpec {
  const { experiment } = run
  return {
    id,
    config: {
      name: cleanName(name, NAME_LENGTH_MAX, `Run ${id.slice(0, 8)}`),
      model_type: modelTypes.find((type) => type === experiment.name) ?? 'general',
      bundeslaender: [],
      ...{ batch_size: 0, learning_rate: 0, epochs: 0, warmup_steps: 0, weight_decay: 0, gradient_accumulation: 0 },
      mixed_precision: false,
    },
    totalDocuments: 0,
    createdMs: Date.now(),
    createdBy: actor,
    trainedBy: 'mlflow',
    run,
  }
}
