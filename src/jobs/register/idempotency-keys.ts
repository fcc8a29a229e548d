import { IDEMPOTENCY_KEY_AGE_MAX_MS, IDEMPOTENCY_KEYS_SWEPT_MAX } from '../../platform/limits.ts'

/** What a key stands for: which request, and which job that made. */
export type KnownKey = { request: string; jobId: string }

/** A key as a credential sends it: the same text from two credentials is two keys. */
export type SentKey = { credential: string; text: string }

/** How a key is stored. Neither part can hold a line break. */
const stored = ({ credential, text }: SentKey): string => `${credential}\n${text}`

/** The Idempotency-Keys in D1, remembered for IDEMPOTENCY_KEY_AGE_MAX_MS. */
export type IdempotencyKeys = ReturnType<typeof idempotencyKeys>

export function idempotencyKeys(db: D1Database) {
  /** What a key stands for. One that was stored without its credential, as before, answers everybody. */
  async function find(key: SentKey, nowMs: number): Promise<KnownKey | null> {
    return db
      .prepare('SELECT request, job_id AS jobId FROM idempotency_keys WHERE key IN (?, ?) AND created_ms > ? LIMIT 1')
      .bind(stored(key), key.text, nowMs - IDEMPOTENCY_KEY_AGE_MAX_MS)
      .first<KnownKey>()
  }

  /**
   * The statements that remember a key, around the one that registers its job and in one transaction with it. Nothing is
   * remembered when no job was registered. Fails, and with it the transaction, when the key is known already.
   */
  function remember(key: SentKey, { request, jobId }: KnownKey, nowMs: number) {
    return {
      before: [
        db
          .prepare('DELETE FROM idempotency_keys WHERE key = ? AND created_ms <= ?')
          .bind(stored(key), nowMs - IDEMPOTENCY_KEY_AGE_MAX_MS),
      ],
      after: [
        db
          .prepare(
            `INSERT INTO idempotency_keys (key, request, job_id, created_ms)
             SELECT ?1, ?2, id, ?4 FROM uncompleted_jobs WHERE id = ?3`,
          )
          .bind(stored(key), request, jobId, nowMs),
      ],
    }
  }

  /** Forgets keys that are too old, the oldest first. */
  async function forget(nowMs: number): Promise<void> {
    await db
      .prepare(
        `DELETE FROM idempotency_keys WHERE key IN
           (SELECT key FROM idempotency_keys WHERE created_ms <= ? ORDER BY created_ms LIMIT ?)`,
      )
      .bind(nowMs - IDEMPOTENCY_KEY_AGE_MAX_MS, IDEMPOTENCY_KEYS_SWEPT_MAX)
      .run()
  }

  return { find, remember, forget }
}
