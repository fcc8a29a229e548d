import { RUN_REOPENED_WITHIN_MS } from '../../platform/limits.ts'
import { isFinal } from '../../shared/job-status.ts'
import type { LoggedModel, ModelChange, NewLoggedModel } from '../rules/logged-model.ts'
import { pointsOfValues, withinRoom } from '../rules/logged-values.ts'
import type { RunRefusal } from '../rules/refusals.ts'
import type { RunLog } from '../rules/run.ts'
import { endRun, hasFinalReport } from '../rules/trainers/mlflow.ts'
import type { JobOf } from '../rules/trainers/trainer.ts'
import { decideReport } from '../rules/trainers/words.ts'
import type { JobEvent } from '../rules/types.ts'
import type { ChildEnd } from './child-runs.ts'
import type { Core } from './core.ts'
import { recentOf, type Source } from './recent-values.ts'
import type { Item, ItemKind } from './run-items.ts'
import { changeModel, measureModel, storeModel } from './run-models.ts'
import { type RunAsker, type RunSpeaker, runSpeaker } from './run-speaker.ts'
import type { Entry } from './run-store.ts'

/**
 * What clients of somebody else's say of a job. They do not know attempts, nor their sequence: what they say twice is known by
 * its content.
 */

/** What is changed of a run beside its log. */
export type RunChange =
  | { do: 'log'; log: RunLog; source: Source }
  | { do: 'remove_tag'; key: string }
  /** Of values that were sent, so many are not stored. */
  | { do: 'not_stored'; count: number }
  | { do: 'put_items'; items: readonly (Item & { kind: ItemKind })[] }
  /** What a run is opened with, which may be a model; nobody has named it yet. */
  | { do: 'name'; tags: readonly Entry[]; model?: NewLoggedModel | undefined }
  /** The client says how the run has ended, which ends one that nobody claimed. */
  | { do: 'end'; outcome: RunOutcome; endMs: number | null; tags: readonly Entry[] }
  /**
   * The client takes the run into use. `request`: by which a request to open a run is known when it comes again. @returns
   * whether it is the first of this attempt that does
   */
  | { do: 'open'; tags: readonly Entry[]; request?: string }
  | { do: 'log_model'; model: NewLoggedModel }
  /** Somebody with a role deletes the run, or restores it: that is no word of an attempt, and ends none. */
  | { do: 'delete' | 'restore' }
  /**
   * Somebody with a role may change the tags of a model: those say as which version it is registered. An admin may delete it.
   */
  | { do: 'change_model'; number: number; change: ModelChange }

/** How a client says that its run has ended. */
export type RunOutcome = 'completed' | 'failed' | 'cancelled'

/**
 * The outcome of a change; `isNew`: of `open`, whether nobody had. `model`: the logged
 * model that it was about; `null`: there is none, or there are too many.
 */
export type RunChanged = { isNew: boolean; model?: LoggedModel | null }

/** Ends a run with the attempt under which it was opened, unless its client has. */
export function endChild(core: Core, how: ChildEnd): void {
  core.advance()
  const job = core.livingJob
  if (job?.trainer.kind !== 'mlflow' || isFinal(job.status)) return
  core.commit(endRun(job as JobOf<'mlflow'>, how, 'It ended with the attempt under which it was opened', core.now()))
}

/** Whether a run was opened after a time, Unix ms, and no request has named it since. */
export const isNewRun = ({ job, runs }: Core, sinceMs: number): 'new' | 'named' =>
  job === null || (!runs.isNamed && !isFinal(job.status) && job.createdMs > sinceMs) ? 'new' : 'named'

/** Changes a run. What is refused has changed nothing. */
export function changeRun(core: Core, asker: RunAsker, change: RunChange): RunChanged | RunRefusal {
  if (change.do === 'delete' || change.do === 'restore') return changeLife(core, asker, change.do === 'delete')
  if (!('tokenHash' in asker) && isByPeople(asker, change)) return changeByPeople(core, change)
  const speaker = runSpeaker(core, asker)
  if ('reason' in speaker) return speaker
  const { runs } = core
  switch (change.do) {
    case 'log':
      return log(core, speaker, change.log, change.source)
    case 'open': {
      const { tags, request = null } = change
      const isNew = runs.isOpenedBy(speaker.attempt.number, request, core.now() - RUN_REOPENED_WITHIN_MS)
      // What a further run is opened with is not said of this one.
      const isOfThis = isNew || request === null
      commit(core, speaker, [], () => (isOfThis ? runs.putTags(tags) : undefined), { request: isNew ? request : null })
      return { isNew }
    }
    case 'name':
      return runs.change(() => {
        runs.putTags(change.tags)
        return { isNew: true, ...(change.model && { model: storeModel(runs, change.model, core.now()) }) }
      })
    case 'end':
      commit(core, speaker, endedBy(core, speaker, change), () => runs.putTags(change.tags))
      return { isNew: false }
    case 'remove_tag':
      commit(core, speaker, [], () => runs.removeTag(change.key))
      return { isNew: false }
    case 'not_stored':
      commit(core, speaker, [], () => runs.countNotStored(change.count))
      return { isNew: false }
    case 'put_items':
      commit(core, speaker, [], () => {
        for (const { kind, id, data } of change.items) runs.putItem(kind, id, data)
      })
      return { isNew: true }
    case 'log_model': {
      let model: LoggedModel | null = null
      commit(core, speaker, [], () => {
        model = storeModel(runs, change.model, core.now())
      })
      return { isNew: true, model }
    }
    case 'change_model': {
      let model: LoggedModel | null = null
      commit(core, speaker, endedWith(core, speaker, change.change), () => {
        model = changeModel(runs, change.number, change.change, core.now())
      })
      return { isNew: true, model }
    }
  }
}

type SaidEnd = Pick<Extract<RunChange, { do: 'end' }>, 'outcome' | 'endMs'>

/** What a client's word on the end of its run leads to: it ends a run that a script has opened, and no attempt of a runner. */
function endedBy(core: Core, { job, isLate }: RunSpeaker, { outcome, endMs }: SaidEnd): JobEvent[] {
  if (isLate || job.trainer.kind !== 'mlflow') return []
  const isPlausible = outcome !== 'completed' || hasFinalReport(core.runs.params(), core.curve.latest)
  const why = isPlausible ? 'Failed, its client says' : 'Ended without its final report'
  return endRun(job as JobOf<'mlflow'>, isPlausible ? outcome : 'failed', why, core.now(), endMs ?? undefined)
}

/** A run that was opened to hold a model ends with that: its client says no more of it. */
function endedWith(core: Core, speaker: RunSpeaker, { status }: ModelChange): JobEvent[] {
  const isWhole = status === 'ready'
  if (!speaker.job.run?.isForModel || (!isWhole && status !== 'failed')) return []
  return endedBy(core, speaker, { outcome: isWhole ? 'completed' : 'failed', endMs: null })
}

function changeLife(core: Core, asker: RunAsker, isDeleted: boolean): RunChanged | RunRefusal {
  core.advance()
  const { livingJob: job, runs } = core
  if (job === null) return { reason: 'not_found' }
  if (job.trainer.kind === 'simulated') return { reason: 'not_a_run' }
  if ('tokenHash' in asker || !asker.isAdmin) return { reason: 'not_yours' }
  runs.change(() => {
    runs.isDeleted = isDeleted
  })
  return { isNew: true }
}

type ChangeOfModel = Extract<RunChange, { do: 'change_model' }>

/** Whether somebody with a role changes only what needs no word of an attempt: the tags of a model, or whether it is there. */
const isByPeople = ({ isAdmin }: Exclude<RunAsker, { tokenHash: string }>, one: RunChange): one is ChangeOfModel =>
  one.do === 'change_model' &&
  one.change.params === undefined &&
  (one.change.status === undefined || (one.change.status === 'deleted' && isAdmin))

function changeByPeople(core: Core, { number, change }: ChangeOfModel): RunChanged | RunRefusal {
  core.advance()
  const { livingJob, runs } = core
  if (livingJob === null) return { reason: 'not_found' }
  const model = runs.exists ? runs.change(() => changeModel(runs, number, change, core.now())) : null
  return { isNew: true, model }
}

function log(core: Core, speaker: RunSpeaker, logged: RunLog, source: Source): RunChanged | RunRefusal {
  const { runs, curve } = core
  const { job, attempt, isLate } = speaker
  const { params, tags, epoch, totalSteps } = logged
  const changed = runs.changed(params, attempt.number)
  if (changed !== null) return { reason: 'param_changed', ...changed }
  const recent = recentOf(core, attempt.number)
  recent.step = logged.step ?? recent.step
  const values = logged.values.map((value) => ({ ...value, step: value.step ?? recent.step ?? curve.step ?? 0 }))
  const { kept, notStored } = withinRoom(values, curve.room)
  const points = pointsOfValues(recent.fresh(kept, source, core.now()), epoch)
  const state = curve.stateOf(attempt)
  const report = { points, totalSteps, lines: [], dropped: [] }
  const events = isLate ? [] : decideReport(job, attempt, report, state, core.now()).events
  commit(
    core,
    speaker,
    events,
    () => {
      runs.putParams(params, attempt.number)
      runs.putTags(tags)
      runs.countNotStored(notStored)
      for (const [number, ofModel] of logged.ofModels ?? []) measureModel(runs, number, ofModel)
    },
    { recording: { sequence: state.sequence, points } },
  )
  return { isNew: points.length > 0 }
}

/** `recording`: points that a word brings. `request`: by which it opens the run; missing: it names one that is open. */
type Committed = {
  recording?: { sequence: number; points: ReturnType<typeof pointsOfValues> }
  request?: string | null
}

/** Commits what a word leads to, in one transaction: events, points, and what else is stored of the run. */
function commit(
  core: Core,
  { attempt, events: heard, isLate }: RunSpeaker,
  events: readonly JobEvent[],
  store: () => void,
  { recording, request = null }: Committed = {},
): void {
  const all = [...heard, ...events]
  const also = () =>
    core.runs.change(() => {
      core.runs.open(attempt.number, core.now(), request)
      store()
      if (isLate) core.runs.noteLate(true)
    })
  if (recording !== undefined && recording.points.length > 0) {
    const { points, sequence } = recording
    core.record(all, attempt.number, sequence, { points, lines: [] }, also)
  } else if (all.length > 0) core.commit(all, undefined, also)
  else also()
  core.row.note()
}
