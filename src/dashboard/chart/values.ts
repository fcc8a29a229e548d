import type { Values } from './types.ts'

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

/** The indexes of drawn values between two gaps, which have no line; `null`: none. */
export function isolatedIn(values: Drawn): number[] | null {
  if (!Array.isArray(values)) return null
  const isolated: number[] = []
  /** The index of a value after a gap that no line has reached yet; −1: there is none. */
  let alone = -1
  let isAfterGap = true
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue
    if (value === null) {
      if (alone >= 0) isolated.push(alone)
      alone = -1
      isAfterGap = true
      continue
    }
    alone = isAfterGap ? index : -1
    isAfterGap = false
  }
  if (alone >= 0) isolated.push(alone)
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
