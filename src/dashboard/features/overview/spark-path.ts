import type { Values } from '../../chart/types.ts'
import { SPARKLINE_POINTS } from '../../platform/limits.ts'

/** A curve without axes. */
export type SparkCurve = {
  values: Values
  /** The step of each value, from 0. */
  steps: Float64Array
  /** Steps of the whole job: what it has not reached yet stays empty. */
  totalSteps: number
  /** The value at the upper edge; 0 is at the lower. */
  max: number
}

/** The size of the drawing. */
export const width = 120
export const height = 32

/** Evenly chosen values, including the last, of those that there are; the line is interrupted at those not finite. */
export function pathOf({ values, steps, totalSteps, max }: SparkCurve): string {
  const known = [...values].flatMap((value, at) => (value === null ? [] : [{ value, step: steps[at] ?? 0 }]))
  if (known.length < 2) return ''
  const count = Math.min(SPARKLINE_POINTS, known.length)
  const chosen = Array.from({ length: count }, (_, n) => known[Math.round((n * (known.length - 1)) / (count - 1))])
  let command = 'M'
  return chosen
    .flatMap((point) => {
      if (point === undefined || !Number.isFinite(point.value)) {
        command = 'M'
        return []
      }
      const x = (point.step / totalSteps) * width
      const y = height - 2 - (point.value / max) * (height - 4)
      const part = `${command}${x.toFixed(1)},${y.toFixed(1)}`
      command = 'L'
      return [part]
    })
    .join('')
}
