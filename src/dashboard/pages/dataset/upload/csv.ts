// Not on demand: a file may be chosen while the server is away, or after it has been given a newer version.
import csv from 'papaparse'
import { UPLOAD_ROWS_MAX } from '../../../limits.ts'
import { countFound, findColumns } from './fields.ts'
import type { FileTable, Unreadable } from './table.ts'

const delimiters = [';', ',', '\t', '|']

/** Reads a CSV file whose first line names the columns: any of the usual delimiters and line ends, quoted cells. */
export function readCsv(given: string): Omit<FileTable, 'format' | 'encoding'> | Unreadable {
  // Spreadsheets may name the delimiter in a line of its own before the header.
  const named = /^sep=(.)\r?\n/i.exec(given)
  const text = named === null ? given : given.slice(named[0].length)
  const delimiter = named?.[1] ?? likeliestDelimiter(text)
  const { data, errors, meta } = csv.parse<string[]>(text, { delimiter })
  const [header = [], ...rows] = data
  if (rows.every(isBlank)) return { reason: 'emptyFile' }
  if (rows.filter((row) => !isBlank(row)).length > UPLOAD_ROWS_MAX) return { reason: 'tooManyRows' }
  const broken = errors.flatMap(({ type, row }) => (type === 'Quotes' && row !== undefined ? [row - 1] : []))
  return { delimiter: meta.delimiter, header, rows, brokenQuotes: new Set(broken) }
}

/** The delimiter by which the first line names the most fields; the parser's guess when none names any. */
function likeliestDelimiter(text: string): string {
  const found = delimiters.map((delimiter) => {
    const [header = []] = csv.parse<string[]>(text, { delimiter, preview: 1 }).data
    return { delimiter, count: countFound(findColumns(header)) }
  })
  const best = found.reduce((best, one) => (one.count > best.count ? one : best))
  return best.count > 0 ? best.delimiter : ''
}

/** Whether a row says nothing: spreadsheets leave such rows behind. */
export const isBlank = (row: readonly unknown[]): boolean =>
  row.every((cell) => cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === ''))

/** Rows as a CSV file that German spreadsheets open as it is: semicolons, Windows line ends, a mark for UTF-8. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${csv.unparse(rows as string[][], { delimiter: ';', newline: '\r\n' })}`
}
