import { SEARCHED_ROWS_MAX, VERSION_PAGES_MAX } from '../platform/limits.ts'
import { findNewest, type PlacedPage } from '../platform/newest.ts'
import { type NamedRow, type NamedVersion, namedVersion, reservedRows } from './named-version.ts'
import { namedVersions } from './named-versions.ts'

/** The places of reserved versions, which come before all that are registered. */
const RESERVED = Number.MAX_SAFE_INTEGER - SEARCHED_ROWS_MAX

/** Looks for versions, of one name or of all. */
export function versionSearch(db: D1Database) {
  const versions = namedVersions(db)

  /** Versions that match, the newest first. @param name `null`: of any */
  const find = (
    name: string | null,
    matches: (version: NamedVersion) => boolean,
    before: number | null,
    enough: number,
  ) => findNewest(name === null ? newest : (at) => ofName(name, at), matches, before, enough, VERSION_PAGES_MAX)

  async function ofName(name: string, before: number): Promise<PlacedPage<NamedVersion>> {
    const found = await versions.ofName(name, before, SEARCHED_ROWS_MAX)
    const next = found.length < SEARCHED_ROWS_MAX ? null : (found.at(-1)?.number ?? null)
    return { rows: found.map((row) => ({ seq: row.number, row })), next }
  }

  async function newest(before: number): Promise<PlacedPage<NamedVersion>> {
    if (before > RESERVED) return { rows: await reserved(before), next: RESERVED }
    const { results } = await db
      .prepare('SELECT seq, id FROM model_versions WHERE seq < ? ORDER BY seq DESC LIMIT ?')
      .bind(before, SEARCHED_ROWS_MAX)
      .all<{ seq: number; id: string }>()
    const found = new Map((await versions.byIds(results.map(({ id }) => id))).map((one) => [one.id, one]))
    const rows = results.flatMap(({ seq, id }) => placed(seq, found.get(id)))
    return { rows, next: results.length < SEARCHED_ROWS_MAX ? null : (results.at(-1)?.seq ?? null) }
  }

  /** Those that running jobs will have: a few. */
  async function reserved(before: number) {
    const { results } = await db.prepare(reservedRows('?1')).bind(SEARCHED_ROWS_MAX).all<NamedRow>()
    const rows = results.map(namedVersion).sort((a, b) => a.createdMs - b.createdMs)
    return rows
      .map((row, i) => ({ seq: RESERVED + 1 + i, row }))
      .filter(({ seq }) => seq < before)
      .reverse()
  }

  return { find }
}

const placed = (seq: number, row: NamedVersion | undefined) => (row === undefined ? [] : [{ seq, row }])
