import { HISTORY_WINDOW_POINTS, SUMMARY_METRICS_MAX } from '../../platform/limits.ts'
import { nameOf, namesOfFields } from '../../shared/metric-names.ts'
import { type MetricValue, metricValueOf } from '../../shared/metric-value.ts'
import { type Columns, columnsOf, pointsOf } from '../rules/columns.ts'
import { nothingRecorded } from '../rules/recorded.ts'
import { noRun, type RunData } from '../rules/run.ts'
import type { CurveSummary, Point, Recorded } from '../rules/types.ts'

/** What a job's row keeps of the reported points: what they sum up to, and the last losses. */
export type StoredRecording = Omit<CurveSummary, 'metrics'> & {
  /** Latest, lowest and highest by metric, and when the latest was; of at most SUMMARY_METRICS_MAX metrics. */
  metrics: Record<
    string,
    [latest: MetricValue, lowest: MetricValue, highest: MetricValue, step?: number, timeMs?: number]
  >
  /** There are more metrics. */
  isCut?: true
  /** The losses of the last points. */
  tail: Columns
  /** What clients have logged beside metrics; missing: nothing. */
  run?: RunData
}

export function storedRecording({ curve, summary, run }: Recorded): StoredRecording {
  const names = new Set([...namesOfFields(summary.metrics), ...Object.keys(summary.metrics)])
  const kept = new Set([...names].slice(0, SUMMARY_METRICS_MAX))
  const metrics = Object.entries(summary.metrics).filter(([name]) => kept.has(name))
  return {
    ...summary,
    metrics: Object.fromEntries(
      metrics.map(([name, { latest, lowest, highest, step, timeMs }]) => [
        name,
        [...[latest, lowest, highest].map(metricValueOf), ...(step === undefined ? [] : [step, timeMs])],
      ]),
    ) as StoredRecording['metrics'],
    ...(names.size > kept.size ? { isCut: true as const } : {}),
    tail: columnsOf(curve.last(HISTORY_WINDOW_POINTS).map(lossesOf)),
    ...(run.changes === 0 ? {} : { run }),
  }
}

/** Whether there are metrics that a row leaves out. Rows of before this was noted may have been cut, if they are full. */
export const isCut = ({ isCut, metrics }: StoredRecording): boolean =>
  isCut ?? Object.keys(metrics).length === SUMMARY_METRICS_MAX

/** What was reported of the job in a row; of its curve the length and the last losses. */
export function recordedOf(stored: StoredRecording | undefined): Recorded {
  if (stored === undefined) return nothingRecorded
  const { metrics, tail, isCut: _, run = noRun, ...summary } = stored
  const points = pointsOf(tail)
  const values = Object.entries(metrics).map(([name, [latest, lowest, highest, step, timeMs]]) => {
    const when = step === undefined || timeMs === undefined ? {} : { step, timeMs }
    return [name, { latest: Number(latest), lowest: Number(lowest), highest: Number(highest), ...when }] as const
  })
  return {
    curve: {
      ...nothingRecorded.curve,
      length: summary.points,
      lengthMax: summary.points,
      last: (count) => points.slice(-count),
    },
    summary: { ...summary, metrics: Object.fromEntries(values) },
    run,
  }
}

/** A point with its losses alone. */
function lossesOf({ metrics, ...point }: Point): Point {
  const losses = (['loss', 'val_loss'] as const).flatMap((field) => {
    const name = nameOf(metrics, field)
    const value = name === null ? undefined : metrics[name]
    return value === undefined ? [] : [[field, value] as const]
  })
  return { ...point, metrics: Object.fromEntries(losses) }
}
