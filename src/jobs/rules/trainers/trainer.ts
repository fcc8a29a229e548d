import type { Curve, Job, JobEvent, Progress } from '../types.ts'

/** The interface of a trainer. One implementation per kind; `index.ts` selects it by `job.trainer.kind`. */
export type TrainerRules = {
  /** What happens next by itself; `null`: only a command, or D1, changes the job. */
  next: (job: Job) => JobEvent | null
  /** Whole milliseconds trained until a moment, without pauses. */
  activeMs: (job: Job, nowMs: number) => number
  curve: (job: Job, nowMs: number) => Curve
  progress: (job: Job, nowMs: number) => Progress
  /** Whether the job changes with the clock alone, so that watchers are updated periodically. */
  movesByClock: boolean
}
