import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Alarm } from '../../src/jobs/object/alarm.ts'
import { type Deadline, Deadlines } from '../../src/jobs/object/deadlines.ts'
import { Disk, Storage } from '../simulation/storage.ts'
import { startMs } from './jobs.ts'

beforeEach(() => void vi.useFakeTimers({ now: startMs, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** Deadlines at given times, each met once; and what was met, in order. */
function deadlinesAt(times: Record<string, number | null>) {
  const disk = new Disk()
  const storage = new Storage(disk, () => {})
  const left = new Map(Object.entries(times))
  const met: string[] = []
  const named = (name: string): Deadline => ({
    name,
    atMs: () => left.get(name) ?? null,
    meet: () => {
      left.delete(name)
      met.push(name)
    },
  })
  const alarm = new Alarm(storage as unknown as DurableObjectStorage)
  const deadlines = new Deadlines(alarm, () => Date.now(), Object.keys(times).map(named))
  const alarmMs = () => {
    storage.gate()
    return disk.alarmMs
  }
  return { deadlines, left, met, alarmMs }
}

test('the alarm is set to the earliest of the times, and to none when there is none', async () => {
  const { deadlines, left, alarmMs } = deadlinesAt({ late: startMs + 2, soon: startMs + 1, never: null })
  await deadlines.arm()
  expect(alarmMs()).toBe(startMs + 1)
  left.clear()
  await deadlines.arm()
  expect(alarmMs()).toBeNull()
})

test('an alarm meets what is due, in the given order, and nothing else', async () => {
  const { deadlines, met, alarmMs } = deadlinesAt({ b: startMs, later: startMs + 1, never: null, a: startMs - 1 })
  deadlines.forget()
  await deadlines.meet()
  expect([met, alarmMs()]).toEqual([['b', 'a'], startMs + 1])
})

test('an early alarm meets nothing and is set again', async () => {
  const { deadlines, met, alarmMs } = deadlinesAt({ a: startMs + 1 })
  deadlines.forget()
  await deadlines.meet()
  expect([met, alarmMs()]).toEqual([[], startMs + 1])
})

test('a deadline that becomes due while another is met is met as well', async () => {
  const { deadlines, left, met } = deadlinesAt({ a: startMs, b: null })
  const meeting = deadlines.meet()
  left.set('b', startMs)
  await meeting
  expect(met).toEqual(['a', 'b'])
})

test('after a failure no deadline is due before the given time', async () => {
  const { deadlines, alarmMs } = deadlinesAt({ a: startMs })
  await deadlines.armAfter(startMs + 10_000)
  expect(alarmMs()).toBe(startMs + 10_000)
})
