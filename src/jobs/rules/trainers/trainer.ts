import type { Curve, Job, JobEvent, Progress } from '../types.ts'

/** What the rules ask of a trainer. One implementation a kind; `index.ts` chooses by `job.trainer.kind`. */
export type TrainerRules = {
  /** What happens next by itself; `null`: only a command, or D1, moves the job on. */
  next: (job: Job) => JobEvent | null
  /** Whole milliseconds trained until a moment, without pauses. */
  activeMs: (job: Job, nowMs: number) => number
  curve: (job: Job, nowMs: number) => Curve
  progress: (job: Job, nowMs: number) => Progress
  /** Whether what is shown changes with the clock alone, so that watchers are shown it from time to time. */
  movesByClock: boolean
}
