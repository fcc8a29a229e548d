import { UPLOAD_COLUMNS_MAX, UPLOAD_ROWS_MAX } from '../../../platform/limits.ts'
import type { FileTable, Unreadable } from './table.ts'

/** Reads a JSON file: a list of documents, or an object with such a list as `documents`, as the API takes it. */
export function readJson(text: string): Omit<FileTable, 'format' | 'encoding'> | Unreadable {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    return { reason: 'notJson', message: (error as Error).message }
  }
  const list = Array.isArray(content) ? content : (content as { documents?: unknown } | null)?.documents
  if (!Array.isArray(list)) return { reason: 'notAList' }
  if (list.length === 0) return { reason: 'emptyFile' }
  if (list.length > UPLOAD_ROWS_MAX) return { reason: 'tooManyRows' }
  const entries = list.map(asObject)
  const header = [...new Set(entries.flatMap((entry) => Object.keys(entry)))].slice(0, UPLOAD_COLUMNS_MAX)
  const rows = entries.map((entry) => header.map((name) => entry[name]))
  return { delimiter: null, header, rows, brokenQuotes: new Set() }
}

/** An entry that is not an object has no fields: its row is rejected for missing them. */
const asObject = (entry: unknown): Record<string, unknown> =>
  typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? (entry as Record<string, unknown>) : {}
