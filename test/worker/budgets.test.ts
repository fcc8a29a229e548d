import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TrainingJob } from '../../src/jobs/object/training-job.ts'
import { REPAINT_MS } from '../../src/platform/limits.ts'
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
import { EventStream } from './event-stream.ts'
import { databaseBytes, meterD1, meterObject } from './meters.ts'
import { pass, playToEnd, stopTime } from './play.ts'
import { bytesOfCopies } from './register.ts'

beforeEach(() => {
  stopTime()
})
afterEach(async () => {
  await cancelAll()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test.each([1, 10, 100])('a job of %i epochs that nobody watches costs three alarms and few rows', async (epochs) => {
  const id = `10000000-0000-4000-8000-${String(epochs).padStart(12, '0')}`
  const uuid = vi.spyOn(crypto, 'randomUUID')
  const requestId = crypto.randomUUID()
  uuid.mockReturnValueOnce(requestId).mockReturnValueOnce(id as typeof requestId)
  const object = await meterObject(id)
  const d1 = meterD1()
  expect(await createJob({ epochs })).toBe(id)
  expect(await runToEnd(id)).toBe(UNOBSERVED_JOB.alarms)
  d1.stop()
  expect((await getJob(id)).status).toBe('completed')
  expect(object).toEqual({ rowsWritten: UNOBSERVED_JOB.objectRowsWritten, alarmsSet: UNOBSERVED_JOB.alarmsSet })
  expect(d1.rowsRead).toBeLessThanOrEqual(UNOBSERVED_JOB.d1RowsRead)
  expect(d1.rowsWritten).toBeLessThanOrEqual(UNOBSERVED_JOB.d1RowsWritten)
  expect(await databaseBytes(id)).toBe(OBJECT_BYTES)
})

test('creating, listing and the status read the same with 0, 20 and 60 held slots', async () => {
  using _ = withVars({ MAX_ACTIVE_JOBS: '100' })
  const asked = vi.spyOn(TrainingJob.prototype, 'snapshot')
  for (let held = 0; held <= 60; held++) {
    const d1 = meterD1()
    await createJob()
    d1.stop()
    if (![0, 20, 60].includes(held)) continue
    expect(d1, `${held} slots held`).toMatchObject({
      rowsRead: COMMAND_ROWS.create.read,
      rowsWritten: COMMAND_ROWS.create.written,
      trips: COMMAND_TRIPS.create,
    })
    const list = meterD1()
    const moving = 'status=queued&status=preparing&status=training&status=validating'
    await request(`${api}/jobs?${moving}&limit=10`)
    list.stop()
    expect(list.rowsRead).toBeLessThanOrEqual(4 * 3 * 11)
    const status = meterD1()
    await request(`${api}/status`)
    status.stop()
    expect(status.rowsRead).toBeLessThanOrEqual(ROWS_READ.statusTraining)
  }
  expect(asked).not.toHaveBeenCalled()
})

test('a completed job and its version take few bytes of D1', async () => {
  const id = await createJob({ epochs: 10 })
  await runToEnd(id)
  expect(await bytesOfCopies(id, 5_000)).toBeCloseTo(D1_BYTES_PER_JOB, -2)
})

test('a minute of repainting reads and writes no row', async () => {
  const id = await createJob()
  await runAlarm(id)
  const stream = await EventStream.open(`${api}/metrics/stream?job_id=${id}`)
  const object = await meterObject(id)
  const d1 = meterD1()
  for (let i = 0; i < 120; i++) {
    await pass(id, REPAINT_MS)
    await stream.event()
  }
  d1.stop()
  expect(object).toEqual({ rowsWritten: 0, alarmsSet: 0 })
  expect(d1).toMatchObject({ rowsRead: 0, rowsWritten: 0 })
  await stream.cancel()
})

test('a request with an API token costs a lookup now and then, and nothing in between', async () => {
  const id = await createJob()
  await runToEnd(id)
  const headers = await bearer('costs')
  for (const rows of [TOKEN_ROWS.first, TOKEN_ROWS.next]) {
    const d1 = meterD1()
    await request(`${api}/jobs/${id}`, { headers })
    await vi.waitFor(() => expect(d1.rowsWritten).toBe(rows.written))
    d1.stop()
    expect(d1).toMatchObject({ rowsRead: ROWS_READ.job + rows.read, rowsWritten: rows.written })
  }
})

test('a minute of a stream that was opened with an API token reads six rows', async () => {
  const id = await createJob()
  await runAlarm(id)
  const stream = await EventStream.open(`${api}/metrics/stream?job_id=${id}`, await bearer('watches'))
  const d1 = meterD1()
  for (let i = 0; i < 120; i++) {
    await pass(id, REPAINT_MS)
    await stream.event()
  }
  d1.stop()
  expect(d1).toMatchObject({
    rowsRead: TOKEN_ROWS.watchedMinute.read,
    rowsWritten: TOKEN_ROWS.watchedMinute.written,
  })
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
  // Twenty repaints at a time: far from what a watcher's queue holds.
  await playToEnd(id, 20 * REPAINT_MS)
  const text = await body
  const events = text.match(/^id: /gm)?.length ?? 0
  // Each step is as long as a repaint: a thousand of them, and what comes before and after.
  expect(events).toBe(1_004)
  expect(Math.round(text.length / events)).toBe(DELTA_EVENT_BYTES)
})
