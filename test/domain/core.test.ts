import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Core } from '../../src/jobs/object/core.ts'
import type { Sink } from '../../src/jobs/object/sinks.ts'
import { beginningOf } from '../../src/jobs/object/upkeep.ts'
import { jobRegister } from '../../src/jobs/register/job-register.ts'
import { start } from '../../src/jobs/rules/job.ts'
import type { JobEvent } from '../../src/jobs/rules/types.ts'
import { TOMBSTONE_MS } from '../../src/platform/limits.ts'
import { Disk } from '../simulation/storage.ts'
import { coreOn, nearbyD1 } from './core-on-disk.ts'
import { specOf, startMs } from './jobs.ts'

beforeEach(() => void vi.useFakeTimers({ now: startMs, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const cancelled: JobEvent = { type: 'cancelled', atMs: startMs }
const deleted: JobEvent = { type: 'deleted', atMs: startMs }

/** Starts a job that D1 has, and has more happen to it at once. */
async function begin(core: Core, DB: D1Database, ...events: JobEvent[]): Promise<void> {
  const register = jobRegister(DB)
  expect(await register.insert(specOf(), 1, false)).toBeNull()
  const row = await register.find(specOf().id)
  if (row === null) throw new Error('The row is missing')
  core.commit([...start(beginningOf(core, row), core.now()), ...events])
  await core.settle()
}

/** A sink beside the register that refuses as often as said. */
function refusingSink(times: number, parkedAfterTries: number | null = null) {
  const told: number[] = []
  const sink: Sink = {
    name: 'other',
    parkedAfterTries,
    deliver: async ({ revision }) => {
      told.push(revision)
      if (told.length <= times) throw new Error('not now')
      return []
    },
  }
  return { told, parts: { sinks: () => [sink] } }
}

test('a second sink that fails once is told again after its pause; the freed slot is passed on once, not again', async () => {
  const { DB } = nearbyD1()
  const disk = new Disk()
  const { told, parts } = refusingSink(1)
  const { core, seen, storage } = coreOn(disk, DB, parts)
  await begin(core, DB, cancelled)
  expect(told).toEqual([3])
  expect(core.store.sink('other')).toMatchObject({ revision: 0, tries: 1 })
  vi.setSystemTime(core.sinks.nextMs() ?? 0)
  await core.deadlines.meet()
  expect(core.store.sink('other')).toMatchObject({ revision: 3, tries: 0 })
  storage.gate()
  expect(disk.alarmMs).toBeNull()
  expect(seen.looks).toBe(1)
})

test('D1 hears of a milestone at once, and after a failure not before the next try is due', async () => {
  const { DB, network } = nearbyD1()
  const { core } = coreOn(new Disk(), DB)
  await begin(core, DB)
  network.away = true
  vi.setSystemTime(startMs + 500)
  await core.deadlines.meet()
  expect(core.store.sink('register')).toMatchObject({ revision: 2, tries: 1, nextMs: startMs + 2_500 })
  vi.setSystemTime(startMs + 2_499)
  network.away = false
  await core.deadlines.meet()
  await core.deliver()
  expect(core.store.sink('register')).toMatchObject({ revision: 2, tries: 1 })
  vi.setSystemTime(startMs + 2_500)
  await core.deadlines.meet()
  expect(core.store.sink('register')).toMatchObject({ revision: 3, tries: 0 })
})

describe('a deleted job is buried', () => {
  test('once every sink has heard of the deletion, and forgotten a week later', async () => {
    const { DB } = nearbyD1()
    const disk = new Disk()
    const { told, parts } = refusingSink(1)
    const { core, storage } = coreOn(disk, DB, parts)
    await begin(core, DB, cancelled, deleted)
    expect(await jobRegister(DB).find(specOf().id)).toBeNull()
    expect(core.job).toMatchObject({ deleted: true })
    vi.setSystemTime(core.sinks.nextMs() ?? 0)
    await core.deadlines.meet()
    expect(told).toEqual([4, 4])
    expect(core.store).toMatchObject({ job: null, deletedMs: Date.now() })
    vi.setSystemTime(Date.now() + TOMBSTONE_MS)
    await core.deadlines.meet()
    expect(core.store).toMatchObject({ job: null, deletedMs: null })
    storage.gate()
    expect(disk.alarmMs).toBeNull()
  })

  test('when the sink that has not heard of it is parked', async () => {
    const { DB } = nearbyD1()
    const { parts } = refusingSink(Number.POSITIVE_INFINITY, 1)
    const { core } = coreOn(new Disk(), DB, parts)
    await begin(core, DB, cancelled, deleted)
    expect(core.store).toMatchObject({ job: null, deletedMs: startMs })
  })

  test('by its alarm, if the object died after all had heard', async () => {
    const { DB } = nearbyD1()
    const disk = new Disk()
    const before = coreOn(disk, DB)
    await begin(before.core, DB, cancelled)
    before.core.commit([deleted])
    before.core.store.noteSink('register', { revision: 4, tries: 0, nextMs: null, error: null })
    await before.core.deadlines.arm()
    before.storage.gate()
    expect(disk.alarmMs).toBe(startMs)
    const { core } = coreOn(disk, DB)
    await core.deadlines.meet()
    expect(core.store).toMatchObject({ job: null, deletedMs: startMs })
  })
})
