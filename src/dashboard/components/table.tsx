import type { ComponentChildren } from 'preact'
import { t } from '../i18n/text.ts'
import { Button } from './button.tsx'

export type Column<Row> = {
  key: string
  title: string
  cell: (row: Row) => ComponentChildren
  /** Set right, in figures of equal width. */
  number?: boolean
  /** The cell that names its row. */
  heading?: boolean
  /** Given when the table can be ordered by this column. */
  order?: { direction: 'ascending' | 'descending' | 'none'; onOrder: () => void }
}

export type TableProps<Row> = {
  /** What the table shows; for screen readers, unless `captionShown`. */
  caption: string
  captionShown?: boolean
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
}

/** A table. On narrow screens it scrolls sideways in itself. */
export function Table<Row>({ caption, captionShown = false, columns, rows, rowKey }: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="table-scroll" aria-label={caption} tabIndex={0}>
      <table class="table">
        <caption class={captionShown ? undefined : 'visually-hidden'}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ key, cell, number, heading }) =>
                heading ? (
                  <th key={key} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={key} class={number ? 'number' : undefined}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const arrows = { ascending: '↑', descending: '↓', none: '' }

function HeadCell<Row>({ column: { title, number, order } }: { column: Column<Row> }) {
  return (
    <th scope="col" class={number ? 'number' : undefined} aria-sort={order?.direction}>
      {order === undefined ? (
        title
      ) : (
        <button type="button" class="sort" onClick={order.onOrder}>
          {title} <span aria-hidden="true">{arrows[order.direction]}</span>
        </button>
      )}
    </th>
  )
}

export type PagerProps = {
  /** Whether this is the first page. */
  first: boolean
  /** Cursor of the next page; `null`: this is the last. */
  next: string | null
  onFirst: () => void
  onNext: (cursor: string) => void
}

/** Leads through a list that is paged by cursors: on to the next page, and back to the first. */
export function Pager({ first, next, onFirst, onNext }: PagerProps) {
  if (first && next === null) return null
  return (
    <nav class="pager" aria-label={t('common.pages')}>
      {!first && <Button onClick={onFirst}>{t('common.newer')}</Button>}
      {next !== null && <Button onClick={() => onNext(next)}>{t('common.older')}</Button>}
    </nav>
  )
}
