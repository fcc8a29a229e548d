import { formatLoss, formatNumber, formatScientific, formatScore, noValue } from '../i18n/format.ts'
import { locale } from '../i18n/locale.ts'

/** A metric's value: of those that every job may have as everywhere, of others with as many digits as tell them apart. */
export function metricText(name: string, value: number | null): string {
  if (value === null) return noValue
  if (name === 'loss' || name === 'val_loss') return formatLoss(value)
  if (scores.has(name)) return formatScore(value)
  if (name === 'learning_rate') return formatNumber(value)
  if (!Number.isFinite(value) || value === 0) return formatNumber(value)
  const size = Math.abs(value)
  if (size >= 1e9 || size < 1e-4) return formatScientific(value)
  if (size >= 10_000) return formatNumber(Math.round(value))
  return value.toLocaleString(locale.value, { maximumSignificantDigits: 5 })
}

const scores: ReadonlySet<string> = new Set(['accuracy', 'precision', 'recall', 'f1_score'])
