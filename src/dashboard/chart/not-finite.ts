import type { Curve, Values } from './types.ts'

/** Values of a curve that no axis has a place for. */
export type NotFinite = {
  curve: Curve
  value: number /** The indexes of the first of them, and of all. */
  first: number
  count: number
}

/** What of the curves is NaN or infinite, by curve and value. Faint curves are left out: others say the same. */
export function notFiniteIn(curves: readonly Curve[], values: readonly Values[]): NotFinite[] {
  return curves.flatMap((curve, at) => {
    if (curve.isRaw) return []
    const found = new Map<number, NotFinite>()
    const shown = values[at] ?? []
    for (let index = 0; index < shown.length; index++) {
      const value = shown[index] ?? null
      if (value === null || Number.isFinite(value)) continue
      const known = found.get(value)
      if (known === undefined) found.set(value, { curve, value, first: index, count: 1 })
      else known.count++
    }
    return [...found.values()]
  })
}
