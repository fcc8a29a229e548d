import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { World } from './world.ts'

type Value = string | number | null
type Row = Record<string, Value>
/** The rows of each table. */
type Rows = [table: string, rows: Row[]][]
type WaitingRow = { id: string; status: string; slot: number | null; waits_ms: number | null }
type Prepared = { statement: StatementSync; returnsRows: boolean }
type Result = { results: Record<string, unknown>[]; meta: { changes: number } }

/** The order in which rows can be restored: versions before the types that reference the active ones. */
const tables = [
  ...['idempotency_keys', 'jobs', 'model_versions', 'deleted_versions', 'model_types', 'job_counters'],
  ...['reserved_versions', 'version_aliases', 'registry_tags', 'version_notes'],
  ...['runners', 'deleted_jobs'],
  ...['garbage', 'version_files', 'held_files', 'pending_holds'],
]

const migrations = new URL('../../migrations/', import.meta.url)

/** The register's database: real SQLite with the real migrations. All runs share it; it is cleared in between. */
export class Register {
  readonly db = new DatabaseSync(':memory:')
  readonly #statements = new Map<string, Prepared>()
  /** The end of the current outage of D1, in elapsed ms. */
  awayUntilMs = 0
  /** Called when a job that waited is given a slot, with its id and what has waited longer all the same. */
  served: (id: string, passedOver: string[]) => void = () => {}

  constructor() {
    for (const file of readdirSync(migrations).sort()) this.db.exec(readFileSync(new URL(file, migrations), 'utf8'))
    this.db.exec('PRAGMA foreign_keys = ON')
    this.#fresh = this.#rows()
  }

  clear(): void {
    this.awayUntilMs = 0
    this.#backups.length = 0
    this.#backups.push({ atMs: Number.NEGATIVE_INFINITY, rows: this.#fresh })
    this.#fill(this.#fresh)
  }

  /** Takes a backup of the register at a time in elapsed ms. */
  backUp(atMs: number): void {
    this.#backups.push({ atMs, rows: this.#rows() })
  }

  /** Restores the register to an earlier time, like D1's Time Travel. */
  restore(atMs: number): void {
    const backup = this.#backups.findLast((one) => one.atMs <= atMs)
    this.#fill(backup?.rows ?? this.#fresh)
  }

  /** Removes a job's row. */
  lose(id: string): void {
    this.execute('DELETE FROM jobs WHERE id = ?', [id])
  }

  readonly #backups: { atMs: number; rows: Rows }[] = []
  readonly #fresh: Rows

  #rows(): Rows {
    return tables.map((table) => [table, this.execute(`SELECT * FROM ${table}`, []).results as Row[]])
  }

  /** Triggers update the counters during the inserts, so the counters are restored last. */
  #fill(rows: Rows): void {
    this.transaction(() => {
      this.execute('UPDATE model_types SET active_id = NULL', [])
      for (const table of tables) this.execute(`DELETE FROM ${table}`, [])
      for (const [table, ofTable] of rows) {
        this.execute(`DELETE FROM ${table}`, [])
        for (const row of ofTable) {
          const columns = Object.keys(row)
          this.execute(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`, Object.values(row))
        }
      }
    })
  }

  execute(sql: string, values: Value[]): Result {
    const { statement, returnsRows } = this.#prepared(sql)
    if (returnsRows) {
      const results = statement.all(...values)
      if (sql.includes('UPDATE jobs SET slot = 1')) for (const { id } of results) this.#noteServed(id as string)
      return { results, meta: { changes: 0 } }
    }
    return { results: [], meta: { changes: Number(statement.run(...values).changes) } }
  }

  #prepared(sql: string): Prepared {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.db.prepare(sql)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    this.#statements.set(sql, prepared)
    return prepared
  }

  #noteServed(id: string): void {
    const rows = this.db.prepare('SELECT id, status, slot, waits_ms FROM jobs').all() as WaitingRow[]
    const sinceMs = rows.find((row) => row.id === id)?.waits_ms ?? 0
    const isLonger = (row: WaitingRow) => row.slot === null && row.waits_ms !== null && row.waits_ms < sinceMs
    this.served(
      id,
      rows.filter((row) => isLonger(row) && ['queued', 'paused'].includes(row.status)).map((row) => row.id),
    )
  }

  transaction<T>(work: () => T): T {
    this.db.exec('BEGIN')
    try {
      const result = work()
      this.db.exec('COMMIT')
      return result
    } catch (error) {
      this.db.exec('ROLLBACK')
      throw error
    }
  }
}

/** The caller of D1: `gate` commits its writes before a request leaves; `alive` is false once nobody awaits the answer. */
export type Caller = { gate(): void; alive(): boolean }

/**
 * Stand-in for a D1 binding over an unreliable network: requests can be refused, answers lost, and writes delayed. A
 * request that was sent is carried out even if the caller dies.
 */
export function bindD1(world: World, register: Register, caller: Caller) {
  async function send<T>(isWrite: boolean, work: () => T): Promise<T> {
    caller.gate()
    if (!caller.alive()) return new Promise<T>(() => {})
    if (isWrite && world.strikes('d1-late', 0.03)) {
      const lateMs = world.random.int(1, 150_000)
      world.note(`a write to D1 is delayed by ${lateMs} ms`)
      world.after(lateMs, () => void attempt(work))
      await world.travel()
      throw new Error('D1_ERROR: network connection lost')
    }
    await world.travel()
    if (world.elapsedMs < register.awayUntilMs || world.strikes('d1-refused', 0.05)) {
      throw new Error('D1_ERROR: refused')
    }
    const result = executed(work)
    await world.travel()
    if (!caller.alive()) return new Promise<T>(() => {})
    if (isWrite && world.strikes('d1-unheard', 0.05)) {
      world.note('D1 has committed, but the answer is lost')
      throw new Error('D1_ERROR: network connection lost')
    }
    return result
  }

  const prepare = (sql: string, values: Value[] = []) => {
    const execute = () => register.execute(sql, values)
    const isWrite = !/^\s*(SELECT|WITH)/.test(sql)
    return {
      execute,
      bind: (...bound: Value[]) => prepare(sql, bound),
      run: () => send(isWrite, execute),
      all: () => send(isWrite, execute),
      first: async () => (await send(isWrite, execute)).results[0] ?? null,
    }
  }
  return {
    prepare: (sql: string) => prepare(sql),
    batch: (statements: { execute(): Result }[]) =>
      send(true, () => register.transaction(() => statements.map((statement) => statement.execute()))),
  }
}

/** Wraps SQLite's errors as D1 does. */
function executed<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new Error(`D1_ERROR: ${error instanceof Error ? error.message : error}: SQLITE_ERROR`)
  }
}

/** Nobody awaits this write any more, so its failure is ignored. */
function attempt(work: () => unknown): void {
  try {
    work()
  } catch {
    // Ignored, see above.
  }
}
