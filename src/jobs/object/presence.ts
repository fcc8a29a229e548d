import { ATTEMPT_CHECK_MS, EXCUSE_STEP_MS, HEARTBEAT_S } from '../../platform/limits.ts'

type Quiet = { attempt: number; quiet_ms: number; checked_ms: number }

/** An alarm, and so a check, that is late by more than a heartbeat was not delayed: Stellwerk was not there meanwhile. */
const LATE_MS = HEARTBEAT_S * 1_000
const AWAY_AFTER_MS = ATTEMPT_CHECK_MS + LATE_MS

/** The tables that presence is written to. */
export type PresenceTables = { readonly exists: boolean; create(): void }

/** In `excused`, the service itself. */
const SERVICE = 0

/**
 * How long the attempt that has the job was not heard, counted only while this object was there to hear it: the silence of a
 * service that was down is nobody else's.
 *
 * A word is remembered in memory alone, so a heartbeat writes nothing. Once an attempt is quiet at a check, that is written
 * down, and taken back by its next word. So an object that was evicted in between knows: with a row, no word has come since;
 * without one it cannot know, and counts from its own beginning.
 */
export class Presence {
  readonly #storage: DurableObjectStorage
  readonly #tables: PresenceTables
  #beganMs: number
  #heard: { attempt: number; atMs: number } | null = null
  #row: Quiet | null | undefined
  #checkedMs: number | null = null
  /** Until when the service was away, Unix ms, as far as that is not written down yet. */
  #awayUntilMs: number | null = null
  #excused: Map<number, number> | null = null

  constructor(storage: DurableObjectStorage, tables: PresenceTables, nowMs: number) {
    this.#storage = storage
    this.#tables = tables
    this.#beganMs = nowMs
  }

  /** Takes note of when an alarm was due. There is one a minute: if it is late, the service was away since. Writes nothing. */
  noteAlarm(dueMs: number, nowMs: number): void {
    if (nowMs - dueMs > LATE_MS) this.#awayUntilMs = nowMs
  }

  /**
   * Excuses an attempt from bringing anything until a time, Unix ms. Announced again and again, it is written down once in
   * EXCUSE_STEP_MS.
   */
  excuse(attempt: number, untilMs: number): void {
    if (untilMs - (this.#excuses().get(attempt) ?? 0) < EXCUSE_STEP_MS) return
    this.#tables.create()
    this.#storage.sql.exec(
      `INSERT INTO excused (attempt, until_ms) VALUES (?, ?)
       ON CONFLICT (attempt) DO UPDATE SET until_ms = excluded.until_ms`,
      attempt,
      untilMs,
    )
    this.#excuses().set(attempt, untilMs)
  }

  /** Until when an attempt need bring nothing, Unix ms: it has announced that, or the service was away. */
  excusedUntilMs(attempt: number): number {
    const excuses = this.#excuses()
    return Math.max(this.#awayUntilMs ?? 0, excuses.get(SERVICE) ?? 0, excuses.get(attempt) ?? 0)
  }

  /** When an attempt was last heard, Unix ms; `null`: not since this object began. */
  heardMs(attempt: number): number | null {
    return this.#heard?.attempt === attempt ? this.#heard.atMs : null
  }

  /** When the next check is due: at once where there was none since this object began. */
  get nextCheckMs(): number {
    return this.#checkedMs === null ? this.#beganMs : this.#checkedMs + ATTEMPT_CHECK_MS
  }

  /** Takes note of a word. */
  hear(attempt: number, nowMs: number): void {
    if (this.#heard === null) this.#checkedMs ??= nowMs
    this.#heard = { attempt, atMs: nowMs }
    if (this.#stored() !== null) this.#write(null)
  }

  /** How long an attempt has been quiet by now, in ms. Call it at each check. */
  check(attempt: number, nowMs: number): number {
    const quietMs = this.#quietMs(attempt, nowMs)
    this.#checkedMs = nowMs
    if (this.#awayUntilMs !== null) this.excuse(SERVICE, this.#awayUntilMs)
    this.#awayUntilMs = null
    const isQuiet = this.heardMs(attempt) === null || quietMs > 2 * HEARTBEAT_S * 1_000
    if (isQuiet) this.#write({ attempt, quiet_ms: Math.max(1, quietMs), checked_ms: nowMs })
    return quietMs
  }

  #quietMs(attempt: number, nowMs: number): number {
    // The first check is due at once, so a late one says the same.
    if (nowMs - (this.#checkedMs ?? this.#beganMs) > AWAY_AFTER_MS) {
      this.#awayUntilMs = nowMs
    }
    if (this.#awayUntilMs !== null) this.#beganMs = this.#awayUntilMs
    const heardMs = this.heardMs(attempt)
    if (heardMs !== null) return nowMs - Math.max(heardMs, this.#beganMs)
    // The silence before Stellwerk was away does not count.
    const row = this.#awayUntilMs === null ? this.#stored() : null
    if (row === null || row.attempt !== attempt) return nowMs - this.#beganMs
    const sinceMs = nowMs - row.checked_ms
    return sinceMs > AWAY_AFTER_MS ? 0 : row.quiet_ms + sinceMs
  }

  #stored(): Quiet | null {
    if (this.#row === undefined && !this.#tables.exists) return null
    if (this.#row === undefined) {
      const rows = this.#storage.sql.exec<Quiet>('SELECT attempt, quiet_ms, checked_ms FROM quiet').toArray()
      this.#row = rows.at(-1) ?? null
    }
    return this.#row
  }

  #write(row: Quiet | null): void {
    const { sql } = this.#storage
    if (row === null) sql.exec('DELETE FROM quiet')
    else {
      this.#tables.create()
      sql.exec(
        `INSERT INTO quiet (attempt, quiet_ms, checked_ms) VALUES (?, ?, ?)
         ON CONFLICT (attempt) DO UPDATE SET quiet_ms = excluded.quiet_ms, checked_ms = excluded.checked_ms`,
        row.attempt,
        row.quiet_ms,
        row.checked_ms,
      )
    }
    this.#row = row
  }

  #excuses(): Map<number, number> {
    if (this.#excused !== null) return this.#excused
    const rows = this.#tables.exists
      ? this.#storage.sql.exec<{ attempt: number; until_ms: number }>('SELECT attempt, until_ms FROM excused').toArray()
      : []
    this.#excused = new Map(rows.map(({ attempt, until_ms }) => [attempt, until_ms]))
    return this.#excused
  }
}
