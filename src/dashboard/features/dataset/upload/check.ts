import type { TextKey, TextParams } from '../../../i18n/text.ts'
import { CellError, checks, type DocumentInput, joinsLines } from './check-fields.ts'
import { isBlank } from './csv.ts'
import { type Columns, type Field, fields } from './fields.ts'
import { type FileTable, rowNumber } from './table.ts'

/** An error of a row: a text of the page, or the API's message. `field` is `null` for the whole row. */
export type RowError = { field: Field | null } & ({ key: TextKey; params: TextParams } | { message: string })

/** A valid row, by its index in the file. */
export type ReadyRow = { index: number; document: DocumentInput }

/** An invalid row, with its errors. */
export type FaultyRow = { index: number; errors: RowError[] }

/** The rows of a file, and of how many valid ones a title had line breaks, which became blanks. */
export type CheckedRows = { ready: ReadyRow[]; faulty: FaultyRow[]; joinedTitles: number }

/** Checks each row of a file as the API would. Blank rows are skipped. */
export function checkRows(table: FileTable, columns: Columns): CheckedRows {
  const checked: CheckedRows = { ready: [], faulty: [], joinedTitles: 0 }
  const rowOfId = new Map<string, number>()
  for (const [index, cells] of table.rows.entries()) {
    if (table.format === 'csv' && isBlank(cells)) continue
    const { document, errors } = checkRow(cells, columns)
    const { id } = document
    const sameId = id === undefined ? undefined : rowOfId.get(id)
    if (sameId !== undefined) errors.push(wrong('id', 'dataset.wrongSameId', { row: rowNumber(table, sameId) }))
    else if (id !== undefined) rowOfId.set(id, index)
    if (table.brokenQuotes.has(index)) errors.push(wrong(null, 'dataset.wrongQuotes'))
    else if (!isBlank(cells.slice(table.header.length))) errors.push(wrong(null, 'dataset.wrongCells'))
    if (errors.length > 0) {
      checked.faulty.push({ index, errors })
      continue
    }
    if (joinsLines(cellOf(cells, columns, 'title'))) checked.joinedTitles++
    checked.ready.push({ index, document: document as DocumentInput })
  }
  return checked
}

function checkRow(cells: readonly unknown[], columns: Columns) {
  const document: Partial<Record<Field, unknown>> & { id?: string } = {}
  const errors: RowError[] = []
  for (const field of fields) {
    const value = checks[field](cellOf(cells, columns, field))
    if (value instanceof CellError) errors.push({ field, key: value.key, params: value.params })
    else Object.assign(document, { [field]: value })
  }
  return { document, errors }
}

/** A row's cell for a field; `undefined` when the file has no column for it. */
export function cellOf(cells: readonly unknown[], columns: Columns, field: Field): unknown {
  const column = columns[field]
  return column === null ? undefined : cells[column]
}

const wrong = (field: Field | null, key: TextKey, params: TextParams = {}): RowError => ({ field, key, params })
