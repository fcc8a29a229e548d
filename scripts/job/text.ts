/** How texts and tables are written to a terminal. */

/** Shown where there is no value. */
export const NO_VALUE = '–'

/** A moment, local: `2026-11-29 14:05:03`. */
export const moment = (at: string, timeZone?: string): string =>
  new Date(at).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone })

/** Text of the service made safe for a terminal: one line, without control characters. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')

/** Columns as wide as their widest cell, two spaces between them. */
export function table(head: string[], rows: string[][]): string[] {
  const lines = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? '')].length)))
  return lines.map((line) =>
    line
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** A text, filled up with spaces. */
export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length))

/** A text of at most so many characters. */
export const shortened = (text: string, width: number): string =>
  [...text].length <= width ? text : `${[...text].slice(0, width - 1).join('')}…`
