import { sequenceOf } from '../rules/edit.ts'
import { evolve } from '../rules/job.ts'
import type { Job, JobEvent } from '../rules/types.ts'
import { migrate, tablesOf } from './migrations.ts'

/** The state of a sink: the last acknowledged event, by its place in the log, and the failures since. */
export type SinkState = { revision: number; tries: number; nextMs: number | null; error: string | null }

const untold: SinkState = { revision: 0, tries: 0, nextMs: null, error: null }

/**
 * The object's own tables; no other file names them. The event log is the job: its state is derived from the events.
 * Events that a sink has not acknowledged are its queue, so committing an event also adds it to every queue.
 */
export class EventStore {
  readonly #storage: DurableObjectStorage
  readonly #evolve: typeof evolve
  readonly #sinks = new Map<string, SinkState>()
  #job: Job | null = null
  #deletedMs: number | null = null

  /** @param made applies an event to a job */
  constructor(storage: DurableObjectStorage, made = evolve) {
    this.#storage = storage
    this.#evolve = made
    const tables = tablesOf(storage)
    if (tables.has('events')) {
      migrate(storage)
      this.#load()
    } else if (tables.has('tombstone')) {
      this.#deletedMs = storage.sql.exec<{ deleted_ms: number }>('SELECT deleted_ms FROM tombstone').one().deleted_ms
    }
  }

  /** When the job was deleted, Unix ms, after which nothing else is kept; `null`: it was not. */
  get deletedMs(): number | null {
    return this.#deletedMs
  }

  /** The job as last committed; `null` without one. */
  get job(): Job | null {
    return this.#job
  }

  /** All events of the job, oldest first: usually ten, at most 3,000. */
  events(): JobEvent[] {
    const rows = this.#storage.sql.exec<EventRow>('SELECT type, at_ms, data FROM events ORDER BY seq')
    return rows.toArray().map(eventOf)
  }

  /**
   * Commits events in one transaction. Sinks that failed before are due at once: there is something new to tell them.
   * `acknowledgedBy`: a sink that has the state the events lead to already. `also`: what else belongs to the transaction.
   */
  commit(events: readonly JobEvent[], acknowledgedBy?: string, also?: () => void): Job {
    const job = this.#storage.transactionSync(() => {
      let current = this.#job
      if (current === null) migrate(this.#storage)
      for (const event of events) {
        current = this.#evolve(current, event)
        const { type, atMs, ...data } = event
        this.#storage.sql.exec(
          'INSERT INTO events (seq, type, at_ms, data) VALUES (?, ?, ?, ?)',
          sequenceOf(current),
          type,
          atMs,
          JSON.stringify(data),
        )
      }
      if (current === null) throw new Error('A commit without events')
      for (const [name, state] of events.length === 0 ? [] : this.#sinks) {
        if (state.tries > 0) this.#storeSink(name, { ...state, tries: 0, nextMs: null })
      }
      also?.()
      if (acknowledgedBy !== undefined) this.#storeSink(acknowledgedBy, { ...untold, revision: sequenceOf(current) })
      return current
    })
    this.#job = job
    return job
  }

  /** Reads the state of a sink. */
  sink(name: string): SinkState {
    return this.#sinks.get(name) ?? untold
  }

  /** Writes the state of a sink. */
  noteSink(name: string, state: SinkState): void {
    this.#storeSink(name, state)
  }

  /** Erases everything, including the alarm, except for the fact that the job was deleted. */
  async bury(nowMs: number): Promise<void> {
    await this.erase()
    this.#storage.sql.exec('CREATE TABLE tombstone (deleted_ms INTEGER NOT NULL) STRICT')
    this.#storage.sql.exec('INSERT INTO tombstone (deleted_ms) VALUES (?)', nowMs)
    this.#deletedMs = nowMs
  }

  /** Erases everything, including the alarm. */
  async erase(): Promise<void> {
    this.#job = null
    this.#deletedMs = null
    this.#sinks.clear()
    await this.#storage.deleteAll()
  }

  #storeSink(name: string, state: SinkState): void {
    const { revision, tries, nextMs, error } = state
    this.#storage.sql.exec(
      `INSERT INTO sinks (name, revision, tries, next_ms, error) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, tries = excluded.tries, next_ms = excluded.next_ms,
         error = excluded.error`,
      name,
      revision,
      tries,
      nextMs,
      error,
    )
    this.#sinks.set(name, state)
  }

  #load(): void {
    this.#job = this.events().reduce<Job | null>((job, event) => this.#evolve(job, event), null)
    const rows = this.#storage.sql.exec<SinkRow>('SELECT name, revision, tries, next_ms, error FROM sinks')
    for (const { name, next_ms, ...state } of rows.toArray()) this.#sinks.set(name, { ...state, nextMs: next_ms })
  }
}

type EventRow = { type: JobEvent['type']; at_ms: number; data: string }
type SinkRow = { name: string; revision: number; tries: number; next_ms: number | null; error: string | null }

/** An event as read, with the version of its shape. `evolve` has defaults for fields that older versions lack. */
const eventOf = ({ type, at_ms, data }: EventRow): JobEvent =>
  ({ v: 1, type, atMs: at_ms, ...JSON.parse(data) }) as JobEvent
