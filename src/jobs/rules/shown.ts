import type { JobStatus } from '../../shared/job-status.ts'
import type { MetricValue } from '../../shared/metric-value.ts'
import type { ModelType } from '../../shared/model-types.ts'
import type { TrainerKind } from '../../shared/trainers.ts'
import type { TrainingDataset } from '../../shared/training-dataset.ts'
import type { TrainingMetrics } from '../../shared/training-metrics.ts'
import type { AttemptEnd, RequestKind } from './attempt.ts'
import type { Edit, TrainingConfig } from './types.ts'

/** Jobs as the API shows them; the schemas in jobs/http describe the fields. */

/** A job at a moment. */
export type JobSnapshot = {
  id: string
  name: string
  model_type: ModelType
  status: JobStatus
  trainer: TrainerKind
  progress: number
  current_epoch: number | null
  total_epochs: number
  loss: MetricValue | null
  val_loss: MetricValue | null
  learning_rate: MetricValue | null
  documents_processed: number | null
  total_documents: number
  dataset: TrainingDataset | null
  created_at: string
  created_by: string | null
  started_at: string | null
  estimated_completion: string | null
  completed_at: string | null
  error_message: string | null
  revision: number
  queue_position: number | null
  notes: string
  tags: string[]
  metrics: TrainingMetrics
  config: TrainingConfig
} & RunnersPart

/** What the API shows of a job's runners. */
export type RunnersPart = {
  waiting_for: 'slot' | 'runner' | null
  offered_at: string | null
  waits_until: string | null
  requested: {
    id: number
    what: RequestKind
    at: string
    by: string | null
    grace_s: number
    seen_at: string | null
    stopping_at: string | null
  } | null
  attempt: {
    number: number
    runner: string
    claimed_at: string
    heard_at: string | null
    progressed_at: string | null
    silent_since: string | null
    stalled_since: string | null
    lost_at: string | null
    lost_after_s: number
    resumed_from_step: number | null
    ended: AttemptEnd | null
  } | null
  params: Record<string, string>
  max_attempts: number
  losses: number
  checkpoint: ShownCheckpoint | null
  summary: Record<string, { latest: MetricValue; lowest: MetricValue; highest: MetricValue; best: MetricValue }>
  run_params: Record<string, string>
  run_tags: Record<string, string>
  values_not_stored: number
}

/** A point of a curve. */
export type HistoryPoint = {
  epoch: number | null
  step: number
  loss: MetricValue | null
  val_loss: MetricValue | null
  learning_rate: MetricValue | null
  timestamp: number
  accuracy: MetricValue | null
  /** Every other value, by the name that the trainer gives it; in a delta also those that fill fields; missing if there is none. */
  metrics?: Record<string, MetricValue> | undefined
  superseded?: true | undefined
}

/** A range of a curve, possibly downsampled. */
export type History = {
  resolution: { method: 'full' | 'min-max'; bucket_steps: number }
  points: HistoryPoint[]
}

/** The data of one event of a job's stream. */
export type StreamEvent = {
  job_id?: string | undefined
  status: JobStatus
  progress: number
  current_epoch: number | null
  total_epochs: number
  current_step: number
  total_steps: number | null
  elapsed_time_ms: number
  estimated_remaining_ms: number | null
  metrics: Record<'loss' | 'val_loss' | 'accuracy' | 'learning_rate', MetricValue | null>
  history: HistoryPoint[]
  rewind?: { from_step: number } | undefined
  attempt?: number | undefined
  waiting_for?: 'slot' | 'runner' | undefined
  requested?: { id: number; what: RequestKind; seen: boolean; stopping: boolean } | undefined
  silent_since?: string | undefined
  stalled_since?: string | undefined
  output_lines?: number | undefined
  more?: true | undefined
}

/** An event of a job and the change of its status. */
export type EventRecord = {
  sequence: number
  at: string
  type: string
  actor: string | null
  from_status: JobStatus | null
  to_status: JobStatus
  step: number
  message: string | null
  changes: Edit | null
  details: EventDetails | null
}

/** What an event of an attempt says; which fields there are depends on its type. */
export type EventDetails = {
  attempt?: number | undefined
  runner?: string | undefined
  version?: string | undefined
  resumed_from?: ShownCheckpoint | undefined
  from_step?: number | undefined
  total_steps?: number | undefined
  since?: string | undefined
  offered?: boolean | undefined
  until?: string | undefined
  outcome?: AttemptEnd | undefined
  checkpoint?: ShownCheckpoint | undefined
  ignored_checkpoint?: ShownCheckpoint | undefined
  exit_status?: number | undefined
  signal?: string | undefined
  request?: number | undefined
  what?: RequestKind | undefined
  grace_s?: number | undefined
}

/** A checkpoint as the API shows it: its step, and its path. */
export type ShownCheckpoint = { step: number; checkpoint: string }

/** An attempt of a runner. */
export type AttemptRecord = {
  number: number
  runner: string
  claimed_at: string
  confirmed_at: string | null
  ended: AttemptEnd | null
  ended_at: string | null
  resumed_from: ShownCheckpoint | null
  checkpoint: ShownCheckpoint | null
  /** The lowest and highest step that it has reported. */
  from_step: number | null
  to_step: number | null
  /** Its steps from this one on no longer count: a later attempt has them. */
  superseded_from: number | null
}

/** A line of output of a training process. */
export type OutputRecord = {
  /** From 0 within the job, in the order of arrival. */
  number: number
  attempt: number
  stream: 'stdout' | 'stderr'
  /** Unix ms, by the clock of the runner. */
  timestamp: number
  text: string
}

/** A runner that has asked for a job within a day. */
export type RunnerRecord = {
  name: string
  actor: string
  version: string | null
  labels: Record<string, string>
  /** While it waits for a job, this may be ten minutes old. */
  seen_at: string
  /** Since when it waits for a job, has its job, or has ended. */
  since: string
  /** When it said that it ends; `null`: it has not. */
  left_at: string | null
  job_id: string | null
  last_job: { id: string; name: string; ended: AttemptEnd | null } | null
}
