import type { ComponentChildren, Ref } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
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
}

export type TableProps<Row> = {
  /** What the table shows, for screen readers. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
}

/** A table. On narrow screens it scrolls sideways in itself. */
export function Table<Row>({ caption, columns, rows, rowKey }: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="table-scroll" aria-label={caption} tabIndex={0}>
      <table class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ key, title, number }) => (
              <th key={key} scope="col" class={number ? 'number' : undefined}>
                {title}
              </th>
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

/** Roles of a table's parts. Browsers drop them where narrow screens show rows as cards, so they are set explicitly. */
export const tableRoles = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  columnHeading: { role: 'columnheader' },
  rowHeading: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const

/** The heading of a column. `hidden`: for screen readers alone. */
export type Heading = {
  title: string
  class?: string
  hidden?: boolean
  /** How the rows are sorted by it (`null`: they are not), and what its button does next. */
  sort?: { direction: 'ascending' | 'descending' | null; next: string; onSort: () => void }
}

export type CardTableProps = {
  caption: string
  class: string
  headings: readonly Heading[]
  /** The rows, with `tableRoles`. */
  children: ComponentChildren
  busy?: boolean
  element?: Ref<HTMLTableElement>
}

/** A table whose rows are cards on narrow screens. */
export function CardTable({ caption, headings, children, busy, element = null, ...rest }: CardTableProps) {
  return (
    <table {...tableRoles.table} ref={element} class={`table card-table ${rest.class}`} aria-busy={busy}>
      <caption class="visually-hidden">{caption}</caption>
      <thead {...tableRoles.group}>
        <tr {...tableRoles.row}>
          {headings.map((heading) => (
            <th
              key={heading.title}
              {...tableRoles.columnHeading}
              scope="col"
              class={heading.class}
              aria-sort={heading.sort && (heading.sort.direction ?? 'none')}
            >
              <HeadingText {...heading} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...tableRoles.group}>{children}</tbody>
    </table>
  )
}

function HeadingText({ title, hidden, sort }: Heading) {
  if (sort === undefined) return hidden ? <span class="visually-hidden">{title}</span> : title
  return (
    <button type="button" class="sort-heading" title={sort.next} onClick={sort.onSort}>
      {title}
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={sortShapes[sort.direction ?? 'none']} fill="none" stroke="currentColor" stroke-width="1.6" />
      </svg>
    </button>
  )
}

/** Arrows, for 16 × 16. */
const sortShapes = {
  ascending: 'M8 13V3M4 7l4-4 4 4',
  descending: 'M8 3v10M4 9l4 4 4-4',
  none: 'M5 6l3-3 3 3M5 10l3 3 3-3',
} as const

export type PagerProps = {
  /** Where the page that is shown begins; `null`: it is the first. */
  cursor: string | null
  /** Where the next page begins; `null`: this is the last. */
  next: string | null
  onTurn: (cursor: string | null) => void
}

/**
 * Navigates a list that is paged by cursors: to the next page, to the first, or to the previous one if it was visited.
 * A button that disappears passes the focus to the others.
 */
export function Pager({ cursor, next, onTurn }: PagerProps) {
  const nav = useRef<HTMLElement>(null)
  const before = useRef(new Map<string, string | null>())
  const previous = cursor === null ? undefined : before.current.get(cursor)
  // Rendering has not touched the document yet.
  const hadFocus = nav.current?.contains(document.activeElement) ?? false
  useLayoutEffect(() => {
    if (hadFocus && !nav.current?.contains(document.activeElement))
      nav.current?.querySelector<HTMLElement>('button:last-of-type')?.focus()
  })
  const goOn = (to: string) => {
    // While the next page is on its way, this one is still shown.
    if (to === cursor) return
    before.current.set(to, cursor)
    onTurn(to)
  }
  if (cursor === null && next === null) return null
  return (
    <nav ref={nav} class="pager" aria-label={t('common.pages')}>
      {cursor !== null && <Button onClick={() => onTurn(null)}>{t('common.newer')}</Button>}
      {previous !== undefined && <Button onClick={() => onTurn(previous)}>{t('common.previous')}</Button>}
      {next !== null && <Button onClick={() => goOn(next)}>{t('common.older')}</Button>}
    </nav>
  )
}
