import type { BundeslandCode } from '../../shared/bundeslaender.ts'
import type { JobStatus } from '../../shared/job-status.ts'
import type { ModelType, VersionName } from '../../shared/model-types.ts'
import type { TrainerKind } from '../../shared/trainers.ts'

/** The configuration of a job: the fields of the reference. */
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

/** The immutable properties of a job, set by its creation. */
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
  /** The step at which training fails; `null`: never. */
  failsAtStep: number | null
}

/** The trainer of a job. rules/trainers/ has a file per trainer. */
export type Trainer = { kind: TrainerKind } & Simulation

/** A period of uninterrupted training: when it started, and how many milliseconds were trained before. */
export type Run = { startedMs: number; activeMsBefore: number }

/** A job as derived from its events. All times are whole Unix milliseconds. */
export type Job = JobSpec & {
  trainer: Trainer
  /** The sequence number of its row in the register; `null`: unknown. */
  seq: number | null
  /** Events so far that moved the job on: all but edits. */
  revision: number
  /** Edits so far. */
  edits: number
  /** What people note about it; empty: nothing. */
  notes: string
  /** Words by which it is found, each once, in the order in which they were given. */
  tags: string[]
  status: JobStatus
  /** The time it last moved on, from which its next step follows. */
  changedMs: number
  /** The time of the last event, edits included: later events are never dated earlier, whatever the clock says. */
  loggedMs: number
  /** When training first started; `null` before. */
  startedMs: number | null
  runs: Run[]
  /** Milliseconds trained until the last pause or end; the current run is not included. */
  activeMs: number
  pauses: number
  /** Milliseconds prepared before a pause that preceded training; the rest follows the resume. */
  preparedMs: number
  /** Of a paused job in the queue: since when, and the actor who requested its resume; `null`: it is not in the queue. */
  awaitsSlot: { sinceMs: number; actor: string | null } | null
  /** When validation finished; the job then becomes completed, or fails if that is refused too often. */
  validatedMs: number | null
  /** How often the register has refused the completion. */
  refusals: number
  /** The job's model version; `null` without one, and for jobs completed before this was recorded. */
  version: VersionName | null
  /** When the job reached its final state. */
  completedMs: number | null
  errorMessage: string | null
  deleted: boolean
}

/** What people write on a job, whatever its status; missing fields stay as they are. */
export type Edit = { name?: string | undefined; notes?: string | undefined; tags?: string[] | undefined }

/** The first event of a job. `simulation`: that of its trainer (`trainerIn`). `seq`: of its row in the register. */
export type CreatedEvent = { type: 'created'; spec: JobSpec; simulation: Simulation; seq?: number }

type JobEventBody =
  | CreatedEvent
  | { type: 'preparation_started' }
  | { type: 'training_started' }
  | { type: 'paused' }
  | { type: 'resume_queued' }
  | { type: 'resume_withdrawn' }
  | { type: 'resumed' }
  | { type: 'validation_started' }
  | { type: 'validated' }
  | { type: 'completion_refused'; message: string }
  | { type: 'completed'; version?: VersionName }
  | { type: 'failed'; message: string }
  | { type: 'cancelled' }
  | { type: 'deleted' }
  | ({ type: 'edited' } & Edit)

/**
 * An event of a job. `actor` requested it; if missing, it happened by itself. Events are kept for ever: their shapes may
 * grow, never change. `v` is the version of the shape, on events that are read. There is only 1, so nothing depends on it:
 * the first event whose shape cannot just grow is written with 2, and upcast where the log is read.
 */
export type JobEvent = JobEventBody & { atMs: number; actor?: string; v?: 1 }

/** Values by metric name, each any number, NaN and ±Infinity included; unreported ones are missing. */
export type Metrics = Readonly<Record<string, number>>

/** A trainer's report at one time. `epoch`: counted from 1; `null`: it names none. */
export type Point = { step: number; epoch: number | null; timestampMs: number; metrics: Metrics }

/** A job's points, numbered from 0 in order of arrival. A point's number is not its step. */
export interface Curve {
  readonly length: number
  /** How long it may become: no watcher's cursor of this job has more points. */
  readonly lengthMax: number
  /** The points numbered `from` … `to` - 1, of those that there are. */
  slice(from: number, to: number): Point[]
  /** The points whose steps lie between two, both included, by step. */
  between(fromStep: number, toStep: number): Point[]
  /** The same, downsampled to at most `maxPoints` (≥ 2). */
  thin(fromStep: number, toStep: number, maxPoints: number): Thinned
}

/** Points of a curve, the extremes of buckets of so many steps; 1: all points. */
export type Thinned = { bucketSteps: number; points: readonly Point[] }

/** The progress of a job, independent of the trainer. */
export type Progress = {
  /** Steps done. */
  step: number
  /** Steps of the whole training; `null`: unknown. */
  totalSteps: number | null
  /** Counted from 1; 0 before training has started; `null`: unknown. */
  epoch: number | null
  /** Milliseconds of training, excluding pauses. */
  activeMs: number
  /** Milliseconds of work that remain; constant during a pause; `null`: unknown. */
  remainingMs: number | null
  /** When the job will complete without intervention; `null` while that depends on a command, or once it has finished. */
  expectedEndMs: number | null
  /** The latest value of each metric that was reported; of a simulated job before its first point, an untrained model's. */
  latest: Metrics
}

/** A job at a point in time, from which everything shown is derived. */
export type View = { job: Job; progress: Progress; curve: Curve }
