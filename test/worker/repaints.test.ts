import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { REPAINT_MS } from '../../src/platform/limits.ts'
import { api, cancelAll, createJob, runAlarm } from './api.ts'
import { EventStream } from './event-stream.ts'
import { pass, stopTime } from './play.ts'

beforeEach(() => {
  stopTime()
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

test('those who join one after the other do not put off the repaints of who watches already', async () => {
  const id = await createJob()
  await runAlarm(id)
  const path = `${api}/metrics/stream?job_id=${id}`
  const streams = [await EventStream.open(path)]
  for (let i = 0; i < 10; i++) {
    await pass(id, REPAINT_MS - 100)
    streams.push(await EventStream.open(path))
  }
  const steps: unknown[] = []
  for (let i = 0; i <= 8; i++) steps.push((await streams[0]?.event())?.data.current_step)
  expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  await Promise.all(streams.map((stream) => stream.cancel()))
})
