import { evolve, type Job, type JobEvent } from './job.ts'

/**
 * The object's own tables; no other file names them. The event log is the job: its state is what the events make of
 * it. The events that D1 has not acknowledged are the outbox, so an event and its place in the outbox are one write.
 */
export class JobStorage {
  readonly #storage: DurableObjectStorage
  readonly #evolve: typeof evolve
  #job: Job | null = null
  #syncedRevision = 0

  /** @param made what an event makes of a job */
  constructor(storage: DurableObjectStorage, made = evolve) {
    this.#storage = storage
    this.#evolve = made
    if (this.#exists()) this.#load()
  }

  /** The job as last committed; `null` as long as this object knows of none. */
  get job(): Job | null {
    return this.#job
  }

  /** The last revision that D1 has acknowledged. */
  get syncedRevision(): number {
    return this.#syncedRevision
  }

  /** Whether D1 has acknowledged everything committed here. */
  get synced(): boolean {
    return this.#job === null || this.#syncedRevision >= this.#job.revision
  }

  /** Commits events in one transaction. `synced`: D1 already has the state they lead to. */
  commit(events: readonly JobEvent[], { synced }: { synced: boolean } = { synced: false }): Job {
    let job = this.#job
    const syncedRevision = synced ? (job?.revision ?? 0) + events.length : this.#syncedRevision
    this.#storage.transactionSync(() => {
      if (job === null) this.#createTables()
      for (const event of events) {
        job = this.#evolve(job, event)
        const { type, atMs, ...data } = event
        this.#storage.sql.exec(
          'INSERT INTO events (seq, type, at_ms, data) VALUES (?, ?, ?, ?)',
          job.revision,
          type,
          atMs,
          JSON.stringify(data),
        )
      }
      if (syncedRevision !== this.#syncedRevision) this.#storeSynced(syncedRevision)
    })
    if (job === null) throw new Error('A commit without events')
    this.#syncedRevision = syncedRevision
    this.#job = job
    return job
  }

  /** Notes which revision D1 has: the current one after a write, an older one when D1 turns out to lag. */
  markSynced(revision: number): void {
    this.#storeSynced(revision)
    this.#syncedRevision = revision
  }

  /** Forgets everything, the alarm included. */
  async erase(): Promise<void> {
    this.#job = null
    this.#syncedRevision = 0
    await this.#storage.deleteAll()
  }

  #exists(): boolean {
    const tables = this.#storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'events'")
    return tables.toArray().length > 0
  }

  #createTables(): void {
    this.#storage.sql.exec(`
      CREATE TABLE events (
        seq   INTEGER PRIMARY KEY,   -- the revision that the event led to
        type  TEXT    NOT NULL,
        at_ms INTEGER NOT NULL,
        data  TEXT    NOT NULL       -- what else the event says, JSON
      ) STRICT;
      CREATE TABLE sync (
        id       INTEGER PRIMARY KEY CHECK (id = 1),
        revision INTEGER NOT NULL    -- the last one that D1 has acknowledged
      ) STRICT;
      INSERT INTO sync VALUES (1, 0);
    `)
  }

  /** Everything that has happened to the job, oldest first: some ten events, 2,000 at most. */
  events(): JobEvent[] {
    const rows = this.#storage.sql.exec<EventRow>('SELECT type, at_ms, data FROM events ORDER BY seq')
    return rows.toArray().map(({ type, at_ms, data }) => ({ type, atMs: at_ms, ...JSON.parse(data) }) as JobEvent)
  }

  #load(): void {
    this.#job = this.events().reduce<Job | null>((job, event) => this.#evolve(job, event), null)
    this.#syncedRevision = this.#storage.sql.exec<{ revision: number }>('SELECT revision FROM sync').one().revision
  }

  #storeSynced(revision: number): void {
    this.#storage.sql.exec('UPDATE sync SET revision = ?', revision)
  }
}

type EventRow = { type: JobEvent['type']; at_ms: number; data: string }
