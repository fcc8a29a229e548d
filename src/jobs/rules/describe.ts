import { FRAME_POINTS_MAX, HISTORY_WINDOW_POINTS } from '../../platform/limits.ts'
import { type NamedMetric, nameOf } from '../../shared/metric-names.ts'
import { type MetricValue, metricValueOf } from '../../shared/metric-value.ts'
import { timestamp } from '../../shared/timestamp.ts'
import type { TrainingMetrics } from '../../shared/training-metrics.ts'
import type { Rewind } from './attempt.ts'
import { attemptInEvent, runnersOf } from './describe-runners.ts'
import { progressAt } from './progress.ts'
import type { HistoryPoint, JobSnapshot, StreamEvent } from './shown.ts'
import type { Metrics, Point, View } from './types.ts'

/** A job as the API shows it, how many points its curve has, how often it was edited, and how often its run has changed. */
export type ShownJob = { job: JobSnapshot; points: number; edits: number; runChanges: number }

/** The job of a view, as it is shown. */
export const shownAt = (view: View): ShownJob => ({
  job: describe(view),
  points: view.curve.length,
  edits: view.job.edits,
  runChanges: view.run.changes,
})

/** A job as the API shows it. Computed, never stored by reading. */
export function describe(view: View): JobSnapshot {
  const { job, progress } = view
  const { latest } = progress
  return {
    id: job.id,
    name: job.config.name,
    model_type: job.config.model_type,
    status: job.status,
    trainer: job.trainer.kind,
    progress: progressOf(view),
    current_epoch: progress.epoch,
    total_epochs: job.config.epochs,
    loss: metricOf(latest, 'loss'),
    val_loss: metricOf(latest, 'val_loss'),
    learning_rate: metricOf(latest, 'learning_rate'),
    documents_processed: documentsOf(view),
    total_documents: job.totalDocuments,
    dataset: job.dataset === undefined ? null : { ...job.dataset, sha256: null, withdrawn: null },
    created_at: timestamp(job.createdMs),
    created_by: job.createdBy,
    started_at: timestamp(job.startedMs),
    estimated_completion: timestamp(progress.expectedEndMs),
    completed_at: timestamp(job.completedMs),
    error_message: job.errorMessage,
    revision: job.revision,
    queue_position: null,
    notes: job.notes,
    tags: job.tags,
    metrics: resultsOf(view),
    config: job.config,
    ...runnersOf(view),
  }
}

/** The scores of a job so far, and its last losses. Of a completed one D1 keeps these with its version, as JSON. */
export function resultsOf({ progress: { latest }, curve }: View): TrainingMetrics {
  const last = curve.last(HISTORY_WINDOW_POINTS)
  return {
    precision: metricOf(latest, 'precision'),
    recall: metricOf(latest, 'recall'),
    f1_score: metricOf(latest, 'f1_score'),
    accuracy: metricOf(latest, 'accuracy'),
    loss_history: lossesOf(last, latest, 'loss'),
    val_loss_history: lossesOf(last, latest, 'val_loss'),
  }
}

/** The losses among points; of those that have none, such as a final score, the last loss that there was. */
function lossesOf(points: readonly Point[], latest: Metrics, field: 'loss' | 'val_loss'): MetricValue[] {
  const losses = points.flatMap(({ metrics }) => metricOf(metrics, field) ?? [])
  const last = losses.length > 0 || points.length === 0 ? null : metricOf(latest, field)
  return last === null ? losses : [last]
}

/** How much history an event carries: the last points each time, or each point once. */
export type HistoryMode = 'window' | 'delta'

/** A watcher's cursor: the revision it has seen, and the number of points it has. */
export type Cursor = { revision: number; points: number }

/** An event for the watchers at a cursor, and the cursor after it. */
export type Frame = { cursor: Cursor; event: StreamEvent }

/**
 * The event for a watcher at a cursor. It carries at most `pointsMax` points: of a window the last ones. A delta event carries
 * FRAME_VALUES_MAX values, too, or one point, and sets `more` if others follow; the cursor is then after those it carries.
 * After a rewind that the watcher has not seen, it says so, and begins with the
 * first point of the attempt that went back.
 */
export function describeEvent(
  view: View,
  mode: HistoryMode,
  seen: Cursor,
  pointsMax: number = FRAME_POINTS_MAX,
): Frame {
  const { job, progress, curve } = view
  const points = curve.length
  const rewind = mode === 'window' ? null : rewindSince(job.attempts.rewinds, seen.revision)
  const before = rewind === null ? seen.points : Math.min(rewind.point, seen.points)
  const from = Math.min(before, points)
  const to = mode === 'window' ? points : curve.reach(from, Math.min(points, from + pointsMax))
  const { latest } = progress
  const history = mode === 'window' ? curve.last(Math.min(pointsMax, HISTORY_WINDOW_POINTS)) : curve.slice(from, to)
  const event: StreamEvent = {
    // Deltas are for small events, and the client has requested the stream by this id.
    ...(mode === 'window' ? { job_id: job.id } : {}),
    status: job.status,
    progress: progressOf(view),
    current_epoch: progress.epoch,
    total_epochs: job.config.epochs,
    current_step: progress.step,
    total_steps: progress.totalSteps,
    elapsed_time_ms: progress.activeMs,
    estimated_remaining_ms: progress.remainingMs,
    metrics: {
      loss: metricOf(latest, 'loss'),
      val_loss: metricOf(latest, 'val_loss'),
      accuracy: metricOf(latest, 'accuracy'),
      learning_rate: metricOf(latest, 'learning_rate'),
    },
    history: history.map(mode === 'delta' ? pointByNames : pointShown),
    ...(rewind === null ? {} : { rewind: { from_step: rewind.fromStep } }),
    ...attemptInEvent(view),
    ...(to < points ? { more: true as const } : {}),
  }
  return { cursor: { revision: job.revision, points: Math.max(to, before) }, event }
}

/** The lowest of the rewinds since a revision, and the earliest point from which to go on; `null`: there was none. */
export function rewindSince(rewinds: readonly Rewind[], revision: number): Omit<Rewind, 'revision'> | null {
  const missed = rewinds.filter((one) => one.revision > revision)
  if (revision === 0 || missed.length === 0) return null
  return {
    fromStep: Math.min(...missed.map(({ fromStep }) => fromStep)),
    point: Math.min(...missed.map(({ point }) => point)),
  }
}

/** A completed job has done all that it wanted to, whatever its last step was called. */
const progressOf = ({ job, progress }: View): number =>
  job.status === 'completed' ? 100 : Math.min(100, progressAt(progress.step, progress.totalSteps))

function documentsOf({ job: { status, totalDocuments }, progress: { step, totalSteps } }: View): number | null {
  if (status === 'completed') return totalDocuments
  return totalSteps === null ? null : Math.min(totalDocuments, Math.floor((step * totalDocuments) / totalSteps))
}

/** The metrics that have a field in a point. */
const pointFields = ['loss', 'val_loss', 'learning_rate', 'accuracy'] as const satisfies readonly NamedMetric[]

/** A point as the API shows it. */
export const pointShown = (point: Point): HistoryPoint => shownPoint(point, namesShown(point))

/** A point that also has by its own name what a field shows of another: so nobody has to guess which of them it is. */
export const pointByNames = (point: Point): HistoryPoint => shownPoint(point, pointFields)

function shownPoint(
  { step, epoch, timestampMs, metrics, isSuperseded }: Point,
  without: readonly (string | null)[],
): HistoryPoint {
  const others = Object.entries(metrics).flatMap(([name, value]) =>
    without.includes(name) ? [] : [[name, metricValueOf(value)] as [string, MetricValue]],
  )
  return {
    epoch,
    step,
    loss: metricOf(metrics, 'loss'),
    val_loss: metricOf(metrics, 'val_loss'),
    learning_rate: metricOf(metrics, 'learning_rate'),
    timestamp: timestampMs,
    accuracy: metricOf(metrics, 'accuracy'),
    ...(others.length === 0 ? {} : { metrics: Object.fromEntries(others) }),
    ...(isSuperseded ? { superseded: true as const } : {}),
  }
}

/** The names of the values that fields show. */
const namesShown = ({ metrics }: Point) => pointFields.map((field) => nameOf(metrics, field))

/** The value of a field; `null`: it was not reported. */
function metricOf(metrics: Metrics, field: NamedMetric): MetricValue | null {
  const name = nameOf(metrics, field)
  const value = name === null ? undefined : metrics[name]
  return value === undefined ? null : metricValueOf(value)
}
