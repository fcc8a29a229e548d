import type { HistoryPoint } from '../../../client/index.ts'
import { reportedNames } from '../../../shared/metric-names.ts'
import type { MetricValue } from '../../../shared/metric-value.ts'
import { Columns } from '../../live/columns.ts'
import { isUsual } from './measures.ts'

const rowNames = ['step', 'epoch', 'timestamp', 'value'] as const

/** The curve of one metric, a row for each of its points, in ascending order of steps. */
export type CurveRows = Columns<(typeof rowNames)[number]>

export const emptyRows = (): CurveRows => new Columns(rowNames)

/** The rows of the points that have a value of the metric, by its own name or another that means the same. */
export function rowsOf(points: readonly HistoryPoint[], name: string): CurveRows {
  const rows = emptyRows()
  rows.push(
    points.flatMap((point) => {
      const value = metricIn(point, name)
      return value === null ? [] : [{ step: point.step, epoch: point.epoch, timestamp: point.timestamp, value }]
    }),
  )
  return rows
}

function metricIn(point: HistoryPoint, name: string): MetricValue | null {
  if (isUsual(name)) return point[name]
  const { metrics = {} } = point
  const reported = Object.hasOwn(metrics, name) ? name : reportedNames(name, Object.keys(metrics))[0]
  return reported === undefined ? null : (metrics[reported] ?? null)
}
