/** Changes in D1, recorded by triggers. */

type Row = Record<string, unknown>

/** One changed row before and after; `null`: no row. */
export type Change = { atMs: number; table: string; before: Row | null; after: Row | null }

/** Adds the triggers. `last_used_ms` of a token is excluded: authentication updates it. */
export async function installJournal(db: D1Database): Promise<void> {
  const { results } = await db
    .prepare(
      `SELECT tables.name AS "table", group_concat('''' || columns.name || ''', #."' || columns.name || '"') AS fields
       FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
       WHERE tables.type = 'table' AND tables.name NOT GLOB 'sqlite_*' AND tables.name NOT GLOB '_cf_*'
         AND tables.name NOT IN ('d1_migrations', 'job_counters') AND tables.name NOT GLOB 'job_search*' AND columns.name <> 'last_used_ms'
       GROUP BY tables.name`,
    )
    .all<{ table: string; fields: string }>()
  const row = (fields: string, which: string) =>
    which === '' ? 'NULL' : `json_object(${fields.replaceAll('#', which)})`
  const trigger = ({ table, fields }: { table: string; fields: string }, what: string, old: string, now: string) =>
    db.prepare(
      `CREATE TRIGGER fuzz_${what}_${table} AFTER ${what} ON ${table} BEGIN
         INSERT INTO fuzz_journal (at_ms, "table", before, after)
         VALUES (unixepoch('subsec') * 1000, '${table}', ${row(fields, old)}, ${row(fields, now)});
       END`,
    )
  await db.batch([
    db.prepare(
      'CREATE TABLE fuzz_journal (seq INTEGER PRIMARY KEY, at_ms REAL, "table" TEXT, before TEXT, after TEXT)',
    ),
    ...results.flatMap((one) => [
      trigger(one, 'INSERT', '', 'NEW'),
      trigger(one, 'UPDATE', 'OLD', 'NEW'),
      trigger(one, 'DELETE', 'OLD', ''),
    ]),
  ])
}

/** Reads the changes since the last read. */
export function journalOf(db: D1Database) {
  let readTo = 0
  return async function newChanges(): Promise<Change[]> {
    const { results } = await db
      .prepare('SELECT * FROM fuzz_journal WHERE seq > ? ORDER BY seq')
      .bind(readTo)
      .all<{ seq: number; at_ms: number; table: string; before: string | null; after: string | null }>()
    readTo = results.at(-1)?.seq ?? readTo
    return results
      .filter(({ before, after }) => before !== after)
      .map(({ at_ms, table, before, after }) => ({
        atMs: at_ms,
        table,
        before: before === null ? null : JSON.parse(before),
        after: after === null ? null : JSON.parse(after),
      }))
  }
}

/** The states of a job without commands. */
const onward = ['queued', 'preparing', 'training', 'validating', 'completed']

/** How often a job's attempts fell silent, were lost, and were not confirmed in time. */
function unheard({ summary }: Row): number {
  const { silences = 0, losses = 0, all = [] } = JSON.parse(String(summary ?? null))?.attempts ?? {}
  return silences + losses + all.filter(({ isOverdue }: { isOverdue?: boolean }) => isOverdue === true).length
}

/** The versions that are registered by changes. */
export const registeredBy = (changes: readonly Change[]): ReadonlySet<unknown> =>
  new Set(
    changes.flatMap(({ table, before, after }) => (table === 'model_versions' && before === null ? after?.id : [])),
  )

/**
 * Whether a change happens without a request: a job advances, gets a slot, no longer hears its runner, produces its model
 * version with its files, which is then put into use, or tells D1 of what it has dropped. Every other change has a request as
 * its cause.
 *
 * @param registered the versions that are registered at the same time
 */
export function comesByItself({ table, before, after }: Change, registered: ReadonlySet<unknown> = new Set()): boolean {
  switch (table) {
    case 'jobs': {
      if (before === null || after === null) return false
      const [from, to] = [onward.indexOf(String(before.status)), onward.indexOf(String(after.status))]
      const movesOn = from >= 0 && to > from && Number(after.revision) > Number(before.revision)
      const waits = before.status === 'queued' || (before.status === 'paused' && before.waits_ms !== null)
      const getsSlot = waits && before.slot === null && after.slot !== null
      const resumes = before.status === 'paused' && before.waits_ms !== null && to > 0
      return movesOn || resumes || unheard(after) > unheard(before) || (getsSlot && before.revision === after.revision)
    }
    case 'garbage':
      return after !== null
    case 'model_versions':
    case 'version_files':
      return before === null
    case 'model_types':
      if (before === null || after === null) return false
      return Number(after.last_number) > Number(before.last_number) || registered.has(after.active_id)
    default:
      return false
  }
}
