import type { Extremes } from '../rules/block.ts'
import { describe } from '../rules/describe.ts'
import type { RunRefusal } from '../rules/refusals.ts'
import type { LoggedValue } from '../rules/run.ts'
import type { JobSnapshot } from '../rules/shown.ts'
import type { Job } from '../rules/types.ts'
import type { Core } from './core.ts'
import type { ItemKind } from './run-items.ts'
import { type RunAsker, runReader } from './run-speaker.ts'
import type { Entry } from './run-store.ts'
import type { ValuesPage } from './stored-values.ts'

/** What is read of a job as a run. */

/** A run, whole. */
export type RunRecord = {
  job: JobSnapshot
  /** The experiment of a run that a script has opened; `null`: that of the job's model type. */
  experiment: { id: number; name: string } | null
  /** When it began and ended by the clock of the client that opened it, Unix ms; missing: as its job. */
  told: { startMs?: number | undefined; endMs?: number | undefined }
  /** The latest value of each metric. */
  metrics: LoggedValue[]
  params: Entry[]
  tags: Entry[]
  inputs: unknown[]
  inputModels: unknown[]
  outputs: unknown[]
  /** Whether somebody has deleted it, which hides it from searches and changes nothing of its job. */
  isDeleted: boolean
}

/** A run, whole; or why it is not shown. `isOpening`: for the answer to the request that opened it. */
export function readRun(core: Core, asker: RunAsker, isOpening: boolean): RunRecord | RunRefusal {
  const refusal = runReader(core, asker)
  const view = core.view()
  if (refusal !== null || view === null) return refusal ?? { reason: 'not_found' }
  const { runs, curve } = core
  if (!isOpening) runs.noteNamed()
  const read = (kind: ItemKind) => runs.items.all(kind).map(({ data }) => JSON.parse(data) as unknown)
  return {
    job: describe(view),
    experiment: view.job.run?.experiment ?? null,
    told: toldOf(view.job),
    metrics: [...curve.latest].map(([name, latest]) => latestValue(name, latest)),
    params: runs.params(),
    tags: runs.tags(),
    inputs: read('input'),
    inputModels: read('input_model'),
    outputs: read('output'),
    isDeleted: runs.isDeleted,
  }
}

/** The times of a run by the clock of its client. */
export const toldOf = ({ run, attempts }: Job): RunRecord['told'] => {
  return { startMs: run?.startMs, endMs: attempts.all.at(-1)?.end?.toldMs }
}

const latestValue = (name: string, { latest, step, timeMs }: Extremes): LoggedValue => {
  return { name, value: latest, step, timestampMs: timeMs }
}

/** Which values of a metric are asked for: so many by time, from a place on. */
export type ValuesAsked = { metric: string; from: number; limit: number }

/** Values of a metric, by time; or why they are not shown. */
export function readValues(core: Core, asker: RunAsker, { metric, from, limit }: ValuesAsked): ValuesPage | RunRefusal {
  return runReader(core, asker) ?? core.curve.values.page(metric, from, limit)
}
