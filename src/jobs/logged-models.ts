import { LOGGED_MODEL_PAGES_MAX, MEASURED_MODEL_PAGES_MAX, RUNS_ASKED_AT_ONCE } from '../platform/limits.ts'
import { findNewest } from '../platform/newest.ts'
import { forEachConcurrently } from '../platform/timeout.ts'
import { compose } from './object/parts.ts'
import type { LoggedModels } from './object/run-models.ts'
import type { RunAsker } from './object/run-speaker.ts'
import type { RunChange } from './object/runs.ts'
import type { FoundModel, ModelFilter } from './register/logged-models.ts'
import type { LoggedModel } from './rules/logged-model.ts'
import type { RunRefusal } from './rules/refusals.ts'
import { changeRun, readModels } from './runs.ts'

export type { FoundModel, ModelFilter } from './register/logged-models.ts'

/** Models that clients log: their runs' objects have them, D1 finds them. */

/** Logs or changes a model of a run. What D1 was not told, because it was away, the client's repetition tells it. */
export async function changeModel(
  bindings: Env,
  runId: string,
  asker: RunAsker,
  change: Extract<RunChange, { do: 'log_model' | 'change_model' }>,
) {
  const answer = await changeRun(bindings, runId, asker, change)
  if (!('reason' in answer) && answer.model) await noteModel(bindings, runId, answer.model)
  return answer
}

/** Tells D1 of a model. */
export async function noteModel(bindings: Env, runId: string, model: LoggedModel): Promise<void> {
  const { parts, DB } = compose(bindings)
  await parts.register(DB).noteModel(runId, model)
}

/**
 * Models that match, newest first, of all runs of a filter.
 *
 * @param isByMetrics whether it depends on their metrics, which D1 does not have: fewer are looked at
 */
export function findModels(
  bindings: Env,
  filter: ModelFilter,
  isByMetrics: boolean,
  matches: (found: FoundModel) => boolean,
  before: number | null,
  enough: number,
): Promise<{ rows: FoundModel[]; next: number | null }> {
  const { parts, DB } = compose(bindings)
  const register = parts.register(DB)
  if (!isByMetrics) {
    return findNewest((at) => register.walkModels(filter, at), matches, before, enough, LOGGED_MODEL_PAGES_MAX)
  }
  const measured = async (at: number) => {
    const { rows, next } = await register.walkModels(filter, at)
    const models = await withMetrics(
      bindings,
      rows.map(({ row }) => row),
    )
    return { rows: rows.map(({ seq }, i) => ({ seq, row: models[i] as FoundModel })), next }
  }
  return findNewest(measured, matches, before, enough, MEASURED_MODEL_PAGES_MAX)
}

/** Models with their metrics, which the objects of their runs have. */
export async function withMetrics(bindings: Env, found: readonly FoundModel[]): Promise<FoundModel[]> {
  const known = new Map<string, readonly LoggedModel[]>()
  await forEachConcurrently([...new Set(found.map(({ runId }) => runId))], RUNS_ASKED_AT_ONCE, async (runId) => {
    const models = await readModels(bindings, runId, { actor: '', isAdmin: true }, 'all')
    if (!('reason' in models)) known.set(runId, models.models)
  })
  return found.map((one) => {
    const metrics = known.get(one.runId)?.find(({ number }) => number === one.model.number)?.metrics
    return metrics === undefined ? one : { ...one, model: { ...one.model, metrics } }
  })
}

/** The models of a run, newest first, and, for the token of the attempt under which they were opened, of its further runs. */
export async function modelsOfRun(bindings: Env, runId: string, asker: RunAsker): Promise<FoundModel[] | RunRefusal> {
  const own = await readModels(bindings, runId, asker, 'all')
  if ('reason' in own) return own
  const found = foundIn(own)
  await forEachConcurrently('tokenHash' in asker ? own.children : [], RUNS_ASKED_AT_ONCE, async (child) => {
    const models = await readModels(bindings, child, asker, 'all')
    if (!('reason' in models)) found.push(...foundIn(models))
  })
  return found.sort((a, b) => b.model.createdMs - a.model.createdMs || b.model.number - a.model.number)
}

/** The models in the answer of a run's object. */
export const foundIn = ({ models, runId, experimentId, modelType }: LoggedModels): FoundModel[] =>
  models.map((model) => ({ runId, experimentId, modelType, model }))
