import { locale, regionalLocale } from './locale.ts'

/** Shown where there is no value. */
export const noValue = '–'

/** A whole number, grouped. */
export const formatCount = (value: number): string => value.toLocaleString(locale.value)

/** A number with all its digits, up to 8 decimals as in a learning rate, below that by its power of ten; or with exactly so many. */
export const formatNumber = (value: number | null, digits?: number): string =>
  digits === undefined && value && Math.abs(value) < 1e-6
    ? formatScientific(value)
    : decimal(value, digits ?? 0, digits ?? 8)

/** A number of any size by its power of ten. */
export const formatScientific = (value: number): string =>
  value.toLocaleString(locale.value, { notation: 'scientific', maximumSignificantDigits: 4 })

/** A loss, with the 4 digits that the API gives. */
export const formatLoss = (value: number | null): string => decimal(value, 4, 4)

/** A score from 0 to 1, with 3 digits. */
export const formatScore = (value: number | null): string => decimal(value, 3, 3)

function decimal(value: number | null, minimumFractionDigits: number, maximumFractionDigits: number): string {
  if (value === null) return noValue
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  // A training that diverges reaches numbers of any length.
  if (Math.abs(value) >= 1e12) return formatScientific(value)
  return value.toLocaleString(locale.value, { minimumFractionDigits, maximumFractionDigits })
}

/** Per cent from 0–100, whole by default. */
export const formatPercent = (percent: number, digits = 0): string =>
  (percent / 100).toLocaleString(locale.value, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })

/** Progress, per cent of 0–100, rounded down: nothing is at 100 % before it is complete. */
export const formatProgress = (percent: number, digits = 0): string =>
  formatPercent(roundedDown(percent, digits), digits)

/** Per cent, rounded down. A step is 0.01 % of a training or more; floating point errors must not cost a digit. */
export const roundedDown = (percent: number, digits = 0): number =>
  Math.floor(percent * 10 ** digits + 1e-6) / 10 ** digits

/** A moment: 24. Nov. 2026, 14:05. Takes what `Date` takes. */
export const formatDateTime = (at: string | number): string =>
  new Date(at).toLocaleString(regionalLocale.value, { dateStyle: 'medium', timeStyle: 'short' })

/** A moment to the second, for logs. */
export const formatMoment = (at: string | number): string =>
  new Date(at).toLocaleString(regionalLocale.value, { dateStyle: 'medium', timeStyle: 'medium' })

/** The time of a moment, to the second. */
export const formatTime = (at: string | number): string =>
  new Date(at).toLocaleTimeString(regionalLocale.value, { timeStyle: 'medium' })

/** The time of a moment, to the minute. */
export const formatMinute = (at: string | number): string =>
  new Date(at).toLocaleTimeString(regionalLocale.value, { timeStyle: 'short' })

/** The day of a moment, without its year: 24. Nov. */
export const formatDay = (at: string | number): string =>
  new Date(at).toLocaleDateString(regionalLocale.value, { day: 'numeric', month: 'short' })

/** A time relative to now: 3 minutes ago. */
export function formatAgo(at: string | number, nowMs: number): string {
  const seconds = Math.round((new Date(at).getTime() - nowMs) / 1_000)
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const)
  return new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit)
}

const units = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const parts = (ms: number) => {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  return { hours: Math.floor(seconds / 3_600), minutes: Math.floor(seconds / 60) % 60, seconds: seconds % 60 }
}

/** A duration as a clock shows it: 4:05, 1:04:05. It does not change its width while it runs. */
export function formatClock(ms: number): string {
  const { hours, minutes, seconds } = parts(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}

/** A duration in words, for sentences: 4 min, 5 sec. */
export function formatDuration(ms: number): string {
  const { hours, minutes, seconds } = parts(ms)
  const units = hours > 0 ? { hours, minutes } : minutes > 0 ? { minutes, seconds } : { seconds }
  return new Intl.DurationFormat(locale.value, {
    style: 'short',
    secondsDisplay: hours > 0 ? 'auto' : 'always',
  }).format(units)
}

/** An enumeration: a, b and c. */
export const formatList = (items: string[]): string =>
  new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(items)

/** The beginning of an id, enough to identify it on a page. */
export const shortId = (id: string): string => id.slice(0, 8)
