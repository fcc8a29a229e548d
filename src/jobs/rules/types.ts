import type { BundeslandCode } from '../../shared/bundeslaender.ts'
import type { JobStatus } from '../../shared/job-status.ts'
import type { ModelType, VersionName } from '../../shared/model-types.ts'

/** What to train, on what, and how: fields of the reference. */
export type TrainingConfig = {
  name: string
  model_type: ModelType
  bundeslaender: BundeslandCode[]
  batch_size: number
  learning_rate: number
  epochs: number
  warmup_steps: number
  weight_decay: number
  gradient_accumulation: number
  mixed_precision: boolean
}

/** What creation decides about a job, once and for all. */
export type JobSpec = {
  id: string
  config: TrainingConfig
  totalDocuments: number
  createdMs: number
  /** The actor that created it; `null`: unknown. */
  createdBy: string | null
}

/** How one job's training is simulated; fixed at its start, so that a changed setting never moves its steps. */
export type Simulation = {
  /** Milliseconds of one step, possibly fractional. */
  stepMs: number
  /** The step at which the training throws; `null`: never. */
  failsAtStep: number | null
}

/** What trains a job. What differs between trainers stands in rules/trainers/, a file each. */
export type Trainer = { kind: 'simulated' } & Simulation

/** A stretch of uninterrupted training: when it began, and how many milliseconds had been trained before. */
export type Run = { startedMs: number; activeMsBefore: number }

/** A job as the events so far have made it. All times are Unix milliseconds, whole. */
export type Job = JobSpec & {
  trainer: Trainer
  /** The place of its row in the register's order; `null`: not known. */
  seq: number | null
  /** Events so far. */
  revision: number
  status: JobStatus
  /** When the last event happened: no later one happens before it, whatever the clock says. */
  changedMs: number
  /** When training began for the first time; `null` before. */
  startedMs: number | null
  runs: Run[]
  /** Milliseconds trained until the last pause or end. While training, the current run comes on top. */
  activeMs: number
  pauses: number
  /** When validation was over; from then on the job becomes completed, or fails if that is refused too often. */
  validatedMs: number | null
  /** How often the register has refused the completion. */
  refusals: number
  /** What the job's version is called; `null` while there is none, and for jobs completed before this was noted. */
  version: VersionName | null
  /** When the job reached its final state. */
  completedMs: number | null
  errorMessage: string | null
  deleted: boolean
}

type JobEventBody =
  | { type: 'created'; spec: JobSpec; simulation: Simulation; seq?: number }
  | { type: 'preparation_started' }
  | { type: 'training_started' }
  | { type: 'paused' }
  | { type: 'resumed' }
  | { type: 'validation_started' }
  | { type: 'validated' }
  | { type: 'completion_refused'; message: string }
  | { type: 'completed'; version?: VersionName }
  | { type: 'failed'; message: string }
  | { type: 'cancelled' }
  | { type: 'deleted' }

/**
 * Something that happened to a job. `actor` asked for it; missing: it came by itself. Events are kept for
 * ever: their shapes may grow, never change. `v` is the version of the shape, on events that are read; only 1 so far.
 */
export type JobEvent = JobEventBody & { atMs: number; actor?: string; v?: 1 }

/** Values by metric name; what was not reported is missing. */
export type Metrics = Readonly<Record<string, number>>

/** What a trainer says at one moment. */
export type Point = { step: number; epoch: number; timestampMs: number; metrics: Metrics }

/** A job's points, numbered from 0 in the order in which they came. A point's number is never its step. */
export interface Curve {
  readonly length: number
  /** How long it may become: no watcher's cursor of this job has more points. */
  readonly lengthMax: number
  /** The points numbered `from` … `to` - 1, of those that there are. */
  slice(from: number, to: number): Point[]
  /** The points whose steps lie between two, both included, by step. */
  between(fromStep: number, toStep: number): Point[]
}

/** How far the training is, whatever the trainer. */
export type Progress = {
  /** Steps done. */
  step: number
  totalSteps: number
  /** From 1; 0 before training has begun. */
  epoch: number
  /** Milliseconds trained; pauses do not count. */
  activeMs: number
  /** Milliseconds of work that remain; a pause does not shorten them. */
  remainingMs: number
  /** When the job will be completed unless somebody intervenes; `null` while that depends on a command, or is over. */
  expectedEndMs: number | null
  /** The values of the last point; before the first those of a model that knows nothing. */
  latest: Metrics
}

/** A job at a moment: everything that is shown of it comes out of this. */
export type View = { job: Job; progress: Progress; curve: Curve }
