import type { MetricValue } from '../../shared/metric-value.ts'
import { metricValueOf } from '../../shared/metric-value.ts'
import type { LoggedValue } from './run.ts'
import { isStepless } from './stepless.ts'
import type { Point } from './types.ts'

/** A metric's values by place among the points: all of them, `null` where there is none, or only those that there are. */
export type Column = readonly (MetricValue | null)[] | { places: readonly number[]; values: readonly MetricValue[] }

/** Points, column by column. `epoch`: `null` where none of them names one. */
export type Columns = {
  step: readonly number[]
  time: readonly number[]
  epoch: readonly (number | null)[] | null
  metrics: Readonly<Record<string, Column>>
}

/** Beyond so many missing values for one that there is, a column that names places is shorter. */
const MISSING_PER_VALUE = 1

export function columnsOf(points: readonly Point[]): Columns {
  const found = new Map<string, { places: number[]; values: MetricValue[] }>()
  for (const [i, { metrics }] of points.entries()) {
    for (const [name, value] of Object.entries(metrics)) {
      const column = found.get(name) ?? { places: [], values: [] }
      if (column.places.length === 0) found.set(name, column)
      column.places.push(i)
      column.values.push(metricValueOf(value))
    }
  }
  const hasEpoch = points.some(({ epoch }) => epoch !== null)
  return {
    step: points.map(({ step }) => step),
    time: points.map(({ timestampMs }) => timestampMs),
    epoch: hasEpoch ? points.map(({ epoch }) => epoch) : null,
    metrics: Object.fromEntries([...found].map(([name, column]) => [name, shorter(column, points.length)])),
  }
}

function shorter(column: { places: readonly number[]; values: readonly MetricValue[] }, count: number): Column {
  if (count - column.values.length > MISSING_PER_VALUE * column.values.length) return column
  const values = new Array<MetricValue | null>(count).fill(null)
  for (const [n, i] of column.places.entries()) values[i] = column.values[n] ?? null
  return values
}

export function pointsOf(columns: Columns): Point[] {
  const metrics = columns.step.map((): [string, number][] => [])
  for (const [name, column] of Object.entries(columns.metrics)) {
    eachValue(column, (i, value) => metrics[i]?.push([name, value]))
  }
  return metrics.map((values, i) => ({ ...headOf(columns, i), metrics: Object.fromEntries(values) }))
}

/** One of the points. */
export function pointAt(columns: Columns, i: number): Point {
  const values: [string, number][] = []
  for (const [name, column] of Object.entries(columns.metrics)) {
    const value = valueAt(column, i)
    if (value !== null) values.push([name, Number(value)])
  }
  return { ...headOf(columns, i), metrics: Object.fromEntries(values) }
}

/** Calls back with each value of a column and its place, in order. */
export function eachValue(column: Column, take: (i: number, value: number) => void): void {
  if ('places' in column) {
    for (let n = 0; n < column.places.length; n++) take(column.places[n] ?? 0, Number(column.values[n]))
    return
  }
  for (let i = 0; i < column.length; i++) {
    const value = column[i]
    if (value !== null && value !== undefined) take(i, Number(value))
  }
}

/** The values of some metrics, or of all, with the step and time of each. */
export function valuesIn(columns: Columns, names: Iterable<string> = Object.keys(columns.metrics)): LoggedValue[] {
  const values: LoggedValue[] = []
  for (const name of names) {
    eachValue(columns.metrics[name] ?? [], (i, value) => {
      const { step, timestampMs } = headOf(columns, i)
      values.push({ name, value, step, timestampMs })
    })
  }
  return values
}

function valueAt(column: Column, i: number): MetricValue | null {
  if (!('places' in column)) return column[i] ?? null
  const n = column.places.indexOf(i)
  return n < 0 ? null : (column.values[n] ?? null)
}

const headOf = ({ step, time, epoch }: Columns, i: number) => ({
  step: step[i] ?? 0,
  epoch: epoch?.[i] ?? null,
  timestampMs: time[i] ?? 0,
})

/** Which of the points count for steps. */
export function steppedIn({ step, metrics }: Columns): boolean[] {
  const stepped = new Array<boolean>(step.length).fill(false)
  for (const [name, column] of Object.entries(metrics)) {
    if (isStepless(name)) continue
    eachValue(column, (i) => {
      stepped[i] = true
    })
  }
  return stepped
}
