import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { World } from './world.ts'

type Value = string | number | null
type Row = Record<string, Value>
/** The rows of each table. */
type Rows = [table: string, rows: Row[]][]
type Result = { results: Record<string, unknown>[]; meta: { changes: number } }

/** In this order rows can be put back: versions before the types that name the active ones. */
const tables = ['idempotency_keys', 'jobs', 'model_versions', 'deleted_versions', 'model_types', 'job_counters']

const migrations = new URL('../../migrations/', import.meta.url)

/** The register's database: the real SQLite with the real migrations. One serves all runs, emptied in between. */
export class Register {
  readonly db = new DatabaseSync(':memory:')
  readonly #statements = new Map<string, StatementSync>()
  /** Until when D1 does not answer, in elapsed ms. */
  awayUntilMs = 0

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

  /** Notes how the register stands at a moment, in elapsed ms. */
  backUp(atMs: number): void {
    this.#backups.push({ atMs, rows: this.#rows() })
  }

  /** Sets the register back to how it stood at a moment, as a Time Travel restore does. */
  restore(atMs: number): void {
    const backup = this.#backups.findLast((one) => one.atMs <= atMs)
    this.#fill(backup?.rows ?? this.#fresh)
  }

  /** Takes a job's row away. */
  lose(id: string): void {
    this.execute('DELETE FROM jobs WHERE id = ?', [id])
  }

  readonly #backups: { atMs: number; rows: Rows }[] = []
  readonly #fresh: Rows

  #rows(): Rows {
    return tables.map((table) => [table, this.execute(`SELECT * FROM ${table}`, []).results as Row[]])
  }

  /** Triggers count along; the counters come last, as they were. */
  #fill(rows: Rows): void {
    this.transaction(() => {
      this.db.exec('UPDATE model_types SET active_id = NULL')
      for (const table of tables) this.db.exec(`DELETE FROM ${table}`)
      for (const [table, ofTable] of rows) {
        this.db.exec(`DELETE FROM ${table}`)
        for (const row of ofTable) {
          const columns = Object.keys(row)
          this.execute(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`, Object.values(row))
        }
      }
    })
  }

  execute(sql: string, values: Value[]): Result {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    if (statement.columns().length > 0) return { results: statement.all(...values), meta: { changes: 0 } }
    return { results: [], meta: { changes: Number(statement.run(...values).changes) } }
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

/** Who talks to D1: what must be written before anything leaves, and whether somebody still waits for the answer. */
export type Caller = { gate(): void; alive(): boolean }

/**
 * Stand-in for a D1 binding over a network that may refuse, lose the answer, or deliver late. What has been sent lands
 * even if the caller dies.
 */
export function bindD1(world: World, register: Register, caller: Caller) {
  async function send<T>(isWrite: boolean, work: () => T): Promise<T> {
    caller.gate()
    if (!caller.alive()) return new Promise<T>(() => {})
    if (isWrite && world.strikes('d1-late', 0.03)) {
      const lateMs = world.random.int(1, 150_000)
      world.note(`D1 loses sight of a write, which lands ${lateMs} ms later`)
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
      world.note('D1 has committed, but its answer is lost')
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

/** What SQLite refuses, D1 says in its own way. */
function executed<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new Error(`D1_ERROR: ${error instanceof Error ? error.message : error}: SQLITE_ERROR`)
  }
}

/** A write that nobody waits for any more may fail without harm. */
function attempt(work: () => unknown): void {
  try {
    work()
  } catch {
    // Nobody is there to hear of it.
  }
}
