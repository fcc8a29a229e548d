import { expect, test } from 'vitest'
import { registerOf, unwantedChanges } from './changes.ts'
import type { Exchange } from './checks.ts'
import { type Change, comesByItself } from './journal.ts'
import { changedAt, type Json, raw, sizeOf, toText } from './json.ts'

const job = (status: string, more: object = {}) => ({
  id: 'a',
  status,
  revision: 3,
  edits: 0,
  slot: 0,
  wake_by_ms: 1,
  waits_ms: null,
  ...more,
})
const silences = (silences: number) => ({ summary: JSON.stringify({ attempts: { silences, losses: 0 } }) })
const claims = (isOverdue: boolean) => ({ summary: JSON.stringify({ attempts: { all: [{ isOverdue }] } }) })
const jobs = (before: object | null, after: object | null) => ({ atMs: 0, table: 'jobs', before, after }) as Change

test.each([
  ['a job moves on', jobs(job('training'), job('completed', { revision: 6, slot: null }))],
  ['a job gets the slot it has waited for', jobs(job('queued', { slot: null }), job('queued'))],
  [
    'a paused job gets the slot it has waited for',
    jobs(job('paused', { slot: null, waits_ms: 1 }), job('paused', { waits_ms: 1 })),
  ],
  ['a paused job is resumed in its turn', jobs(job('paused', { waits_ms: 1 }), job('training', { revision: 4 }))],
  [
    'a runner falls silent',
    jobs(job('training', silences(0)), job('training', { ...silences(1), revision: 4, wake_by_ms: 2 })),
  ],
  [
    'a claim is not confirmed in time',
    jobs(job('preparing', claims(false)), job('queued', { ...claims(true), revision: 4, wake_by_ms: 2 })),
  ],
  ['a file of a version is registered', { atMs: 0, table: 'version_files', before: null, after: { path: 'a' } }],
  ['bytes are dropped', { atMs: 0, table: 'garbage', before: null, after: { key: 'a' } }],
  ['a version is registered', { atMs: 0, table: 'model_versions', before: null, after: { id: 'v' } }],
])('%s by itself', (_, change) => expect(comesByItself(change)).toBe(true))

test.each([
  ['is created', jobs(null, job('queued'))],
  ['is paused', jobs(job('training'), job('paused', { revision: 4 }))],
  ['is resumed', jobs(job('paused'), job('training', { revision: 4 }))],
  ['is cancelled', jobs(job('training'), job('cancelled', { revision: 4 }))],
  ['is deleted', jobs(job('paused'), null)],
  ['loses its slot', jobs(job('training'), job('training', { slot: null }))],
  ['promises another time', jobs(job('training'), job('training', { wake_by_ms: 2 }))],
  ['goes back', jobs(job('training'), job('queued', { revision: 4 }))],
])('no job %s by itself', (_, change) => expect(comesByItself(change)).toBe(false))

test('without a request, no version is activated, and no document, token or key is created or removed', () => {
  const used = { atMs: 0, table: 'model_types', before: { last_number: 2 }, after: { last_number: 2, active_id: 'x' } }
  expect(comesByItself(used)).toBe(false)
  expect(comesByItself(used, new Set(['y']))).toBe(false)
  // That of a job that has just been completed is.
  expect(comesByItself(used, new Set(['x']))).toBe(true)
  for (const table of ['documents', 'api_tokens', 'idempotency_keys', 'dataset_totals', 'held_files']) {
    expect(comesByItself({ atMs: 0, table, before: null, after: {} })).toBe(false)
  }
})

const exchange = (method: string, status: number, sentMs: number, answeredMs: number) =>
  ({ wire: { method }, answer: { status, sentMs, answeredMs } }) as Exchange

test('a change is attributed to a concurrent request or the last one answered before, unless that one may change something', () => {
  const [reader, refused, taken] = [
    exchange('GET', 200, 0, 20),
    exchange('POST', 409, 10, 30),
    exchange('POST', 200, 40, 50),
  ]
  const at = (atMs: number) => unwantedChanges([reader, refused, taken], [{ ...jobs(job('paused'), null), atMs }])
  expect(at(15).map(([who, { rule }]) => [who, rule])).toEqual([
    [reader, 'a read changes nothing'],
    [refused, 'a refused request changes nothing'],
  ])
  expect(at(35).map(([who]) => who)).toEqual([refused])
  expect(at(45)).toEqual([])
  expect(at(99)).toEqual([])
  expect(at(-5)).toEqual([])
})

test('a log ahead of the register reveals a command that was refused but carried out', () => {
  const register = registerOf()
  register.note([
    { ...jobs(null, job('training')), atMs: 10 },
    { ...jobs(job('training'), job('paused', { revision: 4 })), atMs: 20 },
  ])
  expect(register.faultIn({ id: 'a', commandedTo: 4, atMs: 25 })).toBeNull()
  expect(register.faultIn({ id: 'a', commandedTo: 4, atMs: 15 })).toMatchObject({
    what: 'the log of a goes to 4, the register to 3',
  })
})

test('JSON can be written with duplicate keys and raw text, and changed at any place', () => {
  const value: Json = {
    members: [
      ['a', [1, raw('1e309')]],
      ['a', 'x'],
    ],
  }
  expect(toText(value)).toBe('{"a":[1,1e309],"a":"x"}')
  expect(Array.from({ length: sizeOf(value) }, (_, at) => toText(changedAt(value, at, () => null)))).toEqual([
    ...[
      'null',
      '{"a":null,"a":"x"}',
      '{"a":[null,1e309],"a":"x"}',
      '{"a":[1,null],"a":"x"}',
      '{"a":[1,1e309],"a":null}',
    ],
  ])
})
