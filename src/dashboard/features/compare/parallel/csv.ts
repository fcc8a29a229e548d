import csv from 'papaparse'
import type { JobSnapshot } from '../../../../client/index.ts'
import type { JobColumn } from '../../../domain/job-columns.ts'
import type { Locale } from '../../../i18n/locale.ts'

/** What spreadsheets evaluate as a formula; names and parameters are other people's texts. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/
const decimal = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i

/**
 * The table of compared jobs as CSV: by RFC 4180, or as German spreadsheets open it, with semicolons, decimal commas and a
 * byte order mark. Numbers have all of their digits; a value that there is not is empty; formulas are escaped by a quotation mark.
 */
export function tableCsv(jobs: readonly JobSnapshot[], columns: readonly JobColumn[], locale: Locale): string {
  const [mark, delimiter, comma] = locale === 'de' ? ['\ufeff', ';', ','] : ['', ',', '.']
  const cell = (value: ReturnType<JobColumn['of']>): string => {
    if (value === null) return ''
    const text = typeof value === 'number' ? plain(value) : String(value)
    if (decimal.test(text)) return text.replace('.', comma)
    return typeof value !== 'number' && formula.test(text) ? `'${text}` : text
  }
  const header = ['id', 'name', 'status', ...columns.map(({ title }) => cell(title))]
  const rows = jobs.map((job) => [job.id, cell(job.name), job.status, ...columns.map(({ of }) => cell(of(job)))])
  return `${mark}${csv.unparse([header, ...rows], { delimiter, newline: '\r\n' })}\r\n`
}

/** A number as people write it: what is more precise than 12 digits is an error of floating point. */
const plain = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(12)))
