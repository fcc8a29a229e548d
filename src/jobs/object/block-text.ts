import { type MetricValue, metricValueOf } from '../../shared/metric-value.ts'
import { type BlockSummary, type Extremes, type Sum, summarize } from '../rules/block.ts'
import { type Column, type Columns, columnsOf } from '../rules/columns.ts'
import type { Point } from '../rules/types.ts'

/** What a block's row has as text. The names of the metrics are in `extremes` alone, which is read with the points. */
export type BlockText = { extremes: string; points: string }

/** What a row says of a block's points. `loose`: missing in rows of before it was told. */
export type Told = Sum & { loose: Sum | null | undefined }

/**
 * `count`: missing in rows of before it was told. `hasNaN`: there only where a NaN is neither the latest value nor the only one;
 * rows of before it was told are silent about those.
 */
type StoredExtremes = [
  name: string,
  lowest: MetricValue,
  highest: MetricValue,
  latest: MetricValue,
  step: number,
  timeMs: number,
  count?: number,
  hasNaN?: 1,
]
type StoredSum = { epoch: number | null; metrics: StoredExtremes[] }
type StoredSummary = StoredSum & { loose?: StoredSum | null }

/** `columns`: in the order of the extremes. Rows of before have the names here, too. */
type StoredPoints = Omit<Columns, 'metrics'> & ({ columns: Column[] } | { metrics: Columns['metrics'] })

/** Points as they are stored, and what they sum up to. */
export function blockOf(points: readonly Point[]): { summary: BlockSummary; text: BlockText } {
  const summary = summarize(points)
  const { metrics, ...heads } = columnsOf(points)
  const stored: StoredPoints = { ...heads, columns: [...summary.metrics.keys()].map((name) => metrics[name] ?? []) }
  const told: StoredSummary = { ...storedSum(summary), loose: summary.loose && storedSum(summary.loose) }
  return { summary, text: { extremes: JSON.stringify(told), points: JSON.stringify(stored) } }
}

export function toldBy(extremes: string, names?: ReadonlySet<string>): Told {
  const { loose, ...all } = JSON.parse(extremes) as StoredSummary
  return { ...sumIn(all, names), loose: loose ? sumIn(loose, names) : loose }
}

export function columnsIn({ extremes, points }: BlockText): Columns {
  const stored = JSON.parse(points) as StoredPoints
  if ('metrics' in stored) return stored
  const { columns, ...heads } = stored
  const { metrics } = JSON.parse(extremes) as StoredSummary
  return { ...heads, metrics: Object.fromEntries(metrics.map(([name], i) => [name, columns[i] ?? []])) }
}

const storedSum = ({ epoch, metrics }: Sum): StoredSum => ({
  epoch,
  metrics: [...metrics].map(([name, { lowest, highest, latest, step, timeMs, count, hasNaN }]): StoredExtremes => {
    const [low, high, last] = [metricValueOf(lowest), metricValueOf(highest), metricValueOf(latest)]
    const isHidden = hasNaN && low !== 'NaN' && last !== 'NaN'
    return isHidden ? [name, low, high, last, step, timeMs, count, 1] : [name, low, high, last, step, timeMs, count]
  }),
})

function sumIn({ epoch, metrics }: StoredSum, names?: ReadonlySet<string>): Sum {
  const sum: Sum = { epoch, metrics: new Map() }
  for (const [name, lowest, highest, latest, step, timeMs, count = 0, hasNaN] of metrics) {
    if (names !== undefined && !names.has(name)) continue
    const extremes: Extremes = {
      lowest: Number(lowest),
      highest: Number(highest),
      latest: Number(latest),
      ...{ step, timeMs, count },
      hasNaN: hasNaN === 1 || Number.isNaN(Number(lowest)) || Number.isNaN(Number(latest)),
    }
    sum.metrics.set(name, extremes)
  }
  return sum
}
