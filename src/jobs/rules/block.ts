import type { MetricValue } from '../../shared/metric-value.ts'
import { metricValueOf } from '../../shared/metric-value.ts'
import { hasStep } from './trainers/words.ts'
import type { Point } from './types.ts'

/** The points of one report, column by column: one row of the object's tables. A missing value is `null`. */
export type Columns = {
  step: number[]
  time: number[]
  epoch: (number | null)[]
  metrics: Record<string, (MetricValue | null)[]>
}

/** Of one metric in a block, or in a curve. */
export type Extremes = { lowest: number; highest: number; latest: number; step: number; timeMs: number }

/** What is known of a block without reading its points. */
export type BlockSummary = {
  /** The lowest and highest of the steps that count; `null`: none does. */
  fromStep: number | null
  toStep: number | null
  epoch: number | null
  values: number
  metrics: Map<string, Extremes>
}

export function columnsOf(points: readonly Point[]): Columns {
  const names = new Set(points.flatMap(({ metrics }) => Object.keys(metrics)))
  const column = (name: string) =>
    points.map(({ metrics }) => (metrics[name] === undefined ? null : metricValueOf(metrics[name])))
  return {
    step: points.map(({ step }) => step),
    time: points.map(({ timestampMs }) => timestampMs),
    epoch: points.map(({ epoch }) => epoch),
    metrics: Object.fromEntries([...names].map((name) => [name, column(name)])),
  }
}

export function pointsOf({ step, time, epoch, metrics }: Columns): Point[] {
  const columns = Object.entries(metrics)
  return step.map((one, i) => {
    const values = columns.flatMap(([name, column]) => {
      const value = column[i]
      return value === null || value === undefined ? [] : [[name, Number(value)] as const]
    })
    return { step: one, epoch: epoch[i] ?? null, timestampMs: time[i] ?? 0, metrics: Object.fromEntries(values) }
  })
}

/** A value that is later by step, then by time, is the latest; the lowest and highest pass over NaN. */
export function include(into: Map<string, Extremes>, name: string, other: Extremes): void {
  const known = into.get(name)
  if (known === undefined) return void into.set(name, { ...other })
  known.lowest = lower(known.lowest, other.lowest)
  known.highest = higher(known.highest, other.highest)
  if (other.step > known.step || (other.step === known.step && other.timeMs >= known.timeMs)) {
    known.latest = other.latest
    known.step = other.step
    known.timeMs = other.timeMs
  }
}

const lower = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b))
const higher = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b))

export function summarize(points: readonly Point[]): BlockSummary {
  const metrics = new Map<string, Extremes>()
  let values = 0
  let epoch: number | null = null
  for (const point of points) {
    if (point.epoch !== null) epoch = Math.max(epoch ?? point.epoch, point.epoch)
    for (const [name, value] of Object.entries(point.metrics)) {
      values++
      const { step, timestampMs: timeMs } = point
      include(metrics, name, { lowest: value, highest: value, latest: value, step, timeMs })
    }
  }
  const steps = points.filter(hasStep).map(({ step }) => step)
  const fromStep = steps.length === 0 ? null : Math.min(...steps)
  const toStep = steps.length === 0 ? null : Math.max(...steps)
  return { fromStep, toStep, epoch, values, metrics }
}
