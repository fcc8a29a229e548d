import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** The durable part of an object: its database and its alarm. */
export class Disk {
  readonly db = new DatabaseSync(':memory:')
  alarmMs: number | null = null
  readonly statements = new Map<string, StatementSync>()

  /** When the object last wrote down that its runner is quiet, Unix ms; `null`: the runner was heard since. */
  get quietCheckedMs(): number | null {
    const isThere = this.db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'quiet'").get() !== undefined
    const row = isThere
      ? this.db.prepare('SELECT checked_ms FROM quiet ORDER BY attempt DESC LIMIT 1').get()
      : undefined
    return row === undefined ? null : Number(row.checked_ms)
  }
}

/** An event that an object has committed; `data`: what else it says, in JSON. */
export type EventChange = { type: string; seq: number; data: string }

/** Something that an object has committed. */
export type Change = EventChange | 'erased'

/** Called with the changes of each committed transaction. */
export type CommitListener = (changes: Change[]) => void

const never = <T>() => new Promise<T>(() => {})

/**
 * Stand-in for the storage of one incarnation of an object, on real SQLite. Writes stay in a transaction until something
 * leaves the object (`gate`, like the platform's output gate), or are lost with the incarnation.
 */
export class Storage {
  readonly #disk: Disk
  readonly #onCommit: CommitListener
  #alive = true
  #open = false
  #alarmMs: number | null
  #changes: Change[] = []
  /** Number of rows and alarms written by this incarnation. */
  writes = 0

  constructor(disk: Disk, onCommit: CommitListener) {
    this.#disk = disk
    this.#onCommit = onCommit
    this.#alarmMs = disk.alarmMs
  }

  /** Commits pending writes before their effects become visible outside. */
  gate(): void {
    if (!this.#open) return
    this.#disk.db.exec('COMMIT')
    this.#disk.alarmMs = this.#alarmMs
    this.#open = false
    this.#onCommit(this.#changes.splice(0))
  }

  /** Ends the incarnation; uncommitted writes are lost. */
  kill(): void {
    this.#alive = false
    if (this.#open) this.#disk.db.exec('ROLLBACK')
    this.#open = false
    this.#changes = []
  }

  /** Clears the alarm for delivery. @returns false if it was changed in the meantime */
  takeAlarm(ms: number): boolean {
    if (!this.#alive || this.#alarmMs !== ms) return false
    this.#alarmMs = null
    return true
  }

  readonly sql = {
    exec: (query: string, ...bindings: (string | number | null)[]) => {
      if (!this.#alive) throw new Error('This incarnation of the object is gone')
      const isRead = query.startsWith('SELECT')
      if (!isRead) this.#write()
      if (query.includes(';')) {
        this.#disk.db.exec(query)
        return cursor([])
      }
      let statement = this.#disk.statements.get(query)
      if (statement === undefined) {
        statement = this.#disk.db.prepare(query)
        this.#disk.statements.set(query, statement)
      }
      if (isRead) return cursor(statement.all(...bindings))
      statement.run(...bindings)
      if (query.startsWith('INSERT INTO events')) {
        const [seq, type, , data] = bindings as [number, string, number, string]
        this.#changes.push({ seq, type, data })
      }
      return cursor([])
    },
  }

  transactionSync<T>(work: () => T): T {
    this.#write()
    this.#disk.db.exec('SAVEPOINT work')
    try {
      const result = work()
      this.#disk.db.exec('RELEASE work')
      return result
    } catch (error) {
      this.#disk.db.exec('ROLLBACK TO work')
      throw error
    }
  }

  getAlarm(): Promise<number | null> {
    return this.#alive ? Promise.resolve(this.#alarmMs) : never()
  }

  setAlarm(ms: number): Promise<void> {
    if (!this.#alive) return never()
    this.#write()
    this.#alarmMs = ms
    return Promise.resolve()
  }

  deleteAlarm(): Promise<void> {
    if (!this.#alive) return never()
    this.#write()
    this.#alarmMs = null
    return Promise.resolve()
  }

  deleteAll(): Promise<void> {
    if (!this.#alive) return never()
    this.#write()
    const all = this.#disk.db.prepare("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view')").all()
    for (const { type, name } of all) this.#disk.db.exec(`DROP ${type} ${name}`)
    this.#disk.statements.clear()
    this.#alarmMs = null
    this.#changes.push('erased')
    return Promise.resolve()
  }

  #write(): void {
    if (!this.#alive) throw new Error('This incarnation of the object is gone')
    this.writes++
    if (this.#open) return
    this.#disk.db.exec('BEGIN')
    this.#open = true
  }
}

function cursor<T>(rows: T[]) {
  return {
    toArray: () => rows,
    one: () => rows[0] as T,
    [Symbol.iterator]: () => rows[Symbol.iterator](),
    rowsWritten: 0,
  }
}
