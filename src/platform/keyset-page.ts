/** A page of a keyset: its rows, and the key after which the next page begins (`null`: there is none). */
export type Page<Row, Key> = { rows: Row[]; next: Key | null }

/** Cuts a page from up to `limit + 1` rows; the extra row only shows that there is a next page. */
export function cutKeysetPage<Row, Key>(rows: Row[], limit: number, keyOf: (row: Row) => Key): Page<Row, Key> {
  const last = rows[limit - 1]
  if (rows.length <= limit || last === undefined) return { rows, next: null }
  return { rows: rows.slice(0, limit), next: keyOf(last) }
}
