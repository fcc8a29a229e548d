import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createClient, type HistoryPoint, pointsAfter, type WatchedEvent, watchJob } from '../../src/client/index.ts'
import { parseCursor } from '../../src/jobs/object/frames.ts'
import { Random } from '../simulation/random.ts'
import { specOf, startMs } from './jobs.ts'
import { stream } from './scripted.ts'
import { Trained } from './trained.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: startMs, toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Someone who looks in now and then, and applies the events. */
class Visitor {
  points: HistoryPoint[] = []
  readonly events: WatchedEvent[] = []

  /** Watches until the stream ends, or breaks after so many bytes. */
  async visit(job: Trained, bytes = Number.POSITIVE_INFINITY): Promise<void> {
    const leave = new AbortController()
    const client = createClient('http://stellwerk.test', {
      fetch: async (input, init) => {
        const { url } = new Request(input, init)
        return stream([job.wire(new URL(url).searchParams.get('after')).subarray(0, bytes)])
      },
    })
    const after = this.events.at(-1)?.cursor
    const options = { after, signal: leave.signal, onReconnect: () => leave.abort(), random: () => 0 }
    try {
      for await (const event of watchJob(client, specOf().id, options)) {
        this.events.push(event)
        this.points = pointsAfter(this.points, event.data)
      }
    } catch (error) {
      if (!leave.signal.aborted) throw error
    }
  }

  expectEverythingOf(job: Trained): void {
    const sorted = this.points.toSorted((a, b) => a.step - b.step || a.timestamp - b.timestamp)
    expect(sorted).toEqual(job.history)
    const ranks = this.events.map(({ cursor }) => {
      const { revision, points } = parseCursor(cursor)
      return revision * 1e6 + points
    })
    expect(ranks).toEqual([...new Set(ranks)].toSorted((a, b) => a - b))
  }
}

test('a rewind reaches the watcher with its event, before the points that come again', async () => {
  const job = new Trained()
  const visitor = new Visitor()
  job.begin(1)
  job.steps(0, 1, 2, 3, 4)
  await visitor.visit(job)
  job.release(2)
  job.begin(2)
  await visitor.visit(job)
  expect(visitor.events.at(-1)?.data).toMatchObject({ rewind: { from_step: 3 }, history: [], attempt: 2 })
  job.steps(3)
  await visitor.visit(job)
  expect(visitor.events.at(-1)?.data.rewind).toBeUndefined()
  expect(visitor.points.map(({ step }) => step)).toEqual([0, 1, 2, 3])
  visitor.expectEverythingOf(job)
})

test('a watcher who was away for three attempts gets one rewind, to the lowest', async () => {
  const job = new Trained()
  const visitor = new Visitor()
  job.begin(1)
  job.steps(0, 1, 2, 3, 4, 5)
  await visitor.visit(job)
  for (const [number, step] of [4, 1, 2].entries()) {
    job.release(step)
    job.begin(number + 2)
    job.steps(step + 1, step + 2)
  }
  const before = visitor.events.length
  await visitor.visit(job)
  expect(visitor.events.slice(before).map(({ data }) => data.rewind)).toEqual([{ from_step: 2 }])
  visitor.expectEverythingOf(job)
})

test.each([
  [0, [0]],
  [-1, [-1, 0]],
])('a lower step after a step %d, which said that there is none, repeats no point', async (none, kept) => {
  const job = new Trained()
  const visitor = new Visitor()
  job.begin(1)
  job.steps(0, 1, 2, 3, 4)
  job.release(4)
  job.begin(2)
  job.steps(5, none)
  await visitor.visit(job)
  job.steps(3)
  await visitor.visit(job)
  expect(visitor.points.map(({ step }) => step).toSorted((a, b) => a - b)).toEqual([
    ...kept,
    ...(none < 0 ? [1, 2] : []),
    ...[3, 5],
  ])
  visitor.expectEverythingOf(job)
})

test('a report that goes back is counted once', () => {
  const job = new Trained()
  job.begin(1)
  job.steps(0, 1, 2, 3)
  job.release(3)
  job.begin(2)
  job.steps(2, 3)
  expect(job.core.recorded).toMatchObject({ curve: { length: 6 }, summary: { points: 6 } })
})

test('points that come out of order are not a rewind', async () => {
  const job = new Trained()
  const visitor = new Visitor()
  job.begin(1)
  job.steps(5, 3)
  await visitor.visit(job)
  job.steps(4)
  await visitor.visit(job)
  expect(visitor.events.some(({ data }) => data.rewind)).toBe(false)
  expect(visitor.points.map(({ step }) => step)).toEqual([5, 3, 4])
})

test.each(Array.from({ length: 40 }, (_, seed) => seed))(
  'watchers that look in at any time, and break off at any byte, hold exactly the points in force (seed %d)',
  async (seed) => {
    const random = new Random(seed)
    const job = new Trained()
    const visitors = [new Visitor(), new Visitor(), new Visitor()]
    const most = random.pick([3, 30, 300])
    for (let number = 1; number <= 6; number++) {
      job.begin(number)
      let step = (job.core.job?.attempts.checkpoint?.step ?? -1) + random.pick([0, 1, 1, 1])
      for (let reports = random.int(0, 5); reports > 0; reports--) {
        const steps = Array.from({ length: random.int(1, most) }, () => step++)
        // Threads overtake each other, and clients say 0 or -1 for "no step".
        if (random.chance(0.3)) steps.push(random.pick([0, -1, Math.max(0, step - random.int(0, 10))]))
        job.steps(...steps)
        for (const visitor of visitors) {
          if (random.chance(0.3))
            await visitor.visit(job, random.pick([random.int(0, 4_000), Number.POSITIVE_INFINITY]))
        }
      }
      if (number === 6) break
      job.release(random.pick([undefined, random.int(0, Math.max(0, step)), Math.max(0, step - 1)]))
    }
    job.finish('failed')
    for (const visitor of visitors) {
      await visitor.visit(job)
      visitor.expectEverythingOf(job)
    }
  },
)
