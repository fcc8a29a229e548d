import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseCursor } from '../../src/jobs/object/frames.ts'
import type { HistoryPoint } from '../../src/jobs/rules/shown.ts'
import { FRAME_POINTS_MAX, KEEP_ALIVE_MS, REPAINT_MS, STREAM_AGE_MAX_MS } from '../../src/platform/limits.ts'
import {
  alarmOf,
  api,
  cancelAll,
  createJob,
  post,
  refusal,
  request,
  runAlarm,
  runToEnd,
  startMs,
  stubOf,
  withVars,
} from './api.ts'
import { EventStream, type Received } from './event-stream.ts'
import { advance, advanceToEnd, freezeTime } from './fake-time.ts'

beforeEach(() => {
  freezeTime()
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

const streamOf = (id: string, query = '') => `${api}/metrics/stream?job_id=${id}${query}`
const pointsIn = (events: Received[]) => events.flatMap((event) => event.data.history as HistoryPoint[])
const range = (n: number) => Array.from({ length: n }, (_, i) => i)

test('a stream has the headers of the reference, and starts with retry and the state', async () => {
  const id = await createJob()
  const stream = await EventStream.open(streamOf(id))
  expect(stream.response.status).toBe(200)
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(stream.response.headers.get('cache-control')).toBe('no-cache, no-transform')
  expect(stream.response.headers.get('x-accel-buffering')).toBe('no')
  expect(stream.response.headers.get('x-request-id')).toBeTruthy()
  expect(await stream.line()).toBe('retry: 2000')
  expect((await stream.event())?.data).toEqual({
    job_id: id,
    status: 'preparing',
    progress: 0,
    current_epoch: 0,
    total_epochs: 10,
    current_step: 0,
    total_steps: 1_000,
    elapsed_time_ms: 0,
    estimated_remaining_ms: 501_000,
    metrics: { loss: 1, val_loss: 1, accuracy: 0, learning_rate: 0.00005 },
    history: [],
  })
  await stream.cancel()
})

test('a watcher of a whole run receives ascending ids, each update, every transition, and the end', async () => {
  const id = await createJob({ epochs: 1 })
  const stream = await EventStream.open(streamOf(id))
  const received = stream.rest()
  await advanceToEnd(id)
  const events = await received
  const cursors = events.map((event) => parseCursor(event.id))
  cursors.slice(1).forEach((cursor, i) => {
    const before = cursors[i] ?? cursor
    expect(cursor.revision * 1e6 + cursor.points).toBeGreaterThan(before.revision * 1e6 + before.points)
  })
  expect([...new Set(events.map((event) => event.data.status))]).toEqual([
    'preparing',
    'training',
    'validating',
    'completed',
  ])
  // Each step takes as long as an update: 100 of them, and the five transitions.
  expect(events.length).toBeGreaterThanOrEqual(100)
  expect(events.at(-1)?.data).toMatchObject({ status: 'completed', progress: 100, current_step: 100 })
  expect(pointsIn(events.slice(-1)).map((point) => point.step)).toEqual(range(100).slice(50))
})

describe('delta', () => {
  test('a full run is received exactly once per point, across reconnects', async () => {
    const id = await createJob({ epochs: 1 })
    const events: Received[] = []
    for (const wait of [500, 7_300, 0, 12_000, 20_000]) {
      const stream = await EventStream.open(streamOf(id, '&history=delta'), lastId(events))
      if (await alarmIsDue(id)) await runAlarm(id)
      await advance(id, wait)
      const event = await stream.event()
      if (event !== null) events.push(event)
      await stream.cancel()
    }
    const stream = await EventStream.open(streamOf(id, '&history=delta'), lastId(events))
    const rest = stream.rest()
    await advanceToEnd(id)
    events.push(...(await rest))
    expect(pointsIn(events).map((point) => point.step)).toEqual(range(100))
    expect(pointsIn(events)[28]).toEqual({
      epoch: 1,
      step: 28,
      loss: 0.687,
      val_loss: 0.7557,
      learning_rate: 0.00005,
      timestamp: startMs + 500 + 14_000,
      accuracy: 0.712,
    })
  })

  test('a long absence is caught up in frames of bounded size, each except the last announcing more', async () => {
    const id = await createJob({ epochs: 13 })
    await runToEnd(id)
    const events = await (await EventStream.open(streamOf(id, '&history=delta'))).rest()
    expect(events.map((event) => [(event.data.history as unknown[]).length, event.data.more])).toEqual([
      [FRAME_POINTS_MAX, true],
      [FRAME_POINTS_MAX, true],
      [300, undefined],
    ])
    expect(pointsIn(events).map((point) => point.step)).toEqual(range(1_300))
  })

  test('timestamps exclude pauses', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    await advance(id, 10_000)
    await post(`${api}/jobs/${id}/pause`)
    await advance(id, 3_600_000)
    await post(`${api}/jobs/${id}/resume`)
    await runToEnd(id)
    const points = pointsIn(await (await EventStream.open(streamOf(id, '&history=delta'))).rest())
    const at = points.map((point) => point.timestamp - startMs - 500)
    expect([at[0], at[19], at[20], at[21], at[99]]).toEqual([0, 9_500, 10_000, 3_610_500, 3_649_500])
  })
})

describe('resuming', () => {
  test('a reconnect after the final event gets 204, which ends an EventSource', async () => {
    const id = await createJob({ epochs: 1 })
    await runToEnd(id)
    const events = await (await EventStream.open(streamOf(id))).rest()
    expect(events).toHaveLength(1)
    expect((await request(streamOf(id), { headers: lastId(events) })).status).toBe(204)
    expect((await request(streamOf(id, `&after=${events[0]?.id}`))).status).toBe(204)
  })

  test('the header of a reconnecting EventSource takes precedence over the address it started with', async () => {
    const id = await createJob({ epochs: 1 })
    await runToEnd(id)
    const [final] = await (await EventStream.open(streamOf(id))).rest()
    expect((await request(streamOf(id, '&after=1.0'), { headers: { 'Last-Event-ID': final?.id ?? '' } })).status).toBe(
      204,
    )
  })

  test.each(['nonsense', '1', '-1.0', '1.0.0', '999.0', '1.5000', '1.0%0Adata:%20x'])(
    '%s is no cursor',
    async (cursor) => {
      const id = await createJob()
      const response = await request(streamOf(id, `&after=${cursor}`))
      expect(response.status).toBe(422)
    },
  )
})

test('a stream of an unknown job is a 404, and one without job_id a 422', async () => {
  expect(await refusal(await request(streamOf('unknown')))).toEqual([404, 'Job not found'])
  const missing = await request(`${api}/metrics/stream`)
  expect(missing.status).toBe(422)
  expect(await missing.json()).toMatchObject({
    detail: 'query.job_id: Field required',
    errors: [{ loc: ['query', 'job_id'], msg: 'Field required', type: 'missing' }],
  })
})

test('a pause is shown at once, and then only comments keep the stream open', async () => {
  const id = await createJob()
  await runAlarm(id)
  const stream = await EventStream.open(streamOf(id))
  expect((await stream.event())?.data.status).toBe('training')
  await post(`${api}/jobs/${id}/pause`)
  expect((await stream.event())?.data.status).toBe('paused')
  await advance(id, KEEP_ALIVE_MS)
  expect(await stream.line()).toBe(':')
  await stream.cancel()
})

test("a deleted job's watchers are informed, and their streams end", async () => {
  const id = await createJob()
  await runAlarm(id)
  await post(`${api}/jobs/${id}/pause`)
  const stream = await EventStream.open(streamOf(id))
  await stream.event()
  await request(`${api}/jobs/${id}`, { method: 'DELETE' })
  expect((await stream.event())?.data).toEqual({ error: 'Job not found' })
  expect(await stream.line()).toBeNull()
})

test('a job that has not been started yet can be watched, from queued on', async () => {
  vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName').mockImplementationOnce(() => {
    throw new Error('the worker dies here')
  })
  const id = await createJob()
  const stream = await EventStream.open(streamOf(id))
  expect((await stream.event())?.data.status).toBe('queued')
  await stubOf(id).wake(id)
  expect((await stream.event())?.data.status).toBe('preparing')
  await stream.cancel()
})

test('a stream ends at its maximum age, and the next one resumes after it', async () => {
  const id = await createJob()
  await runAlarm(id)
  await post(`${api}/jobs/${id}/pause`)
  const stream = await EventStream.open(streamOf(id))
  const events = stream.rest()
  await advance(id, STREAM_AGE_MAX_MS * 1.2)
  const after = lastId(await events)
  const next = await EventStream.open(streamOf(id), after)
  await post(`${api}/jobs/${id}/resume`)
  expect((await next.event())?.data.status).toBe('training')
  await next.cancel()
})

describe('watchers that do not read', () => {
  test('are not written to when their queue is full, and get the newest state when they read again', async () => {
    const id = await createJob()
    await runAlarm(id)
    const stream = await EventStream.open(streamOf(id))
    await advance(id, 39 * REPAINT_MS)
    const events: Received[] = []
    while (events.at(-1)?.data.current_step !== 39) {
      const event = await stream.event()
      if (event !== null) events.push(event)
    }
    expect(events.length).toBeLessThan(39)
    await stream.cancel()
  })

  test('are dropped after half a minute, and miss nothing when they reconnect', async () => {
    const id = await createJob()
    await runAlarm(id)
    const stream = await EventStream.open(streamOf(id, '&history=delta'))
    const first = await stream.event()
    await advance(id, 400_000)
    // The runtime also reports this on stderr, since it treats an aborted response as an exception.
    await expect(stream.rest()).rejects.toThrow()
    const back = await EventStream.open(streamOf(id, '&history=delta'), { 'Last-Event-ID': first?.id ?? '' })
    expect(pointsIn([(await back.event()) as Received])[0]?.step).toBe(1)
    await back.cancel()
  })
})

test('a job has a limited number of watchers, and refuses the next with Retry-After', async () => {
  using _ = withVars({ MAX_WATCHERS_PER_JOB: '2' })
  const id = await createJob()
  const streams = await Promise.all([EventStream.open(streamOf(id)), EventStream.open(streamOf(id))])
  const third = await request(streamOf(id))
  expect(await refusal(third)).toEqual([503, 'Too many open streams of this job'])
  expect(third.headers.get('retry-after')).toBe('5')
  await Promise.all(streams.map((stream) => stream.cancel()))
})

test('HEAD answers as GET would, and leaves no stream open', async () => {
  using _ = withVars({ MAX_WATCHERS_PER_JOB: '1' })
  const id = await createJob()
  for (let n = 0; n < 3; n++) {
    const response = await request(streamOf(id), { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(await response.text()).toBe('')
  }
  await (await EventStream.open(streamOf(id))).cancel()
  expect((await request(streamOf('none'), { method: 'HEAD' })).status).toBe(404)
  expect((await request(streamOf(id, '&after=9.0'), { method: 'HEAD' })).status).toBe(422)
})

test.each([
  [{ 'Last-Event-ID': '9.0' }, '', ['header', 'Last-Event-ID']],
  [{}, '&after=9.0', ['query', 'after']],
])('an id that is no event’s of this job is refused with its location: %j %s', async (headers, query, loc) => {
  const response = await request(streamOf(await createJob(), query), { headers })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ errors: [{ loc }] })
})

const lastId = (events: Received[]): Record<string, string> => {
  const id = events.at(-1)?.id
  return id === undefined ? {} : { 'Last-Event-ID': id }
}
const alarmIsDue = async (id: string) => ((await alarmOf(id)) ?? Number.POSITIVE_INFINITY) <= Date.now()
