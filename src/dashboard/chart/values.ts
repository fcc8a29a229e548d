import type { Gap, Values } from './types.ts'

/** Values as uPlot draws them: `null` is a gap in the line, `undefined` a place that the line passes over. */
export type Drawn = ArrayLike<number | null | undefined>

/**
 * A curve's values as they are drawn. Where a point has no value of the curve, since metrics are reported one by one or some
 * less often, the line goes on to the next one; there is a gap where a value is one that the axis has no place for.
 */
export function drawable(values: Values, isLog: boolean): Drawn {
  const hasPlace = (value: number) => Number.isFinite(value) && (!isLog || value > 0)
  if (values.every((value) => value !== null && hasPlace(value))) return values
  return Array.from(values, (value) => (value === null ? undefined : hasPlace(value) ? value : null))
}

/** The indexes of drawn values between two gaps, which have no line; `null`: none. `more`: gaps that no value is. */
export function isolatedIn(values: Drawn, more: readonly Gap[] = []): number[] | null {
  if (!Array.isArray(values) && more.length === 0) return null
  const ends = new Set(more.map(([before]) => before))
  const isolated: number[] = []
  /** How many values the line has so far, and the index of the last. */
  let [count, last] = [0, 0]
  const end = () => {
    if (count === 1) isolated.push(last)
    count = 0
  }
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value === null) end()
    if (value == null) continue
    count++
    last = index
    if (ends.has(index)) end()
  }
  end()
  return isolated.length === 0 ? null : isolated
}

/** The last value of a curve, which may be none of a finite number; `null` where there is none. */
export function lastOf(values: Values): number | null {
  for (let index = values.length - 1; index >= 0; index--) {
    const value = values[index]
    if (value != null) return value
  }
  return null
}
