import { afterEach, describe, expect, test, vi } from 'vitest'
import { Watchers } from '../../src/jobs/object/watchers.ts'
import { advance, create, decide, evolve } from '../../src/jobs/rules/job.ts'
import { chooseTrainer } from '../../src/jobs/rules/trainers/index.ts'
import type { Job } from '../../src/jobs/rules/types.ts'
import {
  IDLE_TICK_MS,
  REPAINT_MS,
  STREAM_AGE_JITTER,
  STREAM_AGE_MAX_MS,
  WATCHER_QUEUE_BYTES_MAX,
  WATCHER_STALL_MAX_MS,
} from '../../src/platform/limits.ts'
import { after as afterEvents, newJob, patience, specOf, startMs } from '../domain/jobs.ts'
import { Random } from '../simulation/random.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Watchers of a finished job: with ten epochs, its history is more than one event. */
function watchFinished(epochs = 10) {
  const created = newJob({ epochs })
  const validated = afterEvents(created, advance(created, Number.MAX_SAFE_INTEGER))
  const job = evolve(validated, { type: 'completed', atMs: validated.changedMs })
  let nowMs = job.changedMs
  const watchers = new Watchers(
    () => nowMs,
    async () => new Set(),
  )
  const pass = { holder: 'token:a', tokenId: 1, expiresMs: null, tokenHash: null }
  const open = () => watchers.open(job, { mode: 'delta', after: null, credential: pass }, new AbortController().signal)
  return {
    watchers,
    open,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

const counts = (watchers: Watchers) => [watchers.size, watchers.countOf('token:a'), watchers.countOf('token:b')]

test('a stream of a finished job counts until it has been read to the end', async () => {
  const { watchers, open } = watchFinished()
  const streams = [open(), open()]
  expect(counts(watchers)).toEqual([2, 2, 0])
  const text = await new Response(streams[0]).text()
  expect(text).toContain('"status":"completed"')
  expect(counts(watchers)).toEqual([1, 1, 0])
  await streams[1]?.cancel()
  expect(counts(watchers)).toEqual([0, 0, 0])
})

test('a watcher that does not read the end of its stream is dropped, with its queue', async () => {
  const { watchers, open, pass } = watchFinished(1)
  const stream = open()
  pass(WATCHER_STALL_MAX_MS - 1)
  expect(watchers.size).toBe(1)
  pass(1)
  expect(watchers.size).toBe(0)
  await expect(new Response(stream).text()).rejects.toThrow('The watcher does not read')
})

test('the queue of a client that reads nothing never exceeds its limit, and neither does any event', async () => {
  const spec = specOf(100)
  // The longest notation of a valid learning rate.
  spec.config.learning_rate = 0.000_001_234_567_890_123_456_7
  const created = evolve(
    null,
    create(spec, chooseTrainer({ ...patience, simulationSpeed: 1, simulationFailsAt: null })),
  )
  const job = afterEvents(created, advance(created, Number.MAX_SAFE_INTEGER))
  const queued = vi.spyOn(ReadableStreamDefaultController.prototype, 'enqueue')
  const watchers = new Watchers(
    () => job.changedMs,
    async () => new Set(),
  )
  for (const mode of ['window', 'delta'] as const) {
    for (let points = 0; points < 10_000; points += 499) {
      queued.mockClear()
      const after = { revision: 1, points }
      const stream = watchers.open(job, { mode, after, credential: null }, new AbortController().signal)
      for (let repaints = 0; repaints < 20; repaints++) watchers.publish({ ...job, revision: job.revision + repaints })
      const bytes = queued.mock.calls.reduce((sum, [chunk]) => sum + (chunk as Uint8Array).length, 0)
      expect(bytes).toBeGreaterThan(0)
      expect(bytes).toBeLessThanOrEqual(WATCHER_QUEUE_BYTES_MAX)
      await stream.cancel()
    }
  }
})

describe('a stream that takes nothing and throws', () => {
  /** Watchers of a job in training, the first of them on a stream that can be broken. */
  function watchTraining() {
    vi.useFakeTimers({ now: startMs + REPAINT_MS })
    const { enqueue } = ReadableStreamDefaultController.prototype
    const controllers: unknown[] = []
    let isBroken = false
    vi.spyOn(ReadableStreamDefaultController.prototype, 'enqueue').mockImplementation(function (
      this: ReadableStreamDefaultController,
      chunk,
    ) {
      if (!controllers.includes(this)) controllers.push(this)
      if (isBroken && this === controllers[0]) throw new TypeError('This stream is broken')
      enqueue.call(this, chunk)
    })
    const job = afterEvents(newJob(), advance(newJob(), Date.now()))
    const watchers = new Watchers(Date.now, async () => new Set())
    const open = () =>
      watchers.open(job, { mode: 'delta', after: null, credential: null }, new AbortController().signal)
    return {
      job,
      watchers,
      open,
      breakFirst: () => {
        isBroken = true
      },
    }
  }

  const stepsIn = (text: string) => [...text.matchAll(/"step":(\d+)/g)].map(([, step]) => Number(step))

  test('is dropped at the next update, and all others get that update and later ones', async () => {
    const { watchers, open, breakFirst } = watchTraining()
    const [broken, ...others] = [open(), open(), open()]
    breakFirst()
    const read = others.map((stream) => new Response(stream).text())
    await vi.advanceTimersByTimeAsync(10 * REPAINT_MS)
    expect(watchers.size).toBe(2)
    watchers.end()
    for (const text of await Promise.all(read)) {
      expect(stepsIn(text)).toEqual(Array.from({ length: 11 }, (_, step) => step))
    }
    await expect(new Response(broken).text()).rejects.toThrow()
  })

  test('does not keep a transition from being committed or shown to others', async () => {
    const { job, watchers, open, breakFirst } = watchTraining()
    const [, other] = [open(), open()]
    breakFirst()
    watchers.publish(paused(job))
    expect(watchers.size).toBe(1)
    watchers.end()
    expect(await new Response(other).text()).toContain('"status":"paused"')
  })

  test('does not keep others from learning that the job is deleted', async () => {
    const { watchers, open, breakFirst } = watchTraining()
    const [, other] = [open(), open()]
    breakFirst()
    watchers.end()
    expect(watchers.size).toBe(1)
    expect(await new Response(other).text()).toContain('"error":"Job not found"')
    expect(watchers.size).toBe(0)
  })

  test('is not counted if it breaks while it is opened', () => {
    const { watchers, open, breakFirst } = watchTraining()
    open()
    breakFirst()
    vi.mocked(ReadableStreamDefaultController.prototype.enqueue).mockImplementation(() => {
      throw new TypeError('This stream is broken')
    })
    open()
    expect(watchers.size).toBe(1)
  })
})

test('streams opened together end at different moments, so that their clients do not all reconnect at once', async () => {
  vi.useFakeTimers({ now: startMs + REPAINT_MS })
  const random = new Random(1)
  vi.spyOn(Math, 'random').mockImplementation(() => random.next())
  const watchers = new Watchers(Date.now, async () => new Set())
  const job = paused(afterEvents(newJob(), advance(newJob(), Date.now())))
  const read = Array.from({ length: 100 }, () => {
    const stream = watchers.open(job, { mode: 'delta', after: null, credential: null }, new AbortController().signal)
    return new Response(stream).text()
  })
  const varianceMs = STREAM_AGE_JITTER * STREAM_AGE_MAX_MS
  await vi.advanceTimersByTimeAsync(STREAM_AGE_MAX_MS - varianceMs)
  expect(watchers.size).toBe(100)
  const ended: number[] = []
  for (let part = 0; part < 4; part++) {
    const before = watchers.size
    await vi.advanceTimersByTimeAsync(varianceMs / 2)
    ended.push(before - watchers.size)
  }
  await vi.advanceTimersByTimeAsync(IDLE_TICK_MS)
  expect(watchers.size).toBe(0)
  for (const count of ended) expect(count).toBeGreaterThan(10)
  await Promise.all(read)
})

function paused(job: Job): Job {
  const events = decide(job, 'pause', Date.now())
  if ('reason' in events) throw new Error(`The pause is refused: ${events.reason}`)
  return afterEvents(job, events)
}
