import { type MetricValue, numberOf } from '../../shared/metric-value.ts'
import { COLUMN_CAPACITY_MIN } from '../platform/limits.ts'

/** A stretch of columns, all of the same length. */
export type ColumnData<Name extends string> = Record<Name, Float64Array<ArrayBuffer>>

/**
 * What stands in a column where a row has no value: NaN is a value. A value that happens to be this one is shown as none,
 * which is as good as the 0 that it is to any chart.
 */
const missing = -Number.MIN_VALUE

/**
 * Rows of numbers, column by column, in arrays that double: adding a row costs the same at the first and at the
 * ten-thousandth, and a chart reads them without a copy. They are kept in ascending order of the first column, in whatever
 * order they come; equal rows stay in the order in which they came.
 */
export class Columns<Name extends string> {
  readonly names: readonly Name[]
  #data: ColumnData<Name>
  /** The columns in which a row has no value. */
  readonly #gappy = new Set<Name>()
  #length = 0

  constructor(names: readonly Name[]) {
    this.names = names
    this.#data = this.#allocate(COLUMN_CAPACITY_MIN)
  }

  get length(): number {
    return this.#length
  }

  /** A column that has a value in every row: a view, valid until rows are added. */
  column(name: Name): Float64Array<ArrayBuffer> {
    return this.#data[name].subarray(0, this.#length)
  }

  /** Any column, with `null` where a row has no value: then a copy, otherwise the view. */
  values(name: Name): Float64Array<ArrayBuffer> | (number | null)[] {
    const column = this.column(name)
    return this.#gappy.has(name) ? Array.from(column, (value) => (value === missing ? null : value)) : column
  }

  /** A value; `NaN` if the row has none or is out of range. */
  at(name: Name, index: number): number {
    const value = index < this.#length ? this.#data[name][index] : undefined
    return value === undefined || value === missing ? Number.NaN : value
  }

  /** Adds rows. @returns them, for sending */
  push(rows: readonly Record<Name, MetricValue | null>[]): ColumnData<Name> {
    const stretch = this.#map((name) => Float64Array.from(rows, (row) => numberOf(row[name]) ?? missing))
    this.append(stretch)
    return stretch
  }

  /** Adds a stretch that another context has sent. */
  append(stretch: ColumnData<Name>): void {
    const count = Math.max(0, ...this.names.map((name) => stretch[name].length))
    this.#reserve(this.#length + count)
    for (const name of this.names) this.#data[name].set(stretch[name], this.#length)
    const from = this.#length
    this.#length += count
    this.#lookForGaps(from)
    this.#order(from)
  }

  /** Drops the rows that are not below a limit in the first column. */
  dropFrom(limit: number): void {
    const [first] = this.names
    while (first !== undefined && this.#length > 0 && this.at(first, this.#length - 1) >= limit) this.#length--
  }

  /** A copy of everything, for sending. */
  copy(): ColumnData<Name> {
    return this.#map((name) => this.#data[name].slice(0, this.#length))
  }

  clear(): void {
    this.#length = 0
    this.#gappy.clear()
  }

  #lookForGaps(from: number): void {
    for (const name of this.names) if (this.column(name).includes(missing, from)) this.#gappy.add(name)
  }

  /** Brings rows into order, of which those before an index are. */
  #order(from: number): void {
    const [first] = this.names
    if (first === undefined || isAscending(this.column(first).subarray(Math.max(0, from - 1)))) return
    const order = orderOf(this.column(first)) ?? []
    for (const name of this.names) {
      const column = this.column(name)
      column.set(order.map((at) => column[at] as number))
    }
  }

  #reserve(length: number): void {
    const capacity = Math.min(...this.names.map((name) => this.#data[name].length))
    if (length <= capacity) return
    const larger = this.#allocate(Math.max(length, capacity * 2))
    for (const name of this.names) larger[name].set(this.#data[name])
    this.#data = larger
  }

  #allocate(capacity: number): ColumnData<Name> {
    return this.#map(() => new Float64Array(capacity))
  }

  #map(column: (name: Name) => Float64Array<ArrayBuffer>): ColumnData<Name> {
    return Object.fromEntries(this.names.map((name) => [name, column(name)])) as ColumnData<Name>
  }
}

const isAscending = (values: Float64Array): boolean =>
  values.every((value, at) => at === 0 || (values[at - 1] as number) <= value)

/** The indexes of values in ascending order; `null`: they are in order. */
export const orderOf = (values: Float64Array): number[] | null =>
  isAscending(values)
    ? null
    : Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b)
