import { COLUMN_CAPACITY_MIN } from '../platform/limits.ts'

/** A stretch of columns, all of the same length. */
export type ColumnData<Name extends string> = Record<Name, Float64Array<ArrayBuffer>>

/**
 * Rows of numbers, column by column, in arrays that double: adding a row costs the same at the first and at the
 * ten-thousandth, and a chart reads them without a copy.
 */
export class Columns<Name extends string> {
  readonly names: readonly Name[]
  #data: ColumnData<Name>
  #length = 0

  constructor(names: readonly Name[]) {
    this.names = names
    this.#data = this.#allocate(COLUMN_CAPACITY_MIN)
  }

  get length(): number {
    return this.#length
  }

  /** A column: a view, valid until rows are added. */
  column(name: Name): Float64Array<ArrayBuffer> {
    return this.#data[name].subarray(0, this.#length)
  }

  /** A value; `NaN` if out of range. */
  at(name: Name, index: number): number {
    return index < this.#length ? (this.#data[name][index] ?? Number.NaN) : Number.NaN
  }

  /** Adds rows that have a number for each column. */
  push(rows: readonly Record<Name, number>[]): void {
    this.#reserve(this.#length + rows.length)
    for (const row of rows) {
      for (const name of this.names) this.#data[name][this.#length] = row[name]
      this.#length++
    }
  }

  /** Adds a stretch that another context has sent. */
  append(stretch: ColumnData<Name>): void {
    const count = Math.max(0, ...this.names.map((name) => stretch[name].length))
    this.#reserve(this.#length + count)
    for (const name of this.names) this.#data[name].set(stretch[name], this.#length)
    this.#length += count
  }

  /** A copy of everything from an index on, for sending. */
  slice(from: number): ColumnData<Name> {
    return this.#map((name) => this.#data[name].slice(from, this.#length))
  }

  clear(): void {
    this.#length = 0
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
