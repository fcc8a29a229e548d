import { ATTEMPT_CHECK_MS, HEARTBEAT_S } from '../../platform/limits.ts'

type Quiet = { attempt: number; quiet_ms: number; checked_ms: number }

/**
 * A check that comes this much after the last one, a heartbeat too late, was not delayed: Stellwerk was not there meanwhile.
 * Only an outage that lies between two checks of an evicted object cannot be seen.
 */
const AWAY_AFTER_MS = ATTEMPT_CHECK_MS + HEARTBEAT_S * 1_000

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
  readonly #exists: () => boolean
  #beganMs: number
  #heard: { attempt: number; atMs: number } | null = null
  #row: Quiet | null | undefined
  #checkedMs: number | null = null

  /** @param exists whether the object has the table by now */
  constructor(storage: DurableObjectStorage, exists: () => boolean, nowMs: number) {
    this.#storage = storage
    this.#exists = exists
    this.#beganMs = nowMs
  }

  /** Since when this object is there to hear, Unix ms. */
  get beganMs(): number {
    return this.#beganMs
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
    if (this.#exists() && this.#stored() !== null) this.#write(null)
  }

  /** How long an attempt has been quiet by now, in ms. Call it at each check. */
  check(attempt: number, nowMs: number): number {
    const quietMs = this.#quietMs(attempt, nowMs)
    this.#checkedMs = nowMs
    const isQuiet = this.heardMs(attempt) === null || quietMs > 2 * HEARTBEAT_S * 1_000
    if (isQuiet && this.#exists()) this.#write({ attempt, quiet_ms: Math.max(1, quietMs), checked_ms: nowMs })
    return quietMs
  }

  #quietMs(attempt: number, nowMs: number): number {
    // The first check is due at once, so a late one says the same.
    if (nowMs - (this.#checkedMs ?? this.#beganMs) > AWAY_AFTER_MS) {
      this.#beganMs = nowMs
      return 0
    }
    const heardMs = this.heardMs(attempt)
    if (heardMs !== null) return nowMs - Math.max(heardMs, this.#beganMs)
    const row = this.#exists() ? this.#stored() : null
    if (row === null || row.attempt !== attempt) return nowMs - this.#beganMs
    const sinceMs = nowMs - row.checked_ms
    return sinceMs > AWAY_AFTER_MS ? 0 : row.quiet_ms + sinceMs
  }

  #stored(): Quiet | null {
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
}
