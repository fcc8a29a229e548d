import { env } from 'cloudflare:workers'

type Row = Record<string, string | number | null>

/** The order in which rows can be restored: versions before the types that reference the active ones. */
const tables = [
  'idempotency_keys',
  'jobs',
  'model_versions',
  'deleted_versions',
  'model_types',
  'job_counters',
  'reserved_versions',
  'version_aliases',
  'registry_tags',
  'version_notes',
] as const

/** Copies the register. @returns a function that restores the copy, as D1's Time Travel does */
export async function bookmarkD1(): Promise<() => Promise<void>> {
  const copies = new Map<string, Row[]>()
  for (const table of tables) copies.set(table, (await env.DB.prepare(`SELECT * FROM ${table}`).all<Row>()).results)
  return async () => {
    const empty = ['UPDATE model_types SET active_id = NULL', ...tables.map((table) => `DELETE FROM ${table}`)]
    // Triggers update the counters, so these are restored last.
    const refill = [...copies].flatMap(([table, rows]) => [
      env.DB.prepare(`DELETE FROM ${table}`),
      ...rows.map((row) => insert(table, row)),
    ])
    await env.DB.batch([...empty.map((sql) => env.DB.prepare(sql)), ...refill])
  }
}

function insert(table: string, row: Row): D1PreparedStatement {
  const columns = Object.keys(row)
  const sql = `INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`
  return env.DB.prepare(sql).bind(...Object.values(row))
}
