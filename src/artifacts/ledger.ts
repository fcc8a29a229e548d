/** A key whose bytes are to go. `r2Id`: of a multipart upload that is to be aborted; `dueMs`: not before, Unix ms. */
export type DroppedKey = { key: string; r2Id: string | null; dueMs: number }

/** Whether somebody beside the job that wrote it has a key. */
const owned = (key: string) =>
  `(EXISTS (SELECT 1 FROM version_files WHERE version_files.key = ${key})
    OR EXISTS (SELECT 1 FROM held_files WHERE held_files.key = ${key}))`

/**
 * What of R2 D1 knows: which keys are to go, and who else has one. A key is deleted once the job that wrote it has dropped
 * it, and no model version owns it, and no other job holds it. Nobody comes to have a key that is due.
 */
export type Ledger = ReturnType<typeof ledger>

export function ledger(db: D1Database) {
  /** Takes over keys that a job has dropped: its own are to go, those of others it no longer holds. Repeatable. */
  async function takeOver(jobId: string, keys: readonly DroppedKey[], nowMs: number): Promise<void> {
    const list = JSON.stringify(keys)
    await db.batch([
      db
        .prepare(`DELETE FROM held_files WHERE job_id = ? AND key IN (SELECT value ->> 'key' FROM json_each(?))`)
        .bind(jobId, list),
      db
        .prepare(
          `INSERT INTO garbage (key, r2_id, due_ms)
           SELECT value ->> 'key', value ->> 'r2Id', iif(${owned("value ->> 'key'")}, NULL, value ->> 'dueMs')
           FROM json_each(?2) WHERE value ->> 'key' GLOB 'jobs/' || ?1 || '/*'
           ON CONFLICT (key) DO NOTHING`,
        )
        .bind(jobId, list),
      db
        .prepare(
          `UPDATE garbage SET due_ms = ?2 WHERE due_ms IS NULL AND NOT ${owned('garbage.key')}
             AND key IN (SELECT value ->> 'key' FROM json_each(?1))`,
        )
        .bind(list, nowMs),
    ])
  }

  /** Keys that may be deleted, those first that have been due for the longest time. */
  async function due(nowMs: number, limit: number): Promise<DroppedKey[]> {
    const { results } = await db
      .prepare(
        `SELECT key, r2_id AS r2Id, due_ms AS dueMs FROM garbage INDEXED BY garbage_due
         WHERE due_ms <= ? ORDER BY due_ms LIMIT ?`,
      )
      .bind(nowMs, limit)
      .all<DroppedKey>()
    return results
  }

  /** Forgets keys that are deleted. */
  async function forget(keys: readonly DroppedKey[]): Promise<void> {
    await db
      .prepare('DELETE FROM garbage WHERE key IN (SELECT value FROM json_each(?))')
      .bind(JSON.stringify(keys.map(({ key }) => key)))
      .run()
  }

  return { takeOver, due, forget }
}
