import type { JobSnapshot } from '../../../../client/index.ts'
import type { JobColumn } from '../../../domain/job-columns.ts'
import { PARALLEL_LOG_FROM } from '../../../platform/limits.ts'

type Value = ReturnType<JobColumn['of']>

/** A place on an axis, from 0 at its lower end to 1 at its upper; `null`: beside it, where jobs without a value are. */
type Place = number | null

/** An axis of parallel coordinates: numbers from the lowest to the highest, or categories at equal distances. */
export type Axis = {
  column: JobColumn
  kind: 'numbers' | 'categories'
  /** What stands at it. */
  ticks: { at: number; text: string }[]
  /** Of each job, in their order. */
  places: Place[]
}

/** A column of some jobs as an axis. */
export function axisOf(column: JobColumn, jobs: readonly JobSnapshot[]): Axis {
  const values = jobs.map(column.of)
  const numbers = values.map(numberIn)
  const isNumeric = values.every((value, at) => value === null || numbers[at] !== null)
  return isNumeric ? numericAxis(column, jobs, numbers) : categoricalAxis(column, jobs, values)
}

/** A value as a number; `null`: it is none, or there is none. Parameters are texts, also where they are numbers. */
export function numberIn(value: Value): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

function numericAxis(column: JobColumn, jobs: readonly JobSnapshot[], numbers: readonly (number | null)[]): Axis {
  const finite = numbers.filter((value) => value !== null && Number.isFinite(value)) as number[]
  const [min, max] = [Math.min(...finite), Math.max(...finite)]
  // Learning rates lie orders of magnitude apart.
  const isLog = min > 0 && max / min >= PARALLEL_LOG_FROM
  const scaled = (value: number) => (isLog ? Math.log(value) : value)
  const placeOf = (value: number): number =>
    min === max ? 0.5 : (scaled(value) - scaled(min)) / (scaled(max) - scaled(min))
  const ends = [...new Set(finite.length === 0 ? [] : [min, max])]
  return {
    column,
    kind: 'numbers',
    ticks: ends.map((value) => ({ at: placeOf(value), text: textAt(column, jobs[numbers.indexOf(value)]) })),
    places: numbers.map((value) => (value === null || !Number.isFinite(value) ? null : placeOf(value))),
  }
}

function categoricalAxis(column: JobColumn, jobs: readonly JobSnapshot[], values: readonly Value[]): Axis {
  const categories = [...new Set(values.filter((value) => value !== null))].sort((a, b) =>
    String(b).localeCompare(String(a), undefined, { numeric: true }),
  )
  const placeOf = (value: NonNullable<Value>): number =>
    categories.length < 2 ? 0.5 : categories.indexOf(value) / (categories.length - 1)
  return {
    column,
    kind: 'categories',
    ticks: categories.map((value) => ({ at: placeOf(value), text: textAt(column, jobs[values.indexOf(value)]) })),
    places: values.map((value) => (value === null ? null : placeOf(value))),
  }
}

/** What a column shows of a job, as text alone. */
export function textAt({ text }: JobColumn, job: JobSnapshot | undefined): string {
  const shown = job === undefined ? '' : text(job)
  return typeof shown === 'string' ? shown : shown.join(', ')
}
