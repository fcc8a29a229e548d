import type { DecodedText } from './text.ts'

/** A file as a table, whatever it was written as. */
export type FileTable = {
  format: 'csv' | 'json'
  encoding: DecodedText['encoding']
  /** What stands between two cells of a CSV file. */
  delimiter: string | null
  header: readonly string[]
  /** Without the header. Cells of a CSV file are texts; those of a JSON file are what stands there. */
  rows: readonly (readonly unknown[])[]
  /** Rows whose quotation marks do not match, so that their cells cannot be trusted. */
  brokenQuotes: ReadonlySet<number>
}

/** Why a file cannot be read at all. */
export type Unreadable = {
  reason: 'several' | 'tooLarge' | 'tooManyRows' | 'emptyFile' | 'workbook' | 'notJson' | 'notAList' | 'notReadable'
  /** In the words of who found it. */
  message?: string
}

export const isUnreadable = (read: FileTable | Unreadable): read is Unreadable => 'reason' in read

/** The number that people find a row by: in a spreadsheet its line, under the header; in JSON its place, from 1. */
export const rowNumber = (table: FileTable, index: number): number => index + (table.format === 'csv' ? 2 : 1)
