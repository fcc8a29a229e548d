import { FRAME_POINTS_MAX, HISTORY_WINDOW_POINTS } from '../limits.ts'
import { activeMsOf, type Job, nextWakeMs, pointsOf, stepOf, totalSteps } from './job.ts'
import type { CurvePoint, HistoryPoint, JobSnapshot, StreamEvent } from './schema.ts'
import { activeMsAt, lastStep, metricsAt, progressAt, STEPS_PER_EPOCH, type StepMetrics } from './simulation.ts'
import { isFinal } from './status.ts'

/** What a job shows before its first step, as in the reference. */
const untrained: StepMetrics = { loss: 1, val_loss: 1, precision: 0, recall: 0, f1_score: 0, accuracy: 0 }

/** The job as the API shows it now. Computed, never stored by reading. */
export function describe(job: Job, nowMs: number): JobSnapshot {
  const total = totalSteps(job)
  const step = stepOf(job, nowMs)
  const points = pointsOf(job, nowMs)
  const { loss, val_loss, ...scores } = metricsNow(job, nowMs)
  const window = range(Math.max(0, points - HISTORY_WINDOW_POINTS), points).map((k) => metricsAt(k, total))
  return {
    id: job.id,
    name: job.config.name,
    model_type: job.config.model_type,
    status: job.status,
    progress: progressAt(step, total),
    current_epoch: currentEpoch(job, step),
    total_epochs: job.config.epochs,
    loss,
    val_loss,
    learning_rate: job.config.learning_rate,
    documents_processed: Math.floor((step * job.totalDocuments) / total),
    total_documents: job.totalDocuments,
    created_at: timestamp(job.createdMs),
    created_by: job.createdBy,
    started_at: timestamp(job.startedMs),
    estimated_completion: timestamp(estimatedCompletionMs(job)),
    completed_at: timestamp(job.completedMs),
    error_message: job.errorMessage,
    revision: job.revision,
    queue_position: null,
    metrics: {
      ...scores,
      loss_history: window.map((point) => point.loss),
      val_loss_history: window.map((point) => point.val_loss),
    },
    config: job.config,
  }
}

/** How much history an event carries: the last points each time, or each point once. */
export type HistoryMode = 'window' | 'delta'

/** Where a watcher stands: the revision it has seen, and how many history points it has. */
export type Cursor = { revision: number; points: number }

/** An event for the watchers at a cursor, and the cursor behind it. */
export type Frame = { cursor: Cursor; event: StreamEvent }

/**
 * What the stream shows now to a watcher that has `pointsBefore` points. A delta event carries at most
 * FRAME_POINTS_MAX points and says `more` when others wait; the cursor then stands behind those it carries.
 */
export function describeEvent(job: Job, nowMs: number, mode: HistoryMode, pointsBefore: number): Frame {
  const points = pointsOf(job, nowMs)
  const from = mode === 'window' ? Math.max(0, points - HISTORY_WINDOW_POINTS) : Math.min(pointsBefore, points)
  const to = mode === 'window' ? points : Math.min(points, from + FRAME_POINTS_MAX)
  const step = stepOf(job, nowMs)
  const { loss, val_loss, accuracy } = metricsNow(job, nowMs)
  const event: StreamEvent = {
    // Who asks for a delta counts bytes, and has asked by this very id.
    ...(mode === 'window' ? { job_id: job.id } : {}),
    status: job.status,
    progress: progressAt(step, totalSteps(job)),
    current_epoch: currentEpoch(job, step),
    total_epochs: job.config.epochs,
    current_step: step,
    total_steps: totalSteps(job),
    elapsed_time_ms: activeMsOf(job, nowMs),
    estimated_remaining_ms: remainingMs(job, nowMs),
    metrics: { loss, val_loss, accuracy, learning_rate: job.config.learning_rate },
    history: historyPoints(job, from, to),
    ...(to < points ? { more: true as const } : {}),
  }
  return { cursor: { revision: job.revision, points: Math.max(to, pointsBefore) }, event }
}

/** The points of the steps `from` … `to` - 1, which must have been reached, as events carry them. */
function historyPoints(job: Job, from: number, to: number): HistoryPoint[] {
  return curvePoints(job, from, to).map(({ accuracy: _, ...point }) => point)
}

/** The points of the steps `from` … `to` - 1, which must have been reached. */
export function curvePoints(job: Job, from: number, to: number): CurvePoint[] {
  return range(from, to).map((step) => {
    const { loss, val_loss, accuracy } = metricsAt(step, totalSteps(job))
    return {
      epoch: Math.floor(step / STEPS_PER_EPOCH) + 1,
      step,
      loss,
      val_loss,
      learning_rate: job.config.learning_rate,
      timestamp: reachedMs(job, step),
      accuracy,
    }
  })
}

/** When a step was reached: in the last run that began before it. A step reached at the very pause belongs before it. */
function reachedMs(job: Job, step: number): number {
  const activeMs = activeMsAt(step, job.simulation)
  const run = job.runs.findLast((one) => one.activeMsBefore < activeMs) ?? job.runs[0]
  return run === undefined ? job.changedMs : run.startedMs + activeMs - run.activeMsBefore
}

function metricsNow(job: Job, nowMs: number): StepMetrics {
  const points = pointsOf(job, nowMs)
  return points === 0 ? untrained : metricsAt(points - 1, totalSteps(job))
}

function currentEpoch(job: Job, step: number): number {
  return job.startedMs === null ? 0 : Math.min(Math.floor(step / STEPS_PER_EPOCH) + 1, job.config.epochs)
}

/** Milliseconds of work that remain, validation included; a pause does not shorten them. */
function remainingMs(job: Job, nowMs: number): number {
  if (isFinal(job.status)) return 0
  const oneStepMs = activeMsAt(1, job.simulation)
  const passedMs = Math.max(0, nowMs - job.changedMs)
  const trainingMs = activeMsAt(lastStep(totalSteps(job), job.simulation), job.simulation) - activeMsOf(job, nowMs)
  switch (job.status) {
    case 'queued':
      return oneStepMs + trainingMs + oneStepMs
    case 'preparing':
      return Math.max(0, oneStepMs - passedMs) + trainingMs + oneStepMs
    case 'training':
    case 'paused':
      return trainingMs + oneStepMs
    case 'validating':
      return Math.max(0, oneStepMs - passedMs)
  }
}

/** When the job will be completed if nobody intervenes; `null` while that depends on somebody, or is over. */
function estimatedCompletionMs(job: Job): number | null {
  const changesByItself = job.status !== 'queued' && nextWakeMs(job) !== null
  return changesByItself ? job.changedMs + remainingMs(job, job.changedMs) : null
}

function timestamp(ms: number): string
function timestamp(ms: number | null): string | null
function timestamp(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
