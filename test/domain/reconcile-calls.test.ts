import { describe, expect, test } from 'vitest'
import { caller } from '../../scripts/reconcile/call.ts'
import { reconcileAll, reconcileObjects, reconcileRegister, summary } from '../../scripts/reconcile/run.ts'
import { RECONCILE_PAGE_MAX } from '../../src/platform/limits.ts'
import { type Answers, scripted } from './scripted.ts'

const none = { unchanged: 0, updated: 0, restored: 0, removed: 0, unknown: 0, failed: [], next: null }
const answer = (what: object) => () => Response.json({ ...none, ...what })
const refusal =
  (status: number, headers = {}) =>
  () =>
    Response.json({}, { status, headers })
const lost = () => new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })

/** Records the requests and the waits. */
function service(...answers: Answers) {
  const { client, requests } = scripted(...answers)
  const waits: number[] = []
  const sleep = async (ms: number) => void waits.push(ms)
  const printed: string[] = []
  const print = (line: string) => void printed.push(line)
  const environment = { sleep, print, printError: print }
  const sent = () => Promise.all(requests.map((request) => request.json()))
  return { call: caller(client, sleep), environment, printed, waits, sent }
}

describe('the register', () => {
  test('is reconciled page by page, and the outcomes are counted', async () => {
    const { call, environment, sent } = service(answer({ unchanged: 99, updated: 1, next: 7 }), answer({ removed: 2 }))
    const tally = await reconcileRegister(call, environment)
    expect(await sent()).toEqual([{ after: 0 }, { after: 7 }])
    expect(summary(tally, 'row')).toBe('102 rows: 99 unchanged, 1 updated, 0 restored, 2 removed, 0 unknown, 0 failed')
  })

  test('is retried by pages in which a job failed, with each job counted once', async () => {
    const { call, environment, waits, sent } = service(
      answer({ unchanged: 1, updated: 2, unknown: 1, failed: ['a', 'b'], next: 7 }),
      answer({ unchanged: 3, updated: 1, unknown: 1, failed: ['b'], next: 7 }),
      answer({ unchanged: 4, restored: 1, unknown: 1, next: 7 }),
      answer({}),
    )
    const tally = await reconcileRegister(call, environment)
    expect(await sent()).toEqual([{ after: 0 }, { after: 0 }, { after: 0 }, { after: 7 }])
    expect(tally).toMatchObject({ unchanged: 1, updated: 3, restored: 1, removed: 0, unknown: 1, failed: [] })
    expect(waits).toEqual([1_000, 2_000])
  })
})

describe('the objects', () => {
  const ids = Array.from({ length: RECONCILE_PAGE_MAX + 1 }, (_, i) => String(i))

  test('are sent in batches', async () => {
    const { call, environment, sent } = service(answer({ unchanged: RECONCILE_PAGE_MAX }), answer({ restored: 1 }))
    expect(await reconcileObjects(call, ids, environment)).toMatchObject({ unchanged: RECONCILE_PAGE_MAX, restored: 1 })
    expect(await sent()).toEqual([{ objects: ids.slice(0, -1) }, { objects: ids.slice(-1) }])
  })

  test('that fail are tried four times, without the others, and named at the end', async () => {
    const { call, environment, sent, waits } = service(
      answer({ unchanged: 1, failed: ['b', 'c'] }),
      answer({ updated: 1, failed: ['c'] }),
      answer({ failed: ['c'] }),
    )
    const tally = await reconcileObjects(call, ['a', 'b', 'c'], environment)
    expect(tally).toMatchObject({ unchanged: 1, updated: 1, failed: ['c'] })
    expect(await sent()).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c'], ['c']].map((objects) => ({ objects })))
    expect(waits).toEqual([1_000, 2_000, 4_000])
  })

  test('cause no request if there are none', async () => {
    const { call, environment, sent } = service(answer({}))
    await reconcileObjects(call, [], environment)
    expect(await sent()).toEqual([])
  })
})

test('what still fails at the end is named, and the exit status is 1', async () => {
  const { call, environment, printed } = service(
    answer({ unchanged: 1 }),
    answer({ restored: 1, failed: ['b'] }),
    answer({ failed: ['b'] }),
  )
  expect(await reconcileAll(call, ['a', 'b'], environment)).toBe(1)
  expect(printed).toEqual([
    '1 row: 1 unchanged, 0 updated, 0 restored, 0 removed, 0 unknown, 0 failed',
    '2 objects: 0 unchanged, 0 updated, 1 restored, 0 removed, 0 unknown, 1 failed',
    expect.stringContaining('Run it again'),
    '  object b',
  ])
})

describe('a call', () => {
  test('waits as long as the rate limit requires, and at most a minute', async () => {
    const { call, waits } = service(
      refusal(429, { 'Retry-After': '9' }),
      refusal(429, { 'Retry-After': '9999' }),
      refusal(503),
      answer({ updated: 1 }),
    )
    expect(await call({ after: 0 })).toMatchObject({ updated: 1 })
    expect(waits).toEqual([9_000, 60_000, 4_000])
  })

  test('is tried four times while the service fails', async () => {
    const { call, waits } = service(refusal(503))
    await expect(call({ after: 0 })).rejects.toMatchObject({ name: 'ApiError', status: 503 })
    expect(waits).toHaveLength(3)
  })

  test.each([401, 403, 404, 422])('that is answered %i is not retried', async (status) => {
    const { call, waits } = service(refusal(status))
    await expect(call({ after: 0 })).rejects.toMatchObject({ status })
    expect(waits).toEqual([])
  })

  test('without a connection is retried only if there has been one', async () => {
    const never = service(lost())
    await expect(never.call({ after: 0 })).rejects.toThrow('fetch failed')
    expect(never.waits).toEqual([])
    const broken = service(answer({}), lost(), answer({ updated: 1 }))
    await broken.call({ after: 0 })
    expect(await broken.call({ after: 0 })).toMatchObject({ updated: 1 })
    expect(broken.waits).toEqual([1_000])
  })
})
