import type { ChartContent } from '../../chart/types.ts'
import { lastOf } from '../../chart/values.ts'
import { metricText } from '../../domain/metric-text.ts'
import { formatClock, formatCount, formatProgress } from '../../i18n/format.ts'
import type { Alignment } from './address.ts'

/**
 * The values under the cursor; with no cursor (`x` is null) at the end of each curve. Of smoothed curves also the raw
 * ones.
 */
export type Reading = {
  x: number | null
  values: readonly { shown: number | null; raw: number | null }[]
}

/** @param areSmoothed whether each curve is followed by its smoothed one */
export function readAt({ x, curves }: ChartContent, cursor: number | null, areSmoothed = false): Reading {
  const all = curves.map((values) => (cursor === null ? lastOf(values) : (values[cursor] ?? null)))
  const values = areSmoothed
    ? all.flatMap((raw, at) => (at % 2 === 0 ? [{ shown: all[at + 1] ?? null, raw }] : []))
    : all.map((shown) => ({ shown, raw: null }))
  return { x: cursor === null ? null : (x[cursor] ?? null), values }
}

export const xFormats: Record<Alignment, (value: number) => string> = {
  step: formatCount,
  time: formatClock,
  progress: (percent) => formatProgress(percent, percent % 1 === 0 ? 0 : 1),
}

export const formatOf =
  (measure: string) =>
  (value: number): string =>
    metricText(measure, value)
