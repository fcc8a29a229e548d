import { isUuid } from '../shared/uuid.ts'
import { existence } from './existence.ts'
import { type Composed, compose } from './object/parts.ts'
import type { LoggedModels, ModelQuery } from './object/run-models.ts'
import type { RunAsker } from './object/run-speaker.ts'
import type { RunChange, RunChanged, RunRecord } from './object/runs.ts'
import type { TrainingJob } from './object/training-job.ts'
import type { RunRefusal } from './rules/refusals.ts'
import type { LoggedValue } from './rules/run.ts'

/** What clients of somebody else's log of jobs: passed on by the doors, decided by the jobs' objects. One call a request. */

export type { ModelQuery } from './object/run-models.ts'
export type { RunAsker } from './object/run-speaker.ts'
export type { Entry } from './object/run-store.ts'
export type { RunChange, RunOutcome, RunRecord } from './object/runs.ts'

/** A run, whole; or why it is not shown. `isOpening`: for the answer to the request that opened it. */
export async function readRun(
  bindings: Env,
  id: string,
  asker: RunAsker,
  isOpening = false,
): Promise<RunRecord | RunRefusal> {
  const object = await objectOf(bindings, id)
  return 'reason' in object ? object : ((await object.stub.run(asker, isOpening)) as RunRecord | RunRefusal)
}

/** All values of a metric of a run, by time. */
export async function readValues(
  bindings: Env,
  id: string,
  asker: RunAsker,
  metric: string,
): Promise<LoggedValue[] | RunRefusal> {
  const object = await objectOf(bindings, id)
  return 'reason' in object ? object : ((await object.stub.runValues(asker, metric)) as LoggedValue[] | RunRefusal)
}

/** Models that clients have logged of a run; or why they are not shown. */
export async function readModels(
  bindings: Env,
  id: string,
  asker: RunAsker,
  query: ModelQuery,
): Promise<LoggedModels | RunRefusal> {
  const object = await objectOf(bindings, id)
  return 'reason' in object ? object : ((await object.stub.runModels(asker, query)) as LoggedModels | RunRefusal)
}

/** Changes a run; what is refused changes nothing. */
export async function changeRun(
  bindings: Env,
  id: string,
  asker: RunAsker,
  change: RunChange,
): Promise<RunChanged | RunRefusal> {
  const object = await objectOf(bindings, id)
  return 'reason' in object ? object : ((await object.stub.changeRun(asker, change)) as RunChanged | RunRefusal)
}

async function objectOf(bindings: Env, id: string): Promise<RunRefusal | { stub: DurableObjectStub<TrainingJob> }> {
  if (!isUuid(id)) return { reason: 'not_found' } as const
  const env: Composed = compose(bindings)
  const known = await existence(env, id)
  // A stub has every property that it is asked for.
  return known === 'exists' ? { stub: env.TRAINING_JOBS.getByName(id) } : known
}
