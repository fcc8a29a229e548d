import '../texts.ts'
import { locale } from '../../../i18n/locale.ts'
import type { TextKey } from '../../../i18n/text.ts'
import { t } from '../../../i18n/text.ts'
import type { RowError } from './check.ts'
import type { Field } from './fields.ts'

/** The label of each field. */
export const fieldNames: Record<Field, TextKey> = {
  id: 'dataset.id',
  title: 'dataset.titleField',
  bundesland: 'dataset.bundesland',
  doc_type: 'dataset.doc_type',
  chunks: 'dataset.chunksField',
  training_allowed: 'dataset.training_allowed',
  source_url: 'dataset.source_url',
}

/** An error in the page's language, or as the API worded it. */
export const errorText = (error: RowError): string => ('message' in error ? error.message : t(error.key, error.params))

/** The error with its field, for use outside the field's column. */
export const errorSentence = (error: RowError): string =>
  error.field === null ? errorText(error) : `${t(fieldNames[error.field])}: ${errorText(error)}`

/** A cell as text. */
export function cellText(cell: unknown): string {
  if (typeof cell === 'boolean') return cell ? t('dataset.yes') : t('dataset.no')
  if (cell === null || cell === undefined) return ''
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}

const units = [
  ['megabyte', 1024 ** 2],
  ['kilobyte', 1024],
  ['byte', 1],
] as const

/** The size of a file. */
export function formatBytes(bytes: number): string {
  const [unit, size] = units.find(([, size]) => bytes >= size) ?? units[2]
  return new Intl.NumberFormat(locale.value, { style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / size)
}
