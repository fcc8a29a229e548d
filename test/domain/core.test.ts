import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Core } from '../../src/jobs/object/core.ts'
import type { Sink } from '../../src/jobs/object/sinks.ts'
import { jobRegister } from '../../src/jobs/register/job-register.ts'
import { start } from '../../src/jobs/rules/job.ts'
import type { JobEvent } from '../../src/jobs/rules/types.ts'
import { Disk } from '../simulation/storage.ts'
import { coreOn, nearbyD1 } from './core-on-disk.ts'
import { specOf, startMs } from './jobs.ts'

beforeEach(() => void vi.useFakeTimers({ now: startMs, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** Starts a job that D1 has. */
async function begin(core: Core, DB: D1Database, events: JobEvent[] = []): Promise<void> {
  const register = jobRegister(DB)
  expect(await register.insert(specOf(), 1, false)).toBeNull()
  const row = await register.find(specOf().id)
  if (row === null) throw new Error('The row is missing')
  core.commit([...start(core.creation(row), core.now()), ...events])
  await core.settle()
}

/** A sink beside the register, which fails as often as told. */
function flakySink(failures: number) {
  const told: number[] = []
  const sink = (acknowledge: (revision: number) => void): Sink => ({
    name: 'flaky',
    parkedAfterTries: null,
    deliver: async (job) => {
      told.push(job.revision)
      if (told.length <= failures) throw new Error('not now')
      acknowledge(job.revision)
    },
  })
  return { told, sink }
}

test('a second sink that fails once is told again after its pause; the freed slot is passed on once, not again', async () => {
  const { DB } = nearbyD1()
  const disk = new Disk()
  const { told, sink } = flakySink(1)
  const { core, seen, storage } = coreOn(disk, DB, {
    sinks: (store) => [sink((revision) => store.noteSink('flaky', { revision, tries: 0, nextMs: null, error: null }))],
  })
  await begin(core, DB, [{ type: 'cancelled', atMs: startMs }])
  expect(told).toEqual([3])
  expect(core.store.sink('flaky')).toMatchObject({ revision: 0, tries: 1 })
  vi.setSystemTime(core.sinks.nextMs() ?? 0)
  await core.deadlines.meet()
  expect(core.store.sink('flaky')).toMatchObject({ revision: 3, tries: 0 })
  storage.gate()
  expect(disk.alarmMs).toBeNull()
  expect(seen.looks).toBe(1)
})
