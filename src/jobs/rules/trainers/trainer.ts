import type { Curve, Job, JobEvent, Progress, Trainer } from '../types.ts'

export type TrainerKind = Trainer['kind']

/** A job that is trained by a trainer of this kind. */
export type JobOf<K extends TrainerKind> = Job & { trainer: Extract<Trainer, { kind: K }> }

/** The interface of a trainer. One implementation per kind; `index.ts` selects it by `job.trainer.kind`. */
export type TrainerRules<K extends TrainerKind> = {
  /** What happens next by itself; `null`: only a command, or D1, changes the job. */
  next: (job: JobOf<K>) => JobEvent | null
  /** What pausing the job, which may be paused, does: a trainer that is only asked to stop answers with that request. */
  pause: (job: JobOf<K>, atMs: number) => JobEvent[]
  /** Whole milliseconds trained until a moment, without pauses. */
  activeMs: (job: JobOf<K>, nowMs: number) => number
  curve: (job: JobOf<K>, nowMs: number) => Curve
  progress: (job: JobOf<K>, nowMs: number) => Progress
  /** Megabytes (10⁶ bytes) of the model that a completed job produces. */
  modelSizeMb: (job: JobOf<K>) => number
  /** Whether the job changes with the clock alone, so that watchers are updated periodically. */
  movesByClock: boolean
}
