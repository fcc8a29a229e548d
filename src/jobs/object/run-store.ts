import { RUN_PARAMS_MAX, RUN_SHOWN_LENGTH_MAX, RUN_TAGS_MAX } from '../../platform/limits.ts'
import { cutParam, cutTag, isKey, noRun, type RunData } from '../rules/run.ts'
import { migrate, migrations, runMigrations, tablesOf } from './migrations.ts'
import { type ItemKind, RunItems } from './run-items.ts'

/** A key and a value. */
export type Entry = readonly [key: string, value: string]

/** A parameter that has another value already, which the same attempt has logged. */
export type Changed = { key: string; known: string; sent: string }

/** The id of an item that a run has once. */
const RUN = 'run'

type Totals = { params: number; tags: number; not_stored: number; changes: number; is_late: 0 | 1 }

/**
 * What clients log of a run beside its metrics. Its tables are made with the first word of such a client, so that other jobs pay
 * no page for them; no other file names them. All changes are made within `change`.
 */
export class RunStore {
  readonly #storage: DurableObjectStorage
  readonly items: RunItems
  #exists: boolean
  #isNamed = false
  #totals: Totals | null = null
  #shown: RunData | null = null

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.items = new RunItems(storage, () => this.#exists)
    this.#exists = tablesOf(storage).has('run_totals')
    if (this.#exists) migrate(storage, [...migrations, ...runMigrations])
  }

  /** Whether a client of this kind has ever spoken. */
  get exists(): boolean {
    return this.#exists
  }

  /** What the job shows of it: the first parameters and tags that fit. */
  get shown(): RunData {
    if (!this.#exists) return noRun
    this.#shown ??= this.#readShown()
    return this.#shown
  }

  params(): Entry[] {
    return this.#exists ? this.#entries('SELECT key, value FROM run_params ORDER BY rowid') : []
  }

  tags(): Entry[] {
    return this.#exists ? this.#entries('SELECT key, value FROM run_tags ORDER BY rowid') : []
  }

  /** The value of a tag; `null`: there is none. */
  tag(key: string): string | null {
    if (!this.#exists) return null
    const rows = this.#storage.sql.exec<{ value: string }>('SELECT value FROM run_tags WHERE key = ?', key).toArray()
    return rows[0]?.value ?? null
  }

  /** Among parameters the first that the same attempt has logged with another value; `null`: there is none. */
  changed(params: readonly Entry[], attempt: number): Changed | null {
    const sent = new Map<string, string>()
    for (const [key, value] of params.map(cutParam)) {
      const stored = this.#exists ? this.#param(key) : null
      const known = sent.get(key) ?? (stored?.attempt === attempt ? stored.value : undefined)
      if (known !== undefined && known !== value) return { key, known, sent: value }
      sent.set(key, value)
    }
    return null
  }

  /** Stores parameters of an attempt; what another one has logged is kept beside. What is too much is counted. */
  putParams(params: readonly Entry[], attempt: number): void {
    for (const [key, value] of params.map(cutParam)) {
      const stored = this.#param(key)
      if (stored?.value === value && stored.attempt === attempt) continue
      if (!isKey(key) || (stored === null && this.#total.params >= RUN_PARAMS_MAX)) {
        this.countNotStored(1)
        continue
      }
      if (stored !== null && stored.attempt !== attempt) {
        this.#exec(
          'INSERT OR REPLACE INTO run_params_before (key, attempt, value) VALUES (?, ?, ?)',
          key,
          stored.attempt,
          stored.value,
        )
      }
      this.#exec(
        `INSERT INTO run_params (key, value, attempt) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, attempt = excluded.attempt`,
        key,
        value,
        attempt,
      )
      this.#add({ params: stored === null ? 1 : 0 })
    }
  }

  putTags(tags: readonly Entry[]): void {
    for (const [key, value] of tags.map(cutTag)) {
      const stored = this.tag(key)
      if (stored === value) continue
      if (!isKey(key) || (stored === null && this.#total.tags >= RUN_TAGS_MAX)) {
        this.countNotStored(1)
        continue
      }
      this.#exec(
        `INSERT INTO run_tags (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        key,
        value,
      )
      this.#add({ tags: stored === null ? 1 : 0 })
    }
  }

  /** Deletes a tag, if there is one. */
  removeTag(key: string): void {
    if (this.tag(key) === null) return
    this.#exec('DELETE FROM run_tags WHERE key = ?', key)
    this.#add({ tags: -1 })
  }

  /** Counts values for which there was no room. */
  countNotStored(count: number): void {
    if (count > 0) this.#add({ not_stored: count })
  }

  /** Whether somebody has deleted the run, which its job outlives. */
  get isDeleted(): boolean {
    return this.items.find('deletion', RUN) !== null
  }

  set isDeleted(isDeleted: boolean) {
    if (isDeleted) this.putItem('deletion', RUN, '{}')
    else this.items.remove('deletion', RUN)
  }

  /** Stores an item of a run in place of the one of its id. @returns false: there are too many */
  putItem(kind: ItemKind, id: string, data: string): boolean {
    const isStored = this.items.put(kind, id, data)
    this.#add({ not_stored: isStored ? 0 : 1 })
    return isStored
  }

  /**
   * Whether a request opens the run in this attempt: no client has used it, or the same request has opened it since a time,
   * Unix ms, and no other one has named it.
   */
  isOpenedBy(attempt: number, request: string | null, sinceMs: number): boolean {
    const opened = this.#opened(attempt)
    if (opened === null) return true
    return !this.#isNamed && request !== null && opened.request === request && opened.at_ms > sinceMs
  }

  /** Takes note that a client uses the run in an attempt: one row, once. `request`: by which the run was opened; `null`: another one. */
  open(attempt: number, nowMs: number, request: string | null): void {
    const opened = this.#opened(attempt)
    if (opened === null) {
      this.#exec('INSERT INTO run_opened (attempt, at_ms, request) VALUES (?, ?, ?)', attempt, nowMs, request)
      this.#isNamed = request === null
    } else if (opened.request !== null && opened.request !== request) {
      this.#exec('UPDATE run_opened SET request = NULL WHERE attempt = ?', attempt)
    }
  }

  #opened(attempt: number): { at_ms: number; request: string | null } | null {
    if (!this.#exists) return null
    const rows = this.#storage.sql.exec<{ at_ms: number; request: string | null }>(
      'SELECT at_ms, request FROM run_opened WHERE attempt = ?',
      attempt,
    )
    return rows.toArray()[0] ?? null
  }

  /** Whether a request has named the run since it was opened, as far as is known: reading it is only in memory. */
  get isNamed(): boolean {
    return this.#isNamed || (this.#exists && this.#storage.sql.exec('SELECT 1 FROM run_opened').toArray().length > 0)
  }

  noteNamed(): void {
    this.#isNamed = true
  }

  /** Whether something came after the end that the job's row may not have. */
  get isLate(): boolean {
    return this.#exists && this.#total.is_late === 1
  }

  noteLate(isLate: boolean): void {
    if (this.isLate === isLate) return
    this.#exec('UPDATE run_totals SET is_late = ?', Number(isLate))
    this.#total.is_late = isLate ? 1 : 0
  }

  /** Runs changes in one transaction, with the tables there. */
  change<T>(work: () => T): T {
    return this.#storage.transactionSync(() => {
      if (!this.#exists) {
        migrate(this.#storage, [...migrations, ...runMigrations])
        this.#exists = true
      }
      this.#totals = null
      const { changes } = this.#total
      const result = work()
      if (this.#total.changes > changes) this.#writeTotals()
      return result
    })
  }

  get #total(): Totals {
    this.#totals ??= this.#storage.sql
      .exec<Totals>('SELECT params, tags, not_stored, changes, is_late FROM run_totals')
      .one()
    return this.#totals
  }

  #add(more: Partial<Omit<Totals, 'is_late' | 'changes'>>): void {
    const total = this.#total
    for (const name of ['params', 'tags', 'not_stored'] as const) total[name] += more[name] ?? 0
    total.changes++
    this.#shown = null
  }

  #writeTotals(): void {
    const { params, tags, not_stored, changes } = this.#total
    this.#exec(
      'UPDATE run_totals SET params = ?, tags = ?, not_stored = ?, changes = ?',
      params,
      tags,
      not_stored,
      changes,
    )
  }

  #param(key: string): { value: string; attempt: number } | null {
    const rows = this.#storage.sql.exec<{ value: string; attempt: number }>(
      'SELECT value, attempt FROM run_params WHERE key = ?',
      key,
    )
    return rows.toArray()[0] ?? null
  }

  #readShown(): RunData {
    let room = RUN_SHOWN_LENGTH_MAX
    let isCut = false
    const fitting = (entries: readonly Entry[]) =>
      Object.fromEntries(
        entries.filter(([key, value]) => {
          const fits = room >= key.length + value.length
          if (fits) room -= key.length + value.length
          else isCut = true
          return fits
        }),
      )
    const { not_stored: notStored, changes } = this.#total
    const shown = { params: fitting(this.params()), tags: fitting(this.tags()), notStored, changes }
    return isCut || this.items.any ? { ...shown, isCut: true } : shown
  }

  #entries(sql: string): Entry[] {
    return this.#storage.sql
      .exec<{ key: string; value: string }>(sql)
      .toArray()
      .map(({ key, value }) => [key, value])
  }

  #exec(sql: string, ...values: (string | number | null)[]): void {
    this.#storage.sql.exec(sql, ...values)
  }
}
