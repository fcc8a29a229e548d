import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { stubOf } from './api.ts'

type Meta = { rows_read: number; rows_written: number }
type D1Answer = { meta: Meta } | { meta: Meta }[]
type Session = { _sendOrThrow: (endpoint: string, ...rest: unknown[]) => Promise<D1Answer> }

/** What every D1 binding of the isolate sends its statements through. */
const session = Object.getPrototypeOf(env.DB.withSession()) as Session
const send = session._sendOrThrow

/** Counts the rows that D1 reads and writes until `stop`. Statements sent by anybody in the isolate count. */
export function meterD1() {
  const meter = { rowsRead: 0, rowsWritten: 0, stop: healD1 }
  session._sendOrThrow = async function (this: Session, ...args) {
    const answer = await send.apply(this, args)
    for (const { meta } of [answer].flat()) {
      meter.rowsRead += meta.rows_read
      meter.rowsWritten += meta.rows_written
    }
    return answer
  }
  return meter
}

/**
 * Lets D1 fail until `healD1`: `refused` does nothing and fails, `unheard` does the work and then fails.
 *
 * @param matching only statements that contain the text
 */
export function breakD1(how: 'refused' | 'unheard', matching = ''): void {
  session._sendOrThrow = async function (this: Session, ...args) {
    if (!JSON.stringify(args).includes(matching)) return send.apply(this, args)
    if (how === 'unheard') await send.apply(this, args)
    throw new Error('D1_ERROR: broken by the test')
  }
}

export function healD1(): void {
  session._sendOrThrow = send
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
  const statements: Statements = new Map()
  session._sendOrThrow = async function (this: Session, ...args) {
    const [, sql, values] = args as [string, string | string[], unknown[]]
    if (typeof sql === 'string') statements.set(sql, values)
    else for (const [i, one] of sql.entries()) statements.set(one, values[i] as unknown[])
    return send.apply(this, args)
  }
  return statements
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
