import { runInDurableObject } from 'cloudflare:test'
import { stubOf } from './api.ts'
import { interceptD1, restoreD1 } from './d1-probe.ts'

export { restoreD1 }

/** Counts the rows that D1 reads and writes until `stop`, for all statements sent in the isolate. */
export function meterD1() {
  const meter = { rowsRead: 0, rowsWritten: 0, trips: 0, stop: restoreD1 }
  interceptD1(async (_, send) => {
    const results = await send()
    meter.trips++
    for (const { meta } of results) {
      meter.rowsRead += meta.rows_read
      meter.rowsWritten += meta.rows_written
    }
    return results
  })
  return meter
}

/**
 * Makes D1 fail until `restoreD1`: `refused` fails without doing anything, `unheard` after doing the work; `broken` fails
 * permanently.
 *
 * @param matching fails only round trips with a statement that contains this text
 */
export function breakD1(how: 'refused' | 'unheard' | 'broken', matching = ''): void {
  interceptD1(async (statements, send) => {
    if (!statements.some(({ sql }) => sql.includes(matching))) return send()
    if (how === 'unheard') await send()
    throw new Error(`D1_ERROR: broken by the test${how === 'broken' ? ': SQLITE_CONSTRAINT' : ''}`)
  })
}

/** Makes an object's storage fail until the end of the scope: nothing can be committed. */
export function breakStorage(id: string): Promise<Disposable> {
  return runInDurableObject(stubOf(id), (_, { storage }) => {
    const sound = storage.transactionSync.bind(storage)
    storage.transactionSync = () => {
      throw new Error('broken by the test')
    }
    const mend = () => {
      storage.transactionSync = sound
    }
    return { [Symbol.dispose]: mend }
  })
}

/** Counts the rows that an object writes from now on; alarms, each billed as one row, are counted separately. */
export function meterObject(id: string) {
  return runInDurableObject(stubOf(id), (_, { storage }) => {
    const meter = { rowsWritten: 0, alarmsSet: 0 }
    const exec = storage.sql.exec.bind(storage.sql)
    storage.sql.exec = ((query: string, ...bindings: unknown[]) => {
      const cursor = exec(query, ...bindings)
      meter.rowsWritten += cursor.rowsWritten
      return cursor
    }) as typeof exec
    const setAlarm = storage.setAlarm.bind(storage)
    storage.setAlarm = (...args) => {
      meter.alarmsSet++
      return setAlarm(...args)
    }
    return meter
  })
}

/** Bytes of the object's database. */
export const databaseBytes = (id: string) =>
  runInDurableObject(stubOf(id), (_, { storage }) => storage.sql.databaseSize)

/** The statements sent, each with its last values. */
export type Statements = Map<string, unknown[]>

/** Collects the statements sent to D1 until `restoreD1`. */
export function recordD1(): Statements {
  const sent: Statements = new Map()
  interceptD1((statements, send) => {
    for (const { sql, values } of statements) sent.set(sql, [...values])
    return send()
  })
  return sent
}

/** Collects the statements that objects send to their own databases until `stop`. `id`: any object's. */
export function recordObjects(id: string) {
  return runInDurableObject(stubOf(id), (_, { storage }) => {
    const statements: Statements = new Map()
    const sql = Object.getPrototypeOf(storage.sql) as SqlStorage
    const exec = sql.exec
    sql.exec = function (this: SqlStorage, query: string, ...bindings: unknown[]) {
      statements.set(query, bindings)
      return exec.call(this, query, ...bindings)
    } as typeof exec
    const stop = () => {
      sql.exec = exec
    }
    return { statements, stop }
  })
}
