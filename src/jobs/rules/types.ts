import type { BundeslandCode } from '../../shared/bundeslaender.ts'
import type { JobStatus } from '../../shared/job-status.ts'
import type { ModelType, VersionName } from '../../shared/model-types.ts'
import type { AttemptEvent, Attempts, Checkpoint } from './attempt.ts'
import type { RunData } from './run.ts'

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
  /** The dataset's revision at its creation, and how many documents of it were its own; missing: from before revisions. */
  dataset?: { revision: number; documents: number }
  createdMs: number
  /** The actor that created it; `null`: unknown. */
  createdBy: string | null
  /** Who trains it; missing: the simulated trainer. */
  trainedBy?: 'runner' | 'mlflow'
  /** Of a run that a script has opened itself; missing: it is none. */
  run?: OpenedRun
  /** What its training script is given; missing: nothing. */
  params?: Params
  /** How many attempts may be lost before the job waits for its last runner only; missing: MAX_ATTEMPTS_DEFAULT. */
  maxAttempts?: number
  /** From where its first attempt goes on; missing: from the beginning. */
  resumeFrom?: { jobId: string; checkpoint: Checkpoint }
}

/** A run that a script has opened itself. */
export type OpenedRun = {
  /** The experiment that it belongs to: its id in the register, and its name. */
  experiment: { id: number; name: string }
  /** Who opened it, for people. */
  by: string
  /** Whether it was opened to hold a model that was logged of no run, with which it ends; missing: no. */
  isForModel?: true
  /** When it began, Unix ms, as its client says; missing: when it was opened. */
  startMs?: number
  /** The job of whose attempt a process opened it, and the SHA-256 of that attempt's token, which speaks for it; missing: none. */
  parent?: { jobId: string; attempt: number; tokenHash: string }
}

/** A flat map for the user's own script. */
export type Params = Readonly<Record<string, string>>

/** How one job's training is simulated; fixed at its start, so that a changed setting never moves its steps. */
export type Simulation = {
  /** Milliseconds of one step, possibly fractional. */
  stepMs: number
  /** The step at which training fails; `null`: never. */
  failsAtStep: number | null
}

/** How long a job waits for runners; fixed at its start, like a simulation. Milliseconds. */
export type Patience = {
  /** The silence after which an attempt is lost: the job is offered to others. */
  lostAfterMs: number
  /** What nobody has taken or heard of for so long fails. */
  givenUpAfterMs: number
}

/** The trainer of a job. rules/trainers/ has a file per trainer. */
export type Trainer =
  | ({ kind: 'simulated' } & Simulation)
  | ({ kind: 'runner' } & Patience)
  | ({ kind: 'mlflow' } & Patience)

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
  /** What runners have made of it. */
  attempts: Attempts
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

/** What people note on a job; missing: nothing. */
export type Labels = { notes?: string | undefined; tags?: string[] | undefined }

/** What people write on a job, whatever its status; missing fields stay as they are. */
export type Edit = { name?: string | undefined } & Labels

/**
 * The first event of a job. What it says of the trainer, `trainerIn` reads: the simulation, or the patience of one for
 * runners. `seq`: of its row in the register.
 */
export type CreatedEvent = {
  type: 'created'
  spec: JobSpec
  simulation?: Simulation
  patience?: Patience
  /** Who has that patience; missing: a runner's job. */
  trainedBy?: 'mlflow'
  seq?: number
}

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
  /** `folder`: of the model's files, where they are not in the usual one */
  | { type: 'completed'; version?: VersionName; folder?: string }
  | { type: 'failed'; message: string }
  | { type: 'cancelled' }
  | { type: 'deleted' }
  | ({ type: 'edited' } & Edit)
  | AttemptEvent

/**
 * An event of a job. `actor` requested it; if missing, it happened by itself. `step`: the one that a runner had reported by
 * then; that of a simulated job follows from the time. Events are kept for ever: their shapes may
 * grow, never change. `v` is the version of the shape, on events that are read. There is only 1, so nothing depends on it:
 * the first event whose shape cannot just grow is written with 2, and upcast where the log is read.
 */
export type JobEvent = JobEventBody & { atMs: number; actor?: string; step?: number; v?: 1 }

/** Values by metric name, each any number, NaN and ±Infinity included; unreported ones are missing. */
export type Metrics = Readonly<Record<string, number>>

/** A trainer's report at one time. `epoch`: counted from 1; `null`: it names none. */
export type Point = {
  step: number
  epoch: number | null
  timestampMs: number
  metrics: Metrics
  /** A later attempt counts instead; read only if asked for. */
  isSuperseded?: true
}

/** A job's points, numbered from 0 in order of arrival. A point's number is not its step. */
export interface Curve {
  readonly length: number
  /** How long it may become: no watcher's cursor of this job has more points. */
  readonly lengthMax: number
  /** Every metric that was reported, also where a later attempt counts instead. */
  readonly names: Iterable<string>
  /** The points numbered `from` … `to` - 1, of those that there are. */
  slice(from: number, to: number): Point[]
  /** Where a slice must end that is to hold few values, FRAME_VALUES_MAX or a block's: known without reading the points. */
  reach(from: number, to: number): number
  /** The last points of those in force, at most so many. */
  last(count: number): Point[]
  /** The points whose steps lie between two, both included, by step. */
  between(fromStep: number, toStep: number): Point[]
  /** The same, downsampled, and only with a value of one of the metrics. */
  thin(range: Range): Thinned
}

/** What of a curve is asked for. */
export type Range = {
  fromStep: number
  toStep: number
  /** At most so many points (≥ 2): the extremes of the metrics stay. */
  maxPoints: number
  metrics: readonly string[]
  /** Also what later attempts have superseded. */
  includesSuperseded: boolean
  /** Without the other values of the points; missing: with them. */
  isNarrow?: boolean
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

/** The latest, lowest and highest value of a metric. Latest: of the highest step, then time. */
export type MetricSummary = {
  latest: number
  lowest: number
  highest: number
  /** The step and the time (Unix ms) of the latest; missing in rows of before they were kept. */
  step?: number
  timeMs?: number
}

/** What of the reported points is known without reading them; all of it of the effective curve, but for `points`. */
export type CurveSummary = {
  /** The length of the curve. */
  points: number
  /** The highest step; `null` before the first. */
  step: number | null
  /** The highest epoch; `null` while no point names one. */
  epoch: number | null
  /** When the last point was received, Unix ms; `null` before. */
  receivedMs: number | null
  /** When the live attempt was last heard, and last brought a new step or output, Unix ms; `null`: not yet. */
  heardMs: number | null
  progressedMs: number | null
  /** Lines of output that ever came. */
  lines: number
  /** By metric name. */
  metrics: Readonly<Record<string, MetricSummary>>
}

/** What trainers have reported of a job: points that are stored. Of a simulated job there are none. */
export type Recorded = { curve: Curve; summary: CurveSummary; run: RunData }

/** A job at a point in time, from which everything shown is derived. */
export type View = { job: Job; progress: Progress } & Recorded
