import { locale } from '../../i18n/locale.ts'
import type { NumberBounds } from './bounds.ts'

const number = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i
const groups = /^[+-]?\d{1,3}([.,' ]\d{3})+$/

/**
 * Parses a typed number with a comma or a point; `NaN` if it is not a number. For whole numbers, 1.000 and 1,000 are a
 * thousand.
 */
export function parseNumber(text: string, { whole }: Pick<NumberBounds, 'whole'>): number {
  const typed = text
    .trim()
    .replaceAll('−', '-')
    .replaceAll(/[\u00a0\u202f]/g, ' ')
  if (whole && groups.test(typed)) return Number(typed.replaceAll(/[.,' ]/g, ''))
  return number.test(typed) ? Number(typed.replace(',', '.')) : Number.NaN
}

/** A number as it is typed in the page's language: exactly, and without groups. */
export const typedNumber = (value: number): string =>
  locale.peek() === 'de' ? String(value).replace('.', ',') : String(value)
