import { isUuid } from '../shared/uuid.ts'
import { existence } from './existence.ts'
import { type Composed, compose } from './object/parts.ts'
import type { LoggedModels, ModelQuery } from './object/run-models.ts'
import type { RunRecord, ValuesAsked } from './object/run-record.ts'
import type { RunAsker } from './object/run-speaker.ts'
import type { RunChange, RunChanged } from './object/runs.ts'
import type { ValuesPage } from './object/stored-values.ts'
import type { TrainingJob } from './object/training-job.ts'
import type { RunRefusal } from './rules/refusals.ts'

/** What clients of somebody else's log of jobs: passed on by the doors, decided by the jobs' objects. One call a request. */

export type { ModelQuery } from './object/run-models.ts'
export type { RunRecord } from './object/run-record.ts'
export type { RunAsker } from './object/run-speaker.ts'
export type { Entry } from './object/run-store.ts'
export type { RunChange, RunOutcome } from './object/runs.ts'
export type { ValuesPage } from './object/stored-values.ts'

/** A run, whole; or why it is not shown. `isOpening`: for the answer to the request that opened it. */
export const readRun = (bindings: Env, id: string, asker: RunAsker, isOpening = false) =>
  ask<RunRecord>(bindings, id, (run) => run.run(asker, isOpening))

/** Values of a metric of a run, by time. */
export const readValues = (bindings: Env, id: string, asker: RunAsker, asked: ValuesAsked) =>
  ask<ValuesPage>(bindings, id, (run) => run.runValues(asker, asked))

/** Models that clients have logged of a run; or why they are not shown. */
export const readModels = (bindings: Env, id: string, asker: RunAsker, query: ModelQuery) =>
  ask<LoggedModels>(bindings, id, (run) => run.runModels(asker, query))

/** Changes a run; what is refused changes nothing. */
export const changeRun = (bindings: Env, id: string, asker: RunAsker, change: RunChange) =>
  ask<RunChanged>(bindings, id, (run) => run.changeRun(asker, change))

/** Deletes or restores a run: searches hide it, or show it again. Its job, files and versions stay as they are. */
export async function hideRun(bindings: Env, id: string, asker: RunAsker, isDeleted: boolean) {
  const answer = await changeRun(bindings, id, asker, { do: isDeleted ? 'delete' : 'restore' })
  if ('reason' in answer) return answer
  const { parts, DB } = compose(bindings)
  await parts.register(DB).hideRun(id, isDeleted ? Date.now() : null)
  return answer
}

/** Registers a version of files of a run that exists. @returns why not, where it is not */
export const registerFiles = (bindings: Env, version: FilesRegistration) =>
  ask<Awaited<ReturnType<TrainingJob['registerFiles']>>>(bindings, version.jobId, (run) => run.registerFiles(version))

/** What is registered: files of a run, by its id. */
export type FilesRegistration = Parameters<TrainingJob['registerFiles']>[0]

/** Asks the object of a run that exists. */
async function ask<T>(
  bindings: Env,
  id: string,
  question: (run: DurableObjectStub<TrainingJob>) => Promise<unknown>,
): Promise<T | RunRefusal> {
  if (!isUuid(id)) return { reason: 'not_found' }
  const env: Composed = compose(bindings)
  const known = await existence(env, id)
  return known === 'exists' ? ((await question(env.TRAINING_JOBS.getByName(id))) as T | RunRefusal) : known
}
