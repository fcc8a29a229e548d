// Not loaded on demand: the server may be away, or have a newer version, when a file is chosen.
import csv from 'papaparse'
import { UPLOAD_HEADER_LENGTH_MAX, UPLOAD_LINES_MAX, UPLOAD_ROWS_MAX } from '../../../platform/limits.ts'
import { countFound, findColumns } from './fields.ts'
import type { FileTable, Unreadable } from './table.ts'

const delimiters = [';', ',', '\t', '|']

/** Reads a CSV file whose first line names the columns: any of the usual delimiters and line ends, quoted cells. */
export function readCsv(given: string): Omit<FileTable, 'format' | 'encoding'> | Unreadable {
  // Spreadsheets may name the delimiter in a line before the header.
  const separatorLine = /^sep=(.)\r?\n/i.exec(given)
  const text = separatorLine === null ? given : given.slice(separatorLine[0].length)
  // Before parsing: the parser's own limit counts lines it has already split.
  if (hasTooManyLines(text)) return { reason: 'tooManyRows' }
  const delimiter = separatorLine?.[1] ?? likeliestDelimiter(text.slice(0, UPLOAD_HEADER_LENGTH_MAX))
  const { data, errors, meta } = csv.parse<string[]>(text, { delimiter })
  const [header = [], ...rows] = data.map((row) => row.map((cell) => cell.replace(escaped, '')))
  if (rows.every(isBlank)) return { reason: 'emptyFile' }
  if (rows.filter((row) => !isBlank(row)).length > UPLOAD_ROWS_MAX) return { reason: 'tooManyRows' }
  const brokenRows = errors.flatMap(({ type, row }) => (type === 'Quotes' && row !== undefined ? [row - 1] : []))
  return { delimiter: meta.delimiter, header, rows, brokenQuotes: new Set(brokenRows) }
}

function hasTooManyLines(text: string): boolean {
  let lines = 0
  for (const _ of text.matchAll(/\r\n?|\n/g)) if (++lines > UPLOAD_LINES_MAX) return true
  return false
}

/** The delimiter for which the first line has the most known fields; else the parser's guess. */
function likeliestDelimiter(text: string): string {
  const candidates = delimiters.map((delimiter) => {
    const [header = []] = csv.parse<string[]>(text, { delimiter, preview: 1 }).data
    return { delimiter, count: countFound(findColumns(header)) }
  })
  const best = candidates.reduce((best, one) => (one.count > best.count ? one : best))
  return best.count > 0 ? best.delimiter : ''
}

/** Whether a row is blank: spreadsheets leave such rows behind. */
export const isBlank = (row: readonly unknown[]): boolean =>
  row.every((cell) => cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === ''))

/** What spreadsheets evaluate as a formula; a cell may contain untrusted text. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/
/** The quotation mark in front of a formula, which makes it text. */
const escaped = /^'(?=\s*[=+\-@＝＋－＠]|[\t\r\n])/

/**
 * Writes rows as CSV that German spreadsheets open directly: semicolons, Windows line ends, a UTF-8 byte order mark.
 * Formulas are escaped by a quotation mark, which is removed when the file is read.
 */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${csv.unparse(rows as string[][], { delimiter: ';', newline: '\r\n', escapeFormulae: formula })}`
}
