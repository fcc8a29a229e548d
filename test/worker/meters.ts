import { runInDurableObject } from 'cloudflare:test'
import { stubOf } from './api.ts'
import { aroundD1, healD1 } from './probe.ts'

export { healD1 }

/** Counts the rows that D1 reads and writes until `stop`. Statements sent by anybody in the isolate count. */
export function meterD1() {
  const meter = { rowsRead: 0, rowsWritten: 0, trips: 0, stop: healD1 }
  aroundD1(async (_, send) => {
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
 * Lets D1 fail until `healD1`: `refused` does nothing and fails, `unheard` does the work and then fails; `broken` does
 * nothing either, and never will.
 *
 * @param matching only trips with a statement that contains the text
 */
export function breakD1(how: 'refused' | 'unheard' | 'broken', matching = ''): void {
  aroundD1(async (statements, send) => {
    if (!statements.some(({ sql }) => sql.includes(matching))) return send()
    if (how === 'unheard') await send()
    throw new Error(`D1_ERROR: broken by the test${how === 'broken' ? ': SQLITE_CONSTRAINT' : ''}`)
  })
}

/** Lets an object's storage fail: nothing can be committed, until the end of the scope. */
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

/** Counts the rows that an object writes from now on; each alarm it sets is billed as one, and counted apart. */
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

/** Statements as they were sent, each with the values it was sent with last. */
export type Statements = Map<string, unknown[]>

/** Collects the statements sent to D1 until `healD1`. */
export function recordD1(): Statements {
  const sent: Statements = new Map()
  aroundD1((statements, send) => {
    for (const { sql, values } of statements) sent.set(sql, [...values])
    return send()
  })
  return sent
}

/** Collects the statements that objects send to their own databases until `stop`. `id`: of any object. */
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
