import type { ChartContent, Values } from '../../chart/types.ts'
import { formatClock, formatCount, formatLoss, formatNumber, formatProgress, formatScore } from '../../i18n/format.ts'
import { locale } from '../../i18n/locale.ts'
import type { Alignment, Measure } from './address.ts'

/** The values under the cursor; with no cursor (`x` is null) at the end of each curve. */
export type Reading = { x: number | null; values: readonly (number | null)[] }

export function readAt({ x, curves }: ChartContent, cursor: number | null): Reading {
  if (cursor === null) return { x: null, values: curves.map(lastOf) }
  return { x: x[cursor] ?? null, values: curves.map((values) => values[cursor] ?? null) }
}

function lastOf(values: Values): number | null {
  for (let index = values.length - 1; index >= 0; index--) {
    const value = values[index]
    if (value != null) return value
  }
  return null
}

export const xFormats: Record<Alignment, (value: number) => string> = {
  step: formatCount,
  time: formatClock,
  progress: (percent) => formatProgress(percent, percent % 1 === 0 ? 0 : 1),
}

const formats: Record<Measure, (value: number) => string> = {
  val_loss: formatLoss,
  loss: formatLoss,
  accuracy: formatScore,
  learning_rate: (value) => formatNumber(value),
}

export const formatOf = (measure: Measure): ((value: number) => string) => formats[measure]

/** As `formatOf`, for the space beside the y axis. */
export const tickFormatOf = (measure: Measure): ((value: number) => string) =>
  measure === 'learning_rate' ? formatShort : formats[measure]

const formatShort = (value: number): string =>
  value.toLocaleString(locale.value, { notation: value !== 0 && value < 0.001 ? 'scientific' : 'standard' })
