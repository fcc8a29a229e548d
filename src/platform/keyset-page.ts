/** A page out of a keyset: the rows, and behind which key the next page begins (`null`: there is none). */
export type Page<Row, Key> = { rows: Row[]; next: Key | null }

/** Cuts a page out of rows that were read with `limit + 1`: the row too many only says that there is a next page. */
export function cutPage<Row, Key>(rows: Row[], limit: number, keyOf: (row: Row) => Key): Page<Row, Key> {
  const last = rows[limit - 1]
  if (rows.length <= limit || last === undefined) return { rows, next: null }
  return { rows: rows.slice(0, limit), next: keyOf(last) }
}
