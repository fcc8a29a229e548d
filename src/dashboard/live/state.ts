import type { JobSnapshot } from '../../client/index.ts'
import { isFinal, type JobStatus, jobStatuses } from '../../shared/job-status.ts'
import { numberOf } from '../../shared/metric-value.ts'
import type { Connection, LiveEvent } from './protocol.ts'
import type { LiveJob } from './watch-live.ts'

/** The state of a job, from its stream or as it was read. */
export type JobState = {
  status: JobStatus
  /** Per cent; `null`: unknown, since its trainer has not said how many steps it will do. */
  progress: number | null
  /** `null`: unknown. */
  epoch: number | null
  epochs: number
  /** `null` before the first point, and until one has it; NaN or ±Infinity of a training that has diverged. */
  loss: number | null
  valLoss: number | null
  accuracy: number | null
  /** Milliseconds of work that remain; `null` where that is not known. */
  remainingMs: number | null
  /** `null` where only the stream knows. `steps`: of the whole training; `null`: unknown. */
  live: { step: number; steps: number | null; elapsedMs: number } | null
}

/** The state of a job, from its stream or from the job as it was read, whichever is newer. */
export function stateOf(
  { event, points, connection }: Pick<LiveJob, 'event' | 'points' | 'connection'>,
  read: JobSnapshot | null,
): JobState | null {
  const latest = event.value
  if (latest !== null && (read === null || isAhead(latest, connection.value, read))) {
    return stateOfStream(latest, points.length > 0, read)
  }
  return read && { ...stateOfSnapshot(read, Date.now()), live: latest && liveAt(read.progress, latest) }
}

/**
 * What only the stream knows, of a job that was read after the stream's last event: its steps follow from the progress,
 * and its time is the last that was heard.
 */
const liveAt = (progress: number, { current_step, total_steps: steps, elapsed_time_ms: elapsedMs }: LiveEvent) => ({
  step: steps === null ? current_step : Math.round((progress / 100) * steps),
  steps,
  elapsedMs,
})

/**
 * Whether a stream's last event is newer than the job as it was read: always while the stream is live, and otherwise if
 * it is further on, until the job is read again. A job that has ended in either has ended.
 */
export function isAhead(
  event: Pick<LiveEvent, 'status' | 'progress'>,
  { state }: Connection,
  read: Pick<JobSnapshot, 'status' | 'progress'>,
): boolean {
  const isOver = isFinal(event.status)
  if (isOver !== isFinal(read.status)) return isOver
  if (state === 'live' || state === 'ended') return true
  const [latest, known] = [stageOf(event.status), stageOf(read.status)]
  return latest === known ? event.progress > read.progress : latest > known
}

/** The order of states. A job alternates only between training and paused. */
const stageOf = (status: JobStatus): number => jobStatuses.indexOf(status === 'paused' ? 'training' : status)

/**
 * Whether what is shown of a job says something. Before the first point of a simulated one the API gives zeros and ones; of others
 * it gives `null` for what nobody has reported.
 */
export const hasBegun = ({ trainer, metrics }: Pick<JobSnapshot, 'trainer' | 'metrics'>): boolean =>
  trainer !== 'simulated' || metrics.loss_history.length > 0

function stateOfStream(event: LiveEvent, begun: boolean, read: JobSnapshot | null): JobState {
  return {
    status: event.status,
    progress: progressOfStream(event),
    epoch: event.current_epoch,
    epochs: event.total_epochs,
    loss: begun ? numberOf(event.metrics.loss) : null,
    valLoss: begun ? numberOf(event.metrics.val_loss) : null,
    accuracy: begun ? numberOf(event.metrics.accuracy) : null,
    remainingMs: isEnding(read) ? null : event.estimated_remaining_ms,
    live: { step: event.current_step, steps: event.total_steps, elapsedMs: event.elapsed_time_ms },
  }
}

/** The API says 0 where nobody knows; of a job whose training has not begun, that is so. */
function progressOfStream({ status, progress, total_steps: steps, elapsed_time_ms: elapsedMs }: LiveEvent) {
  const isUnknown = steps === null && status !== 'completed' && (status === 'training' || elapsedMs > 0)
  return isUnknown ? null : progress
}

/** The same of a job as it was read, whose documents are counted by its steps. */
export const progressOf = ({ progress, documents_processed: documents, started_at }: JobSnapshot): number | null =>
  documents === null && started_at !== null ? null : progress

/** @param nowMs of this machine's clock, which may differ from the service's by seconds */
export function stateOfSnapshot(job: JobSnapshot, nowMs: number): JobState {
  const begun = hasBegun(job)
  return {
    status: job.status,
    progress: progressOf(job),
    epoch: job.current_epoch,
    epochs: job.total_epochs,
    loss: begun ? numberOf(job.loss) : null,
    valLoss: begun ? numberOf(job.val_loss) : null,
    accuracy: begun ? numberOf(job.metrics.accuracy) : null,
    remainingMs: remainingOf(job, nowMs),
    live: null,
  }
}

/** Whether its cancellation was requested: it will not take as long as its training would. */
const isEnding = (job: Pick<JobSnapshot, 'requested'> | null): boolean => job?.requested?.what === 'cancel'

/** How long a job will still take, in milliseconds; `null`: unknown, as once a runner takes longer than was expected. */
export function remainingOf(
  job: Pick<JobSnapshot, 'trainer' | 'estimated_completion' | 'requested'>,
  nowMs: number,
): number | null {
  const { trainer, estimated_completion } = job
  if (estimated_completion === null || isEnding(job)) return null
  const ms = Date.parse(estimated_completion) - nowMs
  return trainer !== 'simulated' && ms <= 0 ? null : Math.max(0, ms)
}
