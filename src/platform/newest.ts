/** A page of rows, newest first, each with its place in the order. `next`: where to go on; `null`: there are no more. */
export type PlacedPage<T> = { rows: readonly { seq: number; row: T }[]; next: number | null }

/**
 * Rows that match, newest first, looked for page by page.
 *
 * @param pageBefore the rows before a place; also gets which page it is, from 0
 * @param before only those of lower places; `null`: from the newest on
 * @param enough so many are enough
 * @param pagesMax so many pages are looked at; what is behind them is found by the next call
 */
export async function findNewest<T>(
  pageBefore: (before: number, page: number) => Promise<PlacedPage<T>>,
  matches: (row: T) => boolean,
  before: number | null,
  enough: number,
  pagesMax: number,
): Promise<{ rows: T[]; next: number | null }> {
  const found: { seq: number; row: T }[] = []
  let at: number | null = before ?? Number.MAX_SAFE_INTEGER
  // One more says whether there is a further page.
  for (let pages = 0; at !== null && found.length <= enough && pages < pagesMax; pages++) {
    const page = await pageBefore(at, pages)
    found.push(...page.rows.filter(({ row }) => matches(row)))
    at = page.next
  }
  const rows = found.slice(0, enough)
  return { rows: rows.map(({ row }) => row), next: found.length > enough ? (rows.at(-1)?.seq ?? null) : at }
}
