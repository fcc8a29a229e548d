import { afterEach, beforeEach, expect, test } from 'vitest'
import { api, request, withVars } from './api.ts'

const stream = (query: string, init?: RequestInit) => request(`${api}/ocr/stream${query}`, init)
const after = (id: string) => ({ headers: { 'Last-Event-ID': id } })

const eventsIn = (text: string) =>
  [...text.matchAll(/^id: (.+)\ndata: (.+)$/gm)].map(([, id = '', data = '']) => ({ id, ...JSON.parse(data) }))

let vars: Disposable
beforeEach(() => {
  vars = withVars({ SIMULATION_SPEED: '1000' })
})
afterEach(() => vars[Symbol.dispose]())

test('a batch is streamed to its completion, with the fields and headers of the reference', async () => {
  const beganMs = Date.now()
  const response = await stream('?images_count=100')
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })

  const text = await response.text()
  const tookMs = Date.now() - beganMs
  const events = eventsIn(text)
  const complete = events.pop()
  expect(text).toMatch(/^retry: 2000\nid: /)
  expect(events.map(({ current }) => current)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1))
  expect(events.every(({ elapsed_ms }, n) => elapsed_ms >= (events[n - 1]?.elapsed_ms ?? 0))).toBe(true)
  expect(complete).toEqual({
    id: expect.any(String),
    type: 'complete',
    total_time_ms: expect.any(Number),
    processed_count: 100,
  })
  expect(complete.total_time_ms).toBeGreaterThanOrEqual(events.at(-1)?.elapsed_ms)
  expect(complete.total_time_ms).toBeLessThanOrEqual(tookMs)
})

test('a client that reconnects with its last id gets the rest, and 204 when it has everything', async () => {
  const all = eventsIn(await (await stream('?images_count=5')).text())
  const resumed = eventsIn(await (await stream('?images_count=5', after(all[1].id))).text())
  expect(resumed.map(({ id }) => id)).toEqual(all.slice(2).map(({ id }) => id))

  const byQuery = eventsIn(await (await stream(`?images_count=5&after=${all[4].id}`)).text())
  expect(byQuery).toMatchObject([{ type: 'complete' }])

  const done = await stream(`?images_count=5&after=${all[0].id}`, after(all[5].id))
  expect([done.status, await done.text()]).toEqual([204, ''])
})

test.each([
  '',
  '?images_count=',
  '?images_count=2.5',
  '?images_count=ten',
  '?images_count=1&images_count=2',
  '?images_count=0x10',
])('a count that is missing or no whole number is 422: %j', async (query) => {
  const response = await stream(query)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ errors: [{ loc: ['query', 'images_count'] }] })
})

test.each(['0', '-1', '101', `1${'0'.repeat(400)}`])('a batch of %s images is 400', async (count) => {
  const response = await stream(`?images_count=${count}`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ detail: 'images_count must be between 1 and 100' })
})

test('a cursor that this stream never issued is 422, with its location', async () => {
  const byHeader = await stream('?images_count=5', after('3'))
  expect(byHeader.status).toBe(422)
  expect(await byHeader.json()).toMatchObject({ errors: [{ loc: ['header', 'Last-Event-ID'] }] })

  const byQuery = await stream(`?images_count=5&after=${Date.now()}.7`)
  expect(byQuery.status).toBe(422)
  expect(await byQuery.json()).toMatchObject({
    detail: 'query.after: A batch of 5 images has no such event',
    errors: [{ loc: ['query', 'after'] }],
  })
})

test('HEAD gets the headers of the stream, and starts no work', async () => {
  const response = await stream('?images_count=5', { method: 'HEAD' })
  expect([response.status, response.body]).toEqual([200, null])
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
})

test.each(['aborts', 'cancels'])('a client that %s while an image is worked on gets no more', async (how) => {
  using _ = withVars({ SIMULATION_SPEED: '0.01' })
  const client = new AbortController()
  const response = await stream('?images_count=100', { signal: client.signal })
  const reader = response.body?.getReader()
  await reader?.read()
  const pending = reader?.read().catch(() => ({ done: true }))
  if (how === 'aborts') client.abort()
  else await reader?.cancel()
  expect(await pending).toMatchObject({ done: true })
})
