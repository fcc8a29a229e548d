import type { RuleRefusal } from '../refusals.ts'
import type { Curve, Job, JobEvent, Progress, Recorded, Trainer } from '../types.ts'

export type TrainerKind = Trainer['kind']

/** A job that is trained by a trainer of this kind. */
export type JobOf<K extends TrainerKind> = Job & { trainer: Extract<Trainer, { kind: K }> }

/** The interface of a trainer. One implementation per kind; `index.ts` selects it by `job.trainer.kind`. */
export type TrainerRules<K extends TrainerKind> = {
  /** What follows the creation of a job that has a slot. */
  start: (job: JobOf<K>, atMs: number) => JobEvent[]
  /** What happens next by itself; `null`: only a command, a report, or D1, changes the job. */
  next: (job: JobOf<K>) => JobEvent | null
  /** What is due instead of a milestone that is met only now. */
  overdue: (job: JobOf<K>, milestone: JobEvent, nowMs: number) => JobEvent
  mayBePaused: (job: JobOf<K>) => boolean
  /** What pausing the job does: a trainer that is only asked to stop answers with that request. */
  pause: (job: JobOf<K>, atMs: number, graceS: number) => JobEvent[] | RuleRefusal<'pause'>
  /** What a resume does to a job that is not paused, but may have been asked to pause. */
  withdrawPause: (job: JobOf<K>, atMs: number) => JobEvent[] | RuleRefusal<'resume'>
  /** What cancelling a job does that has not finished. */
  cancel: (job: JobOf<K>, atMs: number, graceS: number) => JobEvent[] | RuleRefusal<'cancel'>
  /** What happens to a job whose attempt an operator gives up. */
  giveUp: (job: JobOf<K>, atMs: number) => JobEvent[] | RuleRefusal<'give_up'>
  /** What a paused job becomes that has a slot again. */
  resumed: (job: JobOf<K>, atMs: number) => Partial<Job>
  /** Whole milliseconds trained until a moment, without pauses. */
  activeMs: (job: JobOf<K>, nowMs: number) => number
  curve: (job: JobOf<K>, nowMs: number, recorded: Recorded) => Curve
  progress: (job: JobOf<K>, nowMs: number, recorded: Recorded) => Progress
  /** Megabytes (10⁶ bytes) of the model that a completed job produces. */
  modelSizeMb: (job: JobOf<K>) => number
  /** Whether the job changes with the clock alone, so that watchers are updated periodically. */
  movesByClock: boolean
}
