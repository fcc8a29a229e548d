import type { DroppedKey } from '../../artifacts/ledger.ts'

/** The keys that a job has given up, until D1 has heard of them. Each is dropped once. */
export class DroppedKeys {
  readonly #storage: DurableObjectStorage
  /** Whether there is none; undefined: to be read. */
  #isEmpty: boolean | undefined

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  get isEmpty(): boolean {
    this.#isEmpty ??= this.some(1).length === 0
    return this.#isEmpty
  }

  /** Call when some may have come, or all have gone. */
  changed(): void {
    this.#isEmpty = undefined
  }

  /** @param dueMs when its bytes may go at the earliest: a request may still be writing them */
  add(key: string, r2Id: string | null, dueMs: number): void {
    this.#storage.sql.exec(
      'INSERT INTO dropped_keys (key, r2_id, due_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING',
      ...[key, r2Id, dueMs],
    )
    this.changed()
  }

  /** Some of them. */
  some(limit: number): DroppedKey[] {
    return this.#storage.sql
      .exec<DroppedKey>('SELECT key, r2_id AS r2Id, due_ms AS dueMs FROM dropped_keys LIMIT ?', limit)
      .toArray()
  }

  /** Forgets those that D1 has. */
  forget(keys: readonly DroppedKey[]): void {
    const list = JSON.stringify(keys.map(({ key }) => key))
    this.#storage.sql.exec('DELETE FROM dropped_keys WHERE key IN (SELECT value FROM json_each(?))', list)
    this.changed()
  }
}
