import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { REPAINT_MS } from '../../src/platform/limits.ts'
import { api, cancelAll, createJob, runAlarm } from './api.ts'
import { EventStream } from './event-stream.ts'
import { advance, freezeTime } from './fake-time.ts'

beforeEach(() => {
  freezeTime()
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

test('watchers that join one after another do not delay the updates of the others', async () => {
  const id = await createJob()
  await runAlarm(id)
  const path = `${api}/metrics/stream?job_id=${id}`
  const streams = [await EventStream.open(path)]
  for (let i = 0; i < 10; i++) {
    await advance(id, REPAINT_MS - 100)
    streams.push(await EventStream.open(path))
  }
  const steps: unknown[] = []
  for (let i = 0; i <= 8; i++) steps.push((await streams[0]?.event())?.data.current_step)
  expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  await Promise.all(streams.map((stream) => stream.cancel()))
})
