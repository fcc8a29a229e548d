import type { Values } from './types.ts'

/** A curve's values as they are drawn: gaps where there is none, or none that the axis has a place for. */
export function drawable(values: Values, isLog: boolean): Values {
  const hasPlace = (value: number | null) => value !== null && Number.isFinite(value) && (!isLog || value > 0)
  return values.every(hasPlace) ? values : Array.from(values, (value) => (hasPlace(value) ? value : null))
}

/** The indexes of drawn values between two gaps, which have no line; `null`: none. */
export function isolatedIn(values: Values): number[] | null {
  if (!Array.isArray(values)) return null
  const isGap = (index: number) => (values[index] ?? null) === null
  const isolated = values.flatMap((_, index) => (!isGap(index) && isGap(index - 1) && isGap(index + 1) ? [index] : []))
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
