import { UPLOAD_FILE_BYTES_MAX } from '../../../platform/limits.ts'
import { readCsv } from './csv.ts'
import { readJson } from './json.ts'
import type { FileTable, Unreadable } from './table.ts'
import { decodeText, isWorkbook } from './text.ts'

/** Reads a CSV or JSON file, detected by its content: names and types are unreliable. */
export async function readFile(file: File): Promise<FileTable | Unreadable> {
  if (file.size > UPLOAD_FILE_BYTES_MAX) return { reason: 'tooLarge' }
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(await file.arrayBuffer())
  } catch (error) {
    // The file was moved, or is a folder.
    return { reason: 'notReadable', message: (error as Error).message }
  }
  if (isWorkbook(bytes)) return { reason: 'workbook' }
  const { text, encoding } = decodeText(bytes)
  if (text.trim() === '') return { reason: 'emptyFile' }
  const format = /^\s*[[{]/.test(text) ? 'json' : 'csv'
  const table = format === 'json' ? readJson(text) : readCsv(text)
  return 'reason' in table ? table : { ...table, format, encoding }
}
