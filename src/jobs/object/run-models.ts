import {
  changedModel,
  type LoggedModel,
  type ModelChange,
  measuredModel,
  type NewLoggedModel,
  pendingModel,
} from '../rules/logged-model.ts'
import type { RunRefusal } from '../rules/refusals.ts'
import type { LoggedValue } from '../rules/run.ts'
import type { Core } from './core.ts'
import { type RunAsker, runReader } from './run-speaker.ts'
import type { RunStore } from './run-store.ts'

/** The models that clients log of a run: items of it, numbered in the order in which they were logged. */

/** Which logged models are asked for: one by its number, those of a name, or all. */
export type ModelQuery = { number: number } | { name: string } | 'all'

/** Logged models, and of what run they are. */
export type LoggedModels = {
  runId: string
  /** The experiment of a run that a script has opened; `null`: that of the model type. */
  experimentId: number | null
  modelType: string
  models: LoggedModel[]
  /** The runs that the attempt has opened under this one, and that go on. */
  children: string[]
}

/** Logged models of a run, in order; or why they are not shown. */
export function readModels(core: Core, asker: RunAsker, query: ModelQuery): LoggedModels | RunRefusal {
  const refusal = runReader(core, asker)
  const { livingJob: job, runs } = core
  if (refusal !== null || job === null) return refusal ?? { reason: 'not_found' }
  return {
    ...{ runId: job.id, experimentId: job.run?.experiment.id ?? null, modelType: job.config.model_type },
    models: modelsOf(runs, query).filter(({ status }) => status !== 'deleted'),
    children: runs.items.children.map(({ id }) => id),
  }
}

function modelsOf(runs: RunStore, query: ModelQuery): LoggedModel[] {
  if (query === 'all') return runs.items.all('model').map(({ data }) => JSON.parse(data) as LoggedModel)
  if ('name' in query) {
    const named = runs.items.named('model', query.name).map((data) => JSON.parse(data) as LoggedModel)
    return named.sort((a, b) => a.number - b.number)
  }
  const data = runs.items.find('model', String(query.number))
  return data === null ? [] : [JSON.parse(data) as LoggedModel]
}

/**
 * Begins a model, within a change of the store. A repeated request is known by the name, as long as the model is pending.
 *
 * @returns `null`: there are too many
 */
export function storeModel(runs: RunStore, logged: NewLoggedModel, nowMs: number): LoggedModel | null {
  const known = modelsOf(runs, { name: logged.name }).findLast(({ status }) => status === 'pending')
  if (known !== undefined) return known
  const fresh = pendingModel(runs.items.count('model') + 1, logged, nowMs)
  return store(runs, fresh, logged, nowMs)
}

/** Changes a model, within a change of the store. @returns `null`: there is none of this number */
export function changeModel(runs: RunStore, number: number, change: ModelChange, nowMs: number): LoggedModel | null {
  const [model] = modelsOf(runs, { number })
  return model === undefined ? null : store(runs, model, change, nowMs)
}

/** Keeps values with their model, within a change of the store. */
export function measureModel(runs: RunStore, number: number, values: readonly LoggedValue[]): void {
  const [model] = modelsOf(runs, { number })
  const measured = model && measuredModel(model, values)
  if (measured === undefined || measured === model) return
  runs.putItem('model', String(number), JSON.stringify(measured))
}

function store(runs: RunStore, before: LoggedModel, change: ModelChange, nowMs: number): LoggedModel | null {
  const { model, dropped } = changedModel(before, change, nowMs)
  if (!runs.putItem('model', String(model.number), JSON.stringify(model))) return null
  runs.countNotStored(dropped)
  return model
}
