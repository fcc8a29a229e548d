import { afterEach, expect, test, vi } from 'vitest'
import { ApiError, createClient, type WatchedEvent, type WatchOptions, watchJob } from '../../src/client/index.ts'
import { retryAfterMs } from '../../src/client/retry.ts'
import { RETRY_AFTER_S, STREAM_RETRY_MS } from '../../src/platform/limits.ts'
import { encodeEvent, retryField } from '../../src/platform/sse.ts'
import type { Sleep } from '../../src/platform/timeout.ts'
import { Random } from '../simulation/random.ts'
import { type Answer, type Answers, lifeOf, problem, scripted, stream, wireOf } from './scripted.ts'

/** Sleeps, but never as long as a silent connection is tolerated. */
const patient: Sleep = (ms) => (ms === 45_000 ? new Promise(() => {}) : Promise.resolve())

const id = '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11'
const short = lifeOf(1, [0, 2, 3, 7], 'cancelled')
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)

/** Answers like the server; `how` determines how the bytes arrive. */
const serve =
  (life: typeof short, how = (wire: Uint8Array) => stream([wire])): Answer =>
  (request) => {
    const wire = wireOf(life, request)
    return wire === null ? new Response(null, { status: 204 }) : how(wire)
  }

/** Watches to the end; the waits between attempts are the longest possible and are recorded. */
async function watch(answers: Answers, options: WatchOptions = {}) {
  const { client, requests } = scripted(...answers)
  const waits: number[] = []
  const events: WatchedEvent[] = []
  const onReconnect = (_: Error, waitMs: number) => waits.push(waitMs)
  for await (const event of watchJob(client, id, { sleep: patient, random: () => 1, onReconnect, ...options })) {
    events.push(event)
  }
  return { events, requests, waits, steps: events.flatMap(({ data }) => data.history.map(({ step }) => step)) }
}

afterEach(() => {
  vi.useRealTimers()
})

test('a job is watched to its final event, and each request has the token', async () => {
  const { events, requests, steps } = await watch([serve(short)])
  expect(steps).toEqual(numbers(8))
  expect(events.map(({ data }) => data.status)).toEqual([...Array(4).fill('training'), 'cancelled'])
  expect(requests).toHaveLength(1)
  expect(requests[0]?.url).toBe(`http://stellwerk.test/api/v1/admin/training/metrics/stream?job_id=${id}&history=delta`)
  expect(requests[0]?.headers.get('Authorization')).toBe('Bearer secret')
})

test('wherever the connection breaks, each point arrives once and in order', async () => {
  const whole = wireOf(short, new Request('http://x'))?.length ?? 0
  expect(whole).toBeGreaterThan(2_000)
  for (const cut of numbers(whole)) {
    const cutHere = serve(short, (wire) => stream([wire.subarray(0, cut)], cut % 2 ? 'breaks' : 'ends'))
    const { steps, events } = await watch([cutHere, serve(short)])
    if (steps.join() !== numbers(8).join()) expect.fail(`Cut at ${cut}: ${steps}`)
    if (new Set(events.map((event) => event.cursor)).size !== 5) expect.fail(`Cut at ${cut}: an event is missing`)
  }
})

test.each(numbers(10))(
  '50 random cuts, in random pieces, among refusals: 1,000 points once and in order (seed %d)',
  async (seed) => {
    const random = new Random(seed)
    const long = lifeOf(
      10,
      numbers(101).map((n) => n * 10),
      'completed',
    )
    const cut = serve(long, (wire) => {
      const rest = wire.subarray(0, random.int(0, Math.ceil(wire.length / 25)))
      const places = [0, ...numbers(random.int(0, 5)).map(() => random.int(0, rest.length)), rest.length]
      const sorted = places.sort((a, b) => a - b)
      const pieces = sorted.slice(1).map((to, at) => rest.subarray(sorted[at], to))
      return stream(pieces, random.pick(['ends', 'breaks']))
    })
    const busy = () => problem(503, 'Too many streams watch this job', { 'Retry-After': '1' })
    const unreachable = new TypeError('fetch failed')
    const answers = numbers(49).flatMap((): Answer[] => [
      cut,
      ...(random.chance(0.2) ? [random.pick([busy, unreachable])] : []),
    ])
    const { steps, events } = await watch([cut, ...answers, serve(long)])
    expect(steps).toEqual(numbers(1_000))
    expect(events.at(-1)?.data.status).toBe('completed')
  },
)

test('events while catching up are not the end, even if the status is final', async () => {
  const { events, steps } = await watch([serve(lifeOf(12, [1_200], 'failed').slice(-1))])
  expect(events.map(({ data }) => [data.status, data.more])).toEqual([
    ['failed', true],
    ['failed', true],
    ['failed', undefined],
  ])
  expect(steps).toEqual(numbers(1_200))
})

test('a watch resumes after a cursor, and ends at once after the last one', async () => {
  const { events } = await watch([serve(short)])
  const rest = await watch([serve(short)], { after: events[1]?.cursor })
  expect(rest.events).toEqual(events.slice(2))
  expect((await watch([serve(short)], { after: events.at(-1)?.cursor })).events).toEqual([])
})

test('failed attempts back off with jitter, and an event resets the backoff', async () => {
  const unreachable = new TypeError('fetch failed')
  const first = wireOf(short, new Request('http://x'))?.subarray(0, 600) ?? new Uint8Array()
  const failures: Answers = [unreachable, unreachable, new Response('<html>', { status: 502 })]
  const tail: Answer[] = [unreachable, unreachable, unreachable, stream([first]), unreachable]
  const { waits, events } = await watch([...failures, ...tail, serve(short)])
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 2_000, 4_000])
  expect(events.at(-1)?.data.status).toBe('cancelled')
  expect((await watch([...failures, serve(short)], { random: () => 0.25 })).waits).toEqual([500, 1_000, 2_000])
})

test('waits start at the retry of the stream, and last at least the Retry-After', async () => {
  const retry = stream([new TextEncoder().encode('retry: 500\n\n')])
  const busy = problem(503, 'Too many streams watch this job', { 'Retry-After': String(RETRY_AFTER_S) })
  const { waits } = await watch([retry, busy, serve(short)])
  expect(waits).toEqual([500, RETRY_AFTER_S * 1_000 + 1_000])
})

test.each([
  ['120', 120_000],
  ['Sun, 01 Nov 2026 08:00:30 GMT', 30_000],
  ['Sun, 01 Nov 2026 07:00:00 GMT', 0],
  ['99999999999', 600_000],
  ['soon', 0],
  [null, 0],
])('Retry-After: %s', (header, ms) => {
  expect(retryAfterMs(header, Date.UTC(2026, 10, 1, 8))).toBe(ms)
})

test.each([
  [401, 'Send the admin token: Authorization: Bearer <token>'],
  [404, 'Job not found'],
  [422, 'header.Last-Event-ID: Not the id of an event of this job; leave it out to start from the beginning'],
])('%d is thrown with its problem, not tried again', async (status, detail) => {
  const { client, requests } = scripted(problem(status, detail))
  const refused = await watchJob(client, id)
    .next()
    .catch((error) => error)
  expect(refused).toBeInstanceOf(ApiError)
  expect(refused).toMatchObject({ status, message: detail, problem: { status, detail } })
  expect(requests).toHaveLength(1)
})

test('watching a job that is deleted in the meantime ends with 404', async () => {
  const farewell = stream([retryField, encodeEvent('7.5', { error: 'Job not found' })])
  await expect(watch([farewell])).rejects.toMatchObject({ name: 'ApiError', status: 404, message: 'Job not found' })
})

test('a character split across chunks arrives intact', async () => {
  const wire = encodeEvent('7.5', { error: 'Prüfung gelöscht' })
  const bytes = numbers(wire.length).map((at) => wire.subarray(at, at + 1))
  await expect(watch([stream(bytes)])).rejects.toThrow('Prüfung gelöscht')
})

test('an answer that is not a stream is an error', async () => {
  const portal = new Response('<html>', { headers: { 'Content-Type': 'text/html' } })
  await expect(watch([portal])).rejects.toThrow('Expected an event stream, received text/html')
})

test('a connection without a byte for 45 s is considered dead and reopened', async () => {
  vi.useFakeTimers()
  const half = wireOf(short, new Request('http://x'))?.subarray(0, 900) ?? new Uint8Array()
  const hanging: Answer = () => new Promise(() => {})
  const { client, requests } = scripted(hanging, stream([half], 'stays open'), serve(short))
  const reasons: string[] = []
  const onReconnect = (why: Error) => reasons.push(why.message)
  const watched = (async () => {
    const events: WatchedEvent[] = []
    for await (const event of watchJob(client, id, { random: () => 0, onReconnect })) events.push(event)
    return events
  })()
  await vi.advanceTimersByTimeAsync(44_999)
  expect(requests).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(45_010)
  expect(reasons).toEqual(Array(2).fill('Nothing was received for 45 s'))
  expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, true, true])
  expect((await watched).map(({ data }) => data.current_step)).toEqual([0, 2, 3, 7, 7])
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  'before it begins',
  'while it connects',
  'while it waits for an event',
  'between two events',
  'while it waits to reconnect',
])('an abort %s is thrown with the reason of the signal', async (when) => {
  vi.useFakeTimers()
  const answers: Record<string, Answer> = {
    'while it connects': ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    'while it waits for an event': ({ signal }) =>
      new Response(
        new ReadableStream({ start: (c) => signal.addEventListener('abort', () => c.error(signal.reason)) }),
        { headers: { 'Content-Type': 'text/event-stream' } },
      ),
    'while it waits to reconnect': new TypeError('fetch failed'),
  }
  const { client } = scripted(answers[when] ?? serve(short))
  const stop = new AbortController()
  if (when === 'before it begins') stop.abort()
  const events = watchJob(client, id, { signal: stop.signal, random: () => 1 })
  if (when === 'between two events') await events.next()
  const next = events.next().catch((error) => error)
  if (when !== 'between two events') {
    await vi.advanceTimersByTimeAsync(STREAM_RETRY_MS / 2)
    stop.abort()
    expect(await next).toMatchObject({ name: 'AbortError' })
  } else {
    await next
    stop.abort(new Error('enough'))
    await expect(events.next()).rejects.toThrow('enough')
  }
  expect(await events.next()).toEqual({ done: true, value: undefined })
  expect(vi.getTimerCount()).toBe(0)
})

test('leaving the loop closes the connection', async () => {
  const { client, requests } = scripted(serve(short, (wire) => stream([wire], 'stays open')))
  for await (const _ of watchJob(client, id)) break
  expect(requests[0]?.signal.aborted).toBe(true)
})

test('an address or token that cannot be sent is rejected at once, without revealing the token', () => {
  expect(() => createClient('stellwerk')).toThrow(TypeError)
  expect(() => createClient('ftp://stellwerk')).toThrow('Not an http address: ftp://stellwerk')
  for (const token of ['', 'geheim\n', 'Schlüssel']) {
    expect(() => createClient('http://stellwerk.test', { token })).toThrow(
      /^A token is printable ASCII without spaces$/,
    )
  }
})
