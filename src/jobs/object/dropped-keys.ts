/** A key whose bytes are to go. `r2Id`: of a multipart upload that is to be aborted; `dueMs`: not before, Unix ms. */
export type DroppedKey = { key: string; r2Id: string | null; dueMs: number }

/** The keys that a job has given up, until D1 has heard of them. Each is dropped once. */
export class DroppedKeys {
  readonly #storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** @param dueMs when its bytes may go at the earliest: a request may still be writing them */
  add(key: string, r2Id: string | null, dueMs: number): void {
    this.#storage.sql.exec(
      'INSERT INTO dropped_keys (key, r2_id, due_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING',
      key,
      r2Id,
      dueMs,
    )
  }

  /** Some of them. */
  some(limit: number): DroppedKey[] {
    return this.#storage.sql
      .exec<{ key: string; r2_id: string | null; due_ms: number }>(
        'SELECT key, r2_id, due_ms FROM dropped_keys LIMIT ?',
        limit,
      )
      .toArray()
      .map(({ key, r2_id, due_ms }) => ({ key, r2Id: r2_id, dueMs: due_ms }))
  }

  /** Forgets those that D1 has. */
  forget(keys: readonly DroppedKey[]): void {
    const list = JSON.stringify(keys.map(({ key }) => key))
    this.#storage.sql.exec('DELETE FROM dropped_keys WHERE key IN (SELECT value FROM json_each(?))', list)
  }
}
