import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { TrainingJob } from '../../src/jobs/object/training-job.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { QUEUE_LENGTH_MAX, REPAINT_MS } from '../../src/platform/limits.ts'
import {
  COMMAND_ROWS,
  COMMAND_TRIPS,
  D1_BYTES_PER_JOB,
  DELTA_EVENT_BYTES,
  OBJECT_BYTES,
  ROWS_READ,
  TOKEN_ROWS,
  UNOBSERVED_JOB,
} from '../budgets.ts'
import { api, cancelAll, createJob, getJob, request, runAlarm, runToEnd, send, withVars } from './api.ts'
import { type Cost, costOf, expectWithin } from './cost.ts'
import { EventStream } from './event-stream.ts'
import { advance, advanceToEnd, freezeTime } from './fake-time.ts'
import { databaseBytes, meterD1, meterObject } from './meters.ts'
import { bytesOfCopies, copyJob } from './register.ts'

beforeEach(() => {
  freezeTime()
})
afterEach(async () => {
  await cancelAll()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('an unwatched job costs three alarms and few rows, whatever its length', async () => {
  // The very first version replaces no other.
  await runToEnd(await createJob({ epochs: 1 }))
  const costs = []
  for (const epochs of [1, 10, 100]) costs.push(await unobservedJob(epochs))
  for (const cost of costs) {
    expectWithin('a job', cost, { ...UNOBSERVED_JOB, objectBytes: OBJECT_BYTES })
    expect(cost).toEqual(costs[0])
  }
})

/** The cost of an unwatched job, in the figures of `UNOBSERVED_JOB`, and the bytes that its object stores. */
async function unobservedJob(epochs: number): Promise<typeof UNOBSERVED_JOB & { objectBytes: number }> {
  // The object is metered from its first call, so its id must be known.
  const id = `10000000-0000-4000-8000-${String(epochs).padStart(12, '0')}`
  const requestId = crypto.randomUUID()
  const uuid = vi.spyOn(crypto, 'randomUUID')
  uuid.mockReturnValueOnce(requestId).mockReturnValueOnce(id as typeof requestId)
  const object = await meterObject(id)
  const wakes = vi.spyOn(TrainingJob.prototype, 'wake')
  let alarms = 0
  const { read, written } = await costOf(async () => {
    expect(await createJob({ epochs })).toBe(id)
    alarms = await runToEnd(id)
  })
  const objectCalls = wakes.mock.calls.length
  vi.restoreAllMocks()
  expect((await getJob(id)).status).toBe('completed')
  return {
    objectCalls,
    alarms,
    objectRowsWritten: object.rowsWritten,
    alarmsSet: object.alarmsSet,
    d1RowsRead: read,
    d1RowsWritten: written,
    objectBytes: await databaseBytes(id),
  }
}

describe('however many jobs hold a slot or are queued', () => {
  afterEach(() => env.DB.prepare('DELETE FROM jobs').run())

  const list = () => request(`${api}/jobs?status=queued&status=preparing&status=training&status=validating`)
  const status = () => request(`${api}/status`)
  const enqueue = () => send('POST', `${api}/jobs?when_busy=queue`, { name: 'waits', bundeslaender: ['BY'] })

  /** Measures GET /jobs and GET /status, neither of which may call an object. */
  async function costOfLooking(waiting: number) {
    const objects = vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName')
    const listed = await costOf(list)
    const seen = await costOf(status)
    expect(objects).not.toHaveBeenCalled()
    objects.mockRestore()
    // Four statuses of three model types are twelve walks; queue positions are found by reading the queue.
    expectWithin('GET /jobs', listed, {
      read: 12 * ROWS_READ.jobsPage + waiting,
      written: 0,
      trips: waiting > 0 ? 2 : 1,
    })
    expectWithin('GET /status', seen, { read: ROWS_READ.statusTraining, written: 0, trips: 1 })
    return seen
  }

  test('a creation and the status cost the same with 0, 20 and 60 slots held, and lists call no object', async () => {
    using _ = withVars({ MAX_ACTIVE_JOBS: '100' })
    const costs: Record<'create' | 'status', Cost>[] = []
    let id = ''
    for (const held of [0, 20, 60]) {
      if (held > 0) await copyJob(id, await heldSlots(), held)
      expect(await heldSlots()).toBe(held)
      const create = await costOf(async () => {
        id = await createJob()
      })
      expectWithin('create', create, { ...COMMAND_ROWS.create, trips: COMMAND_TRIPS.create })
      costs.push({ create, status: await costOfLooking(0) })
    }
    expect(costs).toEqual(costs.map(() => costs[0]))
  })

  test('a queued creation costs the same as the first and as the hundredth, and lists call no object', async () => {
    await createJob()
    const first = await costOf(enqueue)
    expectWithin('enqueue', first, { ...COMMAND_ROWS.enqueue, trips: COMMAND_TRIPS.enqueue })
    const { id } = await newest()
    await copyJob(id, 1, QUEUE_LENGTH_MAX - 1)
    const status = await costOfLooking(QUEUE_LENGTH_MAX - 1)
    expect(await costOf(enqueue)).toEqual(first)
    expect(await newest()).toMatchObject({ status: 'queued', queue_position: QUEUE_LENGTH_MAX })
    expect(await costOfLooking(QUEUE_LENGTH_MAX)).toEqual(status)
  })
})

async function heldSlots(): Promise<number> {
  const row = await env.DB.prepare('SELECT count(*) AS held FROM jobs WHERE slot IS NOT NULL').first<{ held: number }>()
  return row?.held ?? 0
}

async function newest(): Promise<JobSnapshot> {
  const [job] = (await (await request(`${api}/jobs?limit=1`)).json()) as [JobSnapshot]
  return job
}

test('a completed job and its version take few bytes of D1', async () => {
  const id = await createJob({ epochs: 10 })
  await runToEnd(id)
  expectWithin('a job', { bytes: await bytesOfCopies(id, 5_000) }, { bytes: D1_BYTES_PER_JOB })
})

test('a minute of updates reads and writes no row', async () => {
  const id = await createJob()
  await runAlarm(id)
  const stream = await EventStream.open(`${api}/metrics/stream?job_id=${id}`)
  const object = await meterObject(id)
  const d1 = meterD1()
  for (let i = 0; i < 120; i++) {
    await advance(id, REPAINT_MS)
    await stream.event()
  }
  d1.stop()
  expect(object).toEqual({ rowsWritten: 0, alarmsSet: 0 })
  expect(d1).toMatchObject({ rowsRead: 0, rowsWritten: 0 })
  await stream.cancel()
})

test('a request with an API token costs an occasional lookup', async () => {
  const id = await createJob()
  await runToEnd(id)
  const headers = await bearer('costs')
  for (const rows of [TOKEN_ROWS.first, TOKEN_ROWS.next]) {
    const d1 = meterD1()
    await request(`${api}/jobs/${id}`, { headers })
    // The use is recorded after the answer.
    await vi.waitFor(() => expect(d1.rowsWritten).toBe(rows.written))
    d1.stop()
    expectWithin('GET with a token', { read: d1.rowsRead }, { read: ROWS_READ.job + rows.read })
  }
})

test('a minute of a stream that was opened with an API token reads six rows, and writes none', async () => {
  const id = await createJob()
  await runAlarm(id)
  const stream = await EventStream.open(`${api}/metrics/stream?job_id=${id}`, await bearer('watches'))
  const d1 = meterD1()
  for (let i = 0; i < 120; i++) {
    await advance(id, REPAINT_MS)
    await stream.event()
  }
  d1.stop()
  const { read, written } = TOKEN_ROWS.watchedMinute
  expectWithin('a watched minute', { read: d1.rowsRead, written: d1.rowsWritten }, { read, written })
  await stream.cancel()
})

/** The header of a new API token. */
async function bearer(name: string) {
  const { token } = (await (await send('POST', '/api/v1/admin/tokens', { name, role: 'viewer' })).json()) as {
    token: string
  }
  return { Authorization: `Bearer ${token}` }
}

test('an event with history=delta is small, on average over a whole run', async () => {
  const id = await createJob({ epochs: 10 })
  const body = (await request(`${api}/metrics/stream?job_id=${id}&history=delta`)).text()
  // Twenty updates at a time: far less than a watcher's queue holds.
  await advanceToEnd(id, 20 * REPAINT_MS)
  const text = await body
  const events = text.match(/^id: /gm)?.length ?? 0
  // Each step takes as long as an update: a thousand of them, and the phases before and after.
  expect(events).toBe(1_004)
  expectWithin('an event', { bytes: text.length / events }, { bytes: DELTA_EVENT_BYTES })
})

test('a figure that exceeds its bound is reported with its operation', () => {
  const bounds = { read: 4, written: 4, trips: 1 }
  expectWithin('pause', { read: 4, written: 3, trips: 1 }, bounds)
  const exceeding = () => expectWithin('pause', { read: 4, written: 5, trips: 2 }, bounds)
  expect(exceeding).toThrow('pause: written 5, may be 4; pause: trips 2, may be 1')
})
