import { locale } from './locale.ts'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** A size in bytes, in the largest unit of which there is one: 1.2 MB. A thousand of a unit are one of the next. */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1_000 ** power
  return value.toLocaleString(locale.value, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    // In short, English has no plural: 7 byte.
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power > 0 && value < 100 ? 1 : 0,
  })
}
