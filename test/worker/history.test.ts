import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { EventRecord, History } from '../../src/jobs/rules/shown.ts'
import {
  api,
  cancelAll,
  createJob,
  getJob,
  post,
  refusal,
  request,
  runAlarm,
  runToEnd,
  send,
  setClock,
  startMs,
  withVars,
} from './api.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

const historyOf = async (id: string, query = ''): Promise<History> =>
  (await request(`${api}/jobs/${id}/history${query}`)).json()
const eventsOf = async (id: string, query = ''): Promise<EventRecord[]> =>
  (await request(`${api}/jobs/${id}/events${query}`)).json()

describe('history', () => {
  test('is complete if it fits', async () => {
    const id = await createJob({ epochs: 2 })
    await runToEnd(id)
    const { resolution, points } = await historyOf(id)
    expect(resolution).toEqual({ method: 'full', bucket_steps: 1 })
    expect(points.map((point) => point.step)).toEqual(Array.from({ length: 200 }, (_, step) => step))
    expect(points[99]).toMatchObject({ epoch: 1, timestamp: startMs + 500 + 49_500 })
  })

  test('is thinned out otherwise, and keeps both ends and the peaks', async () => {
    const id = await createJob({ epochs: 10 })
    await runToEnd(id)
    const full = await historyOf(id, '?max_points=1000')
    const thin = await historyOf(id, '?max_points=60')
    expect(thin.resolution.method).toBe('min-max')
    expect(thin.points.length).toBeLessThanOrEqual(60)
    expect(thin.points.at(0)).toEqual(full.points.at(0))
    expect(thin.points.at(-1)).toEqual(full.points.at(-1))
    const steps = thin.points.map((point) => point.step)
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
    // The loss jumps at the start of an epoch.
    const peak = Math.max(...full.points.slice(500, 600).map((point) => Number(point.loss)))
    expect(thin.points.map((point) => point.loss)).toContain(peak)
    expect(await historyOf(id, '?max_points=60')).toEqual(thin)
  })

  test.each([2, 3, 4, 5])('thinned out to %d points it still has both ends, and never more points', async (max) => {
    const id = await createJob({ epochs: 2 })
    await runToEnd(id)
    const { points } = await historyOf(id, `?max_points=${max}`)
    const steps = points.map(({ step }) => step)
    expect([steps.at(0), steps.at(-1)]).toEqual([0, 199])
    expect(steps.length).toBeLessThanOrEqual(max)
  })

  test('can be limited to a range of steps', async () => {
    const id = await createJob({ epochs: 2 })
    await runToEnd(id)
    const { points } = await historyOf(id, '?from_step=28&to_step=30')
    expect((await historyOf(id, '?from_step=-9&to_step=1')).points).toMatchObject([{ step: 0 }, { step: 1 }])
    expect(points.map((point) => point.step)).toEqual([28, 29, 30])
    expect((await historyOf(id, '?from_step=150&to_step=100')).points).toEqual([])
  })

  test('exists for running, paused and cancelled jobs, up to their current step', async () => {
    const id = await createJob()
    expect((await historyOf(id)).points).toEqual([])
    await runAlarm(id)
    setClock(startMs + 500 + 5_000)
    expect((await historyOf(id)).points).toHaveLength(11)
    await post(`${api}/jobs/${id}/cancel`)
    setClock(startMs + 3_600_000)
    expect((await historyOf(id)).points).toHaveLength(11)
  })

  test('is CSV on request', async () => {
    // A time to the millisecond.
    setClock(startMs + 3)
    const id = await createJob({ epochs: 1 })
    await runToEnd(id)
    const byHeader = await request(`${api}/jobs/${id}/history`, { headers: { Accept: 'text/csv' } })
    expect(byHeader.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(byHeader.headers.get('x-resolution')).toBe('full; 1')
    const text = await byHeader.text()
    const lines = text.split('\r\n')
    expect(lines[0]).toBe('epoch,step,loss,val_loss,learning_rate,timestamp,accuracy')
    expect(lines[1]).toBe(`1,0,0.925,1.0175,0.00005,${startMs + 503},0.6`)
    expect(lines).toHaveLength(102)
    expect(await (await request(`${api}/jobs/${id}/history?format=csv`)).text()).toBe(text)
    const json = await request(`${api}/jobs/${id}/history?format=json`, { headers: { Accept: 'text/csv' } })
    expect(json.headers.get('content-type')).toContain('application/json')
  })

  test('is CSV for German spreadsheets with locale=de: byte order mark, semicolons, decimal commas', async () => {
    const id = await createJob({ epochs: 1, learning_rate: 0.1 + 0.2 - 0.25 })
    await runToEnd(id)
    const german = await request(`${api}/jobs/${id}/history?format=csv&locale=de`)
    expect(german.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const bytes = new Uint8Array(await german.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(new TextDecoder().decode(bytes).split('\r\n').slice(0, 2)).toEqual([
      'epoch;step;loss;val_loss;learning_rate;timestamp;accuracy',
      `1;0;0,925;1,0175;0,05;${startMs + 500};0,6`,
    ])
    // What the sum is in floating point is shown by the API's JSON alone.
    expect((await getJob(id)).learning_rate).toBe(0.050000000000000044)
    expect(await (await request(`${api}/jobs/${id}/history?format=csv`)).text()).toContain('1,0,0.925,1.0175,0.05,')
  })

  test.each([
    'locale=fr',
    'max_points=1',
    'max_points=10001',
    'from_step=--1',
    'from_step=9007199254740992',
    'to_step=x',
    'format=xml',
  ])('%s is refused', async (query) => {
    const id = await createJob()
    expect((await request(`${api}/jobs/${id}/history?${query}`)).status).toBe(422)
  })
})

describe('the event log', () => {
  test('contains every transition and command, with its actor and what changed', async () => {
    const id = await createJob({ epochs: 1 })
    await runAlarm(id)
    setClock(startMs + 5_500)
    await post(`${api}/jobs/${id}/pause`)
    setClock(startMs + 60_000)
    await post(`${api}/jobs/${id}/resume`)
    await post(`${api}/jobs/${id}/pause/x`)
    await runToEnd(id)
    const events = await eventsOf(id)
    expect(
      events.map((event) => [event.sequence, event.type, event.actor, event.from_status, event.to_status, event.step]),
    ).toEqual([
      [1, 'created', 'anonymous', null, 'queued', 0],
      [2, 'preparation_started', null, 'queued', 'preparing', 0],
      [3, 'training_started', null, 'preparing', 'training', 0],
      [4, 'paused', 'anonymous', 'training', 'paused', 10],
      [5, 'resumed', 'anonymous', 'paused', 'training', 10],
      [6, 'validation_started', null, 'training', 'validating', 100],
      [7, 'validated', null, 'validating', 'validating', 100],
      [8, 'completed', null, 'validating', 'completed', 100],
    ])
    expect(events[3]?.at).toBe(new Date(startMs + 5_500).toISOString())
  })

  test('continues after a sequence, in pages', async () => {
    const id = await createJob({ epochs: 1 })
    await runToEnd(id)
    const response = await request(`${api}/jobs/${id}/events?after=1&limit=2`)
    expect(((await response.json()) as EventRecord[]).map((event) => event.sequence)).toEqual([2, 3])
    const next = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1] ?? ''
    expect(((await (await request(next)).json()) as EventRecord[]).map((event) => event.sequence)).toEqual([4, 5])
  })

  test('contains the reason of a failure', async () => {
    using _ = withVars({ SIMULATION_FAILS_AT: '3' })
    const id = await createJob({ epochs: 1 })
    await runToEnd(id)
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      type: 'failed',
      message: 'Simulated training failure at step 3',
    })
  })

  test('of a queued job starts with its creation; of an unknown job it is a 404', async () => {
    await createJob()
    const waiting = await send('POST', `${api}/jobs?when_busy=queue`, { name: 'waits', bundeslaender: ['BY'] })
    const { id } = (await waiting.json()) as { id: string }
    const created = { sequence: 1, type: 'created', at: new Date(Date.now()).toISOString(), to_status: 'queued' }
    expect(await eventsOf(id)).toMatchObject([created])
    expect((await historyOf(id)).points).toEqual([])
    for (const path of ['events', 'history']) {
      expect(await refusal(await request(`${api}/jobs/unknown/${path}`))).toEqual([404, 'Job not found'])
    }
    setClock(Date.now() + 60_000)
    await post(`${api}/jobs/${id}/cancel`)
    const cancelled = { sequence: 2, type: 'cancelled', at: new Date(Date.now()).toISOString() }
    expect(await eventsOf(id)).toMatchObject([created, cancelled])
  })

  test('of a job that was queued contains both its creation and its start', async () => {
    const first = await createJob()
    const waiting = await send('POST', `${api}/jobs?when_busy=queue`, { name: 'waits', bundeslaender: ['BY'] })
    const { id } = (await waiting.json()) as { id: string }
    const askedFor = new Date(Date.now()).toISOString()
    setClock(Date.now() + 3_600_000)
    await post(`${api}/jobs/${first}/cancel`)
    await vi.waitFor(async () => expect((await getJob(id)).status).toBe('preparing'))
    expect(await eventsOf(id)).toMatchObject([
      { type: 'created', at: askedFor },
      { type: 'preparation_started', at: expect.stringMatching(/T01:00:00/) },
    ])
    await post(`${api}/jobs/${id}/cancel`)
  })

  test('names the admin who gave the command', async () => {
    const secret = 'a-secret-of-at-least-32-characters'
    using _ = withVars({ ADMIN_TOKEN: secret })
    const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' }
    const body = JSON.stringify({ name: 'x', bundeslaender: ['BY'] })
    const { id } = (await (await request(`${api}/jobs`, { method: 'POST', headers, body })).json()) as { id: string }
    await request(`${api}/jobs/${id}/cancel`, { method: 'POST', headers })
    const events = (await (await request(`${api}/jobs/${id}/events`, { headers })).json()) as EventRecord[]
    expect(events.map((event) => event.actor)).toEqual(['admin', null, 'admin'])
  })
})
