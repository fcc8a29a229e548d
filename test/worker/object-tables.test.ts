import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import { EventStore } from '../../src/jobs/object/event-store.ts'
import { type Migration, migrate, migrations } from '../../src/jobs/object/migrations.ts'
import type { LogRow } from '../histories/format.ts'
import { snapshotOf, stubOf } from './api.ts'

const files = import.meta.glob<string>('../histories/v*/*', { query: '?raw', import: 'default', eager: true })
const formats = [...new Set(Object.keys(files).map((path) => path.split('/')[2] ?? ''))]

/** What an object has in its database, in place of what it would make itself. */
type Planted = { tables: string; log: LogRow[] }

/** The tables and the log that the code of a format left of a completed job. */
function recorded(format: string): Planted {
  const read = (file: string) => files[`../histories/${format}/${file}`] ?? ''
  const log = read('completed.log.jsonl').trim().split('\n')
  return { tables: read('tables.sql'), log: log.map((line) => JSON.parse(line) as LogRow) }
}

/** A storage that has been through what was planted, and what is done with it there. */
function inStorage<T>({ tables, log }: Planted, work: (storage: DurableObjectStorage) => T): Promise<T> {
  return runInDurableObject(stubOf(crypto.randomUUID()), (_, { storage }) => {
    plant(storage, { tables, log })
    return work(storage)
  })
}

function plant({ sql }: DurableObjectStorage, { tables, log }: Planted): void {
  if (tables !== '') sql.exec(tables)
  for (const { seq, type, at_ms, data } of log) {
    sql.exec('INSERT INTO events (seq, type, at_ms, data) VALUES (?, ?, ?, ?)', seq, type, at_ms, data)
  }
}

const schemaOf = ({ sql }: DurableObjectStorage) =>
  sql.exec("SELECT type, name, sql FROM sqlite_master WHERE name NOT GLOB '_cf_*'").toArray()

/** What may come: a column, and a table. */
const later: Migration[] = [
  { id: 3, sql: 'ALTER TABLE sinks ADD COLUMN paused_ms INTEGER;' },
  { id: 4, sql: 'CREATE TABLE curve (first INTEGER PRIMARY KEY) STRICT; INSERT INTO curve VALUES (7);' },
]

const planted: [string, Planted][] = [
  ['a new object', { tables: '', log: [] }],
  ...formats.map((format): [string, Planted] => [`an object of format ${format}`, recorded(format)]),
]

describe.each(planted)('%s', (_, before) => {
  test('has the tables of today after one wake, and a second one changes nothing', () =>
    inStorage(before, (storage) => {
      migrate(storage)
      const once = schemaOf(storage)
      const written = storage.sql.databaseSize
      migrate(storage)
      expect(schemaOf(storage)).toEqual(once)
      expect(storage.sql.databaseSize).toBe(written)
      const { job } = new EventStore(storage)
      expect(job?.status ?? null).toBe(before.log.length === 0 ? null : 'completed')
    }))

  test('goes through migrations that are added later once each, whether one at a time or together', async () => {
    const end = await inStorage(before, (storage) => {
      for (const all of [migrations, [...migrations, ...later.slice(0, 1)], [...migrations, ...later]]) {
        migrate(storage, all)
        migrate(storage, all)
      }
      storage.sql.exec("INSERT INTO sinks VALUES ('other', 1, 0, NULL, NULL, 5)")
      expect(storage.sql.exec('SELECT first FROM curve').toArray()).toEqual([{ first: 7 }])
      expect(storage.sql.exec('SELECT id FROM migrations').toArray()).toEqual([1, 2, 3, 4].map((id) => ({ id })))
      return schemaOf(storage)
    })
    const together = await inStorage(before, (storage) => {
      migrate(storage, [...migrations, ...later])
      return schemaOf(storage)
    })
    expect(together).toEqual(expect.arrayContaining(end))
  })

  test('stays as it was when a migration fails', () =>
    inStorage(before, (storage) => {
      const schema = schemaOf(storage)
      const broken = { id: 4, sql: 'CREATE TABLE events (seq INTEGER) STRICT;' }
      expect(() => migrate(storage, [...migrations, ...later.slice(0, 1), broken])).toThrow('already exists')
      expect(schemaOf(storage)).toEqual(schema)
    }))
})

test('an object that only knows of a deletion opens, says so, and gets no other table', async () => {
  const id = crypto.randomUUID()
  await runInDurableObject(stubOf(id), (_, { storage }) => {
    storage.sql.exec('CREATE TABLE tombstone (deleted_ms INTEGER NOT NULL) STRICT; INSERT INTO tombstone VALUES (5);')
  })
  await evictDurableObject(stubOf(id))
  expect(await stubOf(id).snapshot()).toBe('deleted')
  expect(await snapshotOf(id)).toBeNull()
  await runInDurableObject(stubOf(id), (_, { storage }) => {
    expect(schemaOf(storage)).toMatchObject([{ name: 'tombstone' }])
    expect(new EventStore(storage).deletedMs).toBe(5)
  })
})
