import type { JobSnapshot } from '../../client.ts'
import type { JobStatus } from '../../jobs/status.ts'
import type { LiveJob } from './watch-live.ts'

/** Where a job stands: as its stream says, or before that as it was read. */
export type JobState = {
  status: JobStatus
  progress: number
  epoch: number
  epochs: number
  /** `null` before the first step. */
  loss: number | null
  valLoss: number | null
  accuracy: number | null
  /** Milliseconds of work that remain; `null` where that is not known. */
  remainingMs: number | null
  /** `null` where only the stream knows. */
  live: { step: number; steps: number; elapsedMs: number } | null
}

/** Where a job stands, by its stream if that has said anything, else by the job as it was read. */
export function stateOf(live: LiveJob, read: JobSnapshot | null): JobState | null {
  return live.event.value === null ? read && stateOfSnapshot(read, Date.now()) : stateOfStream(live.event.value)
}

function stateOfStream(event: NonNullable<LiveJob['event']['value']>): JobState {
  const begun = event.current_step > 0
  return {
    status: event.status,
    progress: event.progress,
    epoch: event.current_epoch,
    epochs: event.total_epochs,
    loss: begun ? event.metrics.loss : null,
    valLoss: begun ? event.metrics.val_loss : null,
    accuracy: begun ? event.metrics.accuracy : null,
    remainingMs: event.estimated_remaining_ms,
    live: { step: event.current_step, steps: event.total_steps, elapsedMs: event.elapsed_time_ms },
  }
}

/** @param nowMs by this machine's clock, which the service's may differ from by seconds */
export function stateOfSnapshot(job: JobSnapshot, nowMs: number): JobState {
  const begun = job.progress > 0
  return {
    status: job.status,
    progress: job.progress,
    epoch: job.current_epoch,
    epochs: job.total_epochs,
    loss: begun ? job.loss : null,
    valLoss: begun ? job.val_loss : null,
    accuracy: begun ? job.metrics.accuracy : null,
    remainingMs: job.estimated_completion === null ? null : Math.max(0, Date.parse(job.estimated_completion) - nowMs),
    live: null,
  }
}
