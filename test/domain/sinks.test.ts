import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EventStore } from '../../src/jobs/object/event-store.ts'
import { type Sink, Sinks } from '../../src/jobs/object/sinks.ts'
import { create } from '../../src/jobs/rules/job.ts'
import { chooseTrainer } from '../../src/jobs/rules/trainers/index.ts'
import type { JobEvent } from '../../src/jobs/rules/types.ts'
import { SINK_ANSWER_MS, SINK_RETRY_MAX_MS, SINK_RETRY_MS } from '../../src/platform/limits.ts'
import { Disk, Storage } from '../simulation/storage.ts'
import { patience, specOf, startMs } from './jobs.ts'

beforeEach(() => void vi.useFakeTimers({ now: startMs }))
afterEach(() => void vi.useRealTimers())

const created = create(specOf(), chooseTrainer({ ...patience, simulationSpeed: 1, simulationFailsAt: null }))
const cancelled: JobEvent = { type: 'cancelled', atMs: startMs }

/** A sink, what it was told, and what it answers: its events, an error, or never. */
function sinkOf(name: string, parkedAfterTries: number | null = null) {
  const answer: { next: readonly JobEvent[] | 'refused' | 'never' } = { next: [] }
  const told: number[] = []
  const signals: AbortSignal[] = []
  const sink: Sink = {
    name,
    parkedAfterTries,
    deliver: async ({ revision }, late) => {
      told.push(revision)
      signals.push(late)
      const { next } = answer
      if (next === 'refused') throw new Error('refused by the test')
      return next === 'never' ? new Promise(() => {}) : next
    },
  }
  return { sink, answer, told, signals }
}

/** The sinks of a job that has just been created, on a disk. */
function sinksOf(sinks: Sink[], disk = new Disk()) {
  const storage = new Storage(disk, () => {})
  const store = new EventStore(storage as unknown as DurableObjectStorage)
  const commit = (events: readonly JobEvent[], by?: string) => void store.commit(events, by)
  if (store.job === null) store.commit([created])
  return { store, storage, commit, disk, sinks: new Sinks(store, sinks, commit, () => Date.now()) }
}

test('every sink is told of the newest state, and has then nothing due', async () => {
  const [a, b] = [sinkOf('a'), sinkOf('b')]
  const { sinks } = sinksOf([a.sink, b.sink])
  expect(sinks.nextMs()).toBe(startMs + SINK_RETRY_MS)
  await sinks.deliver()
  await sinks.deliver()
  expect([a.told, b.told, sinks.nextMs()]).toEqual([[1], [1], null])
})

test('a sink that fails does not keep others from hearing, and is left alone until its next try is due', async () => {
  const [a, b] = [sinkOf('a'), sinkOf('b')]
  a.answer.next = 'refused'
  const { sinks, store } = sinksOf([a.sink, b.sink])
  await sinks.deliver()
  expect(b.told).toEqual([1])
  expect(store.sink('a')).toEqual({
    revision: 0,
    tries: 1,
    nextMs: startMs + 2_000,
    error: 'Error: refused by the test',
  })
  vi.setSystemTime(startMs + 1_999)
  await sinks.deliver()
  expect(a.told).toEqual([1])
  vi.setSystemTime(sinks.nextMs() ?? 0)
  a.answer.next = []
  await sinks.deliver()
  expect(a.told).toEqual([1, 1])
  expect(store.sink('a')).toEqual({ revision: 1, tries: 0, nextMs: null, error: null })
})

test('the pauses between tries double up to SINK_RETRY_MAX_MS, also across evictions', async () => {
  const { sink, answer } = sinkOf('a')
  answer.next = 'refused'
  const disk = new Disk()
  const pauses: number[] = []
  for (let tries = 0; tries < 8; tries++) {
    const { sinks, storage } = sinksOf([sink], disk)
    await sinks.deliver()
    storage.gate()
    const nextMs = sinks.nextMs() ?? 0
    pauses.push(nextMs - Date.now())
    vi.setSystemTime(nextMs)
  }
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, SINK_RETRY_MAX_MS, SINK_RETRY_MAX_MS, SINK_RETRY_MAX_MS])
})

test('a sink that is needed now is told before its next try is due, the others are not', async () => {
  const [a, b] = [sinkOf('a'), sinkOf('b')]
  a.answer.next = b.answer.next = 'refused'
  const { sinks } = sinksOf([a.sink, b.sink])
  await sinks.deliver()
  await sinks.deliver(a.sink)
  expect([a.told, b.told]).toEqual([[1, 1], [1]])
})

test('a sink is parked after so many tries, and told again as soon as something new has happened', async () => {
  const { sink, answer, told } = sinkOf('a', 2)
  answer.next = 'refused'
  const { sinks, store, storage, commit, disk } = sinksOf([sink])
  for (let i = 0; i < 3; i++) {
    await sinks.deliver()
    vi.setSystemTime(Date.now() + SINK_RETRY_MAX_MS)
  }
  expect([told, sinks.nextMs()]).toEqual([[1, 1], null])
  expect(store.sink('a')).toMatchObject({ tries: 2, error: 'Error: refused by the test' })
  storage.gate()
  expect(sinksOf([sink], disk).sinks.nextMs()).toBeNull()
  commit([{ ...cancelled, atMs: Date.now() }])
  expect(sinks.nextMs()).toBe(Date.now() + SINK_RETRY_MS)
  answer.next = []
  await sinks.deliver()
  expect([told, sinks.nextMs()]).toEqual([[1, 1, 2], null])
})

test('an event that comes of the failure itself does not make the next try come sooner, or unpark the sink', async () => {
  const { sink, answer } = sinkOf('a', 3)
  answer.next = 'refused'
  const failed = ({ changedMs }: { changedMs: number }): JobEvent[] => [
    { type: 'completion_refused', atMs: changedMs, message: 'no' },
  ]
  const { sinks, store } = sinksOf([{ ...sink, failed }])
  await sinks.deliver()
  expect(store.sink('a')).toMatchObject({ tries: 1, nextMs: startMs + 2_000 })
  vi.setSystemTime(startMs + 2_000)
  await sinks.deliver()
  vi.setSystemTime(startMs + 6_000)
  await sinks.deliver()
  expect([store.job?.revision, sinks.nextMs()]).toEqual([4, null])
})

test('what a sink makes of the job is committed, and it is not told of that again', async () => {
  const { sink, answer, told } = sinkOf('a')
  answer.next = [cancelled]
  const { sinks, store } = sinksOf([sink])
  await sinks.deliver()
  expect(store.job).toMatchObject({ status: 'cancelled', revision: 2 })
  expect([told, store.sink('a').revision, sinks.nextMs()]).toEqual([[1], 2, null])
})

test('a sink that does not answer is given up after SINK_ANSWER_MS; what it answers later changes nothing', async () => {
  const { sink, answer, signals } = sinkOf('a')
  answer.next = 'never'
  const { sinks, store } = sinksOf([sink])
  const delivered = sinks.deliver()
  expect(signals[0]?.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(SINK_ANSWER_MS)
  await delivered
  expect(signals[0]?.aborted).toBe(true)
  expect(store.sink('a')).toMatchObject({ revision: 0, tries: 1 })
})
