import { t } from '../i18n/text.ts'
import { SMOOTHING_MAX } from '../platform/limits.ts'
import type { Curve, Values } from './types.ts'

/**
 * The exponential moving average of a curve, without the bias towards its start value 0, as TensorBoard smooths:
 * https://github.com/tensorflow/tensorboard (line_chart_v2/lib, `resmooth`). Gaps stay gaps.
 *
 * @param weight of what came before, from 0 (the curve itself) to below 1
 */
export function smoothed(values: Values, weight: number): (number | null)[] {
  let average = 0
  let known = 1
  return Array.from(values, (value) => {
    if (value === null || !Number.isFinite(value)) return value
    average = average * weight + (1 - weight) * value
    known *= weight
    return average / (1 - known)
  })
}

/** Each curve followed by its smoothed one: drawn over it, and named as such. Without a weight, the curves themselves. */
export const withSmoothed = <T extends Curve>(curves: readonly T[], weight: number): T[] =>
  weight === 0
    ? [...curves]
    : curves.flatMap((curve) => [
        { ...curve, label: t('chart.raw', { name: curve.label }), isRaw: true },
        { ...curve, label: t('chart.smoothed', { name: curve.label }) },
      ])

/** The values of `withSmoothed`. */
export const withSmoothedValues = (curves: readonly Values[], weight: number): readonly Values[] =>
  weight === 0 ? curves : curves.flatMap((values) => [values, smoothed(values, weight)])

/** The weight that an address names; 0 if it is none. */
export function smoothingIn(text: string | null): number {
  const weight = Number(text ?? Number.NaN)
  return weight >= 0 && weight <= SMOOTHING_MAX ? Math.round(weight * 100) / 100 : 0
}
