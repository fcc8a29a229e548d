import { RUN_ITEMS_MAX } from '../../platform/limits.ts'

/**
 * What a run names beside metrics: the datasets and models that went in, the models that came out, models that it has logged, and runs
 * that were opened under it; and one item by which it is deleted.
 */
export type ItemKind = 'input' | 'input_model' | 'output' | 'model' | 'child' | 'deletion'

/** An item of a run; `data`: JSON. */
export type Item = { id: string; data: string }

/** The items of a run, in one of the tables of `RunStore`. */
export class RunItems {
  readonly #storage: DurableObjectStorage
  readonly #exists: () => boolean
  /** Those of the kind `child`, which are asked for whenever the alarm is armed; `null`: to be read. */
  #children: readonly Item[] | null = null

  constructor(storage: DurableObjectStorage, exists: () => boolean) {
    this.#storage = storage
    this.#exists = exists
  }

  /** Whether there is any. */
  get any(): boolean {
    return this.#exists() && this.#storage.sql.exec('SELECT 1 FROM run_items LIMIT 1').toArray().length > 0
  }

  /** All items of a kind, in the order in which they came. */
  all(kind: ItemKind): Item[] {
    if (!this.#exists()) return []
    return this.#storage.sql
      .exec<Item>('SELECT id, data FROM run_items NOT INDEXED WHERE kind = ? ORDER BY rowid', kind)
      .toArray()
  }

  /** The runs that were opened under this one. */
  get children(): readonly Item[] {
    if (!this.#exists()) return []
    this.#children ??= this.all('child')
    return this.#children
  }

  /** An item, as JSON; `null`: there is none. */
  find(kind: ItemKind, id: string): string | null {
    if (!this.#exists()) return null
    const found = this.#storage.sql.exec<Item>('SELECT id, data FROM run_items WHERE kind = ? AND id = ?', kind, id)
    return found.toArray()[0]?.data ?? null
  }

  /** Forgets an item. */
  remove(kind: ItemKind, id: string): void {
    this.#children = null
    this.#storage.sql.exec('DELETE FROM run_items WHERE kind = ? AND id = ?', kind, id)
  }

  /** The items of a kind whose JSON has a name, in any order. */
  named(kind: ItemKind, name: string): string[] {
    if (!this.#exists()) return []
    return this.#storage.sql
      .exec<Item>(`SELECT id, data FROM run_items WHERE kind = ? AND data ->> 'name' = ?`, kind, name)
      .toArray()
      .map(({ data }) => data)
  }

  /** The number of the model that was logged last and is whole; `null`: there is none. */
  lastModel(): number | null {
    if (!this.#exists()) return null
    const found = this.#storage.sql.exec<Pick<Item, 'id'>>(
      `SELECT id FROM run_items WHERE kind = 'model' AND data ->> 'status' = 'ready'`,
    )
    const numbers = found.toArray().map(({ id }) => Number(id))
    return numbers.length === 0 ? null : Math.max(...numbers)
  }

  /** How many items of a kind there are. */
  count(kind: ItemKind): number {
    if (!this.#exists()) return 0
    const { sql } = this.#storage
    return sql.exec<{ count: number }>('SELECT count(*) AS count FROM run_items WHERE kind = ?', kind).one().count
  }

  /** Stores an item in place of the one of its id. @returns false: there are too many */
  put(kind: ItemKind, id: string, data: string): boolean {
    this.#children = null
    if (this.find(kind, id) === null && this.count(kind) >= RUN_ITEMS_MAX) return false
    this.#storage.sql.exec(
      `INSERT INTO run_items (kind, id, data) VALUES (?, ?, ?)
       ON CONFLICT (kind, id) DO UPDATE SET data = excluded.data`,
      kind,
      id,
      data,
    )
    return true
  }
}
