import { useId } from 'preact/hooks'
import { FieldError } from '../../../components/field.tsx'
import { type Column, Table } from '../../../components/table.tsx'
import { formatCount } from '../../../i18n/format.ts'
import { t } from '../../../i18n/text.ts'
import { PREVIEW_ROWS_MAX } from '../../../platform/limits.ts'
import { cellOf, type FaultyRow, type ReadyRow } from './check.ts'
import { type Field, fields } from './fields.ts'
import { cellText, errorSentence, fieldNames } from './messages.ts'
import { rowNumber } from './table.ts'
import type { OpenFile } from './upload.ts'

/** Documents as they will be stored. */
export function ReadyPreview({ file, rows }: { file: OpenFile; rows: readonly ReadyRow[] }) {
  const columns: Column<ReadyRow>[] = fields.map((field) => ({
    key: field,
    title: t(fieldNames[field]),
    number: field === 'chunks',
    cell: ({ document }) => <Cell field={field} text={cellText(document[field])} />,
  }))
  return <Preview caption={t('dataset.previewReady')} file={file} rows={rows} columns={columns} />
}

/** Rows of the file with their errors in the first column, and the wrong cells marked. */
export function FaultyPreview({ file, rows }: { file: OpenFile; rows: readonly FaultyRow[] }) {
  const errors: Column<FaultyRow> = {
    key: 'errors',
    title: t('dataset.errorsColumn'),
    cell: (row) => <Errors of={row} />,
  }
  const columns: Column<FaultyRow>[] = fields.map((field) => ({
    key: field,
    title: t(fieldNames[field]),
    cell: ({ index, errors }) => (
      <Cell
        field={field}
        text={cellText(cellOf(file.table.rows[index] ?? [], file.columns, field))}
        wrong={errors.some((error) => error.field === field)}
      />
    ),
  }))
  return <Preview caption={t('dataset.previewFaulty')} file={file} rows={rows} columns={[errors, ...columns]} />
}

function Errors({ of: { errors } }: { of: FaultyRow }) {
  const id = useId()
  return (
    <ul class="preview-errors field">
      {errors.map((error, at) => (
        <li key={errorSentence(error)}>
          <FieldError id={`${id}-${at}`}>{errorSentence(error)}</FieldError>
        </li>
      ))}
    </ul>
  )
}

function Cell({ field, text, wrong = false }: { field: Field; text: string; wrong?: boolean }) {
  return (
    <span class="preview-cell" data-field={field}>
      {wrong ? <mark>{text || t('dataset.emptyCell')}</mark> : text}
    </span>
  )
}

type PreviewProps<Row> = { caption: string; file: OpenFile; rows: readonly Row[]; columns: Column<Row>[] }

function Preview<Row extends { index: number }>({ caption, file, rows, columns }: PreviewProps<Row>) {
  const visible = rows.slice(0, PREVIEW_ROWS_MAX)
  const number: Column<Row> = {
    key: 'number',
    title: file.table.format === 'csv' ? t('dataset.row') : t('dataset.entry'),
    heading: true,
    cell: ({ index }) => formatCount(rowNumber(file.table, index)),
  }
  return (
    <div class="preview stack-s">
      <Table caption={caption} columns={[number, ...columns]} rows={visible} rowKey={({ index }) => String(index)} />
      {rows.length > visible.length && (
        <p class="small quiet">{t('dataset.firstOf', { shown: visible.length, count: rows.length })}</p>
      )}
    </div>
  )
}
