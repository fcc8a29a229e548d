import type { DecodedText } from './text.ts'

/** A file as a table, whatever it was written as. */
export type FileTable = {
  format: 'csv' | 'json'
  encoding: DecodedText['encoding']
  /** The delimiter of a CSV file. */
  delimiter: string | null
  header: readonly string[]
  /** Without the header. CSV cells are strings, JSON cells any value. */
  rows: readonly (readonly unknown[])[]
  /** Rows with unbalanced quotation marks, whose cells are unreliable. */
  brokenQuotes: ReadonlySet<number>
}

/** Why a file cannot be read at all. */
export type Unreadable = {
  reason: 'several' | 'tooLarge' | 'tooManyRows' | 'emptyFile' | 'workbook' | 'notJson' | 'notAList' | 'notReadable'
  /** The parser's or the browser's own message. */
  message?: string
}

export const isUnreadable = (read: FileTable | Unreadable): read is Unreadable => 'reason' in read

/** The row number for users: the line in a spreadsheet, below the header; the entry in JSON, from 1. */
export const rowNumber = (table: FileTable, index: number): number => index + (table.format === 'csv' ? 2 : 1)
