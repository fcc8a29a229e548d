import { IDEMPOTENCY_KEY_AGE_MAX_MS, IDEMPOTENCY_KEYS_SWEPT_MAX } from '../../platform/limits.ts'

/** The request stored for a key, and the job that it created. */
export type KnownKey = { request: string; jobId: string }

/** A key and its credential: the same text from two credentials is two keys. */
export type SentKey = { credential: string; text: string }

/** The stored form of a key. Neither part can contain a line break. */
const stored = ({ credential, text }: SentKey): string => `${credential}\n${text}`

/** The Idempotency-Keys in D1, kept for IDEMPOTENCY_KEY_AGE_MAX_MS. */
export type IdempotencyKeys = ReturnType<typeof idempotencyKeys>

export function idempotencyKeys(db: D1Database) {
  /** Looks up a key. One stored without its credential, as in earlier versions, matches any credential. */
  async function find(key: SentKey, nowMs: number): Promise<KnownKey | null> {
    return db
      .prepare('SELECT request, job_id AS jobId FROM idempotency_keys WHERE key IN (?, ?) AND created_ms > ? LIMIT 1')
      .bind(stored(key), key.text, nowMs - IDEMPOTENCY_KEY_AGE_MAX_MS)
      .first<KnownKey>()
  }

  /**
   * The statements that store a key, around the one that registers its job and in one transaction with it. Nothing is
   * stored if no job was registered. Fails, and with it the transaction, if the key already exists.
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

  /** Deletes expired keys, oldest first. */
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
