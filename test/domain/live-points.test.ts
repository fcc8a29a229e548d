import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FromHub, ToHub } from '../../src/dashboard/live/protocol.ts'
import { emptyPoints, lastTimeOf, type Points, rewind, valuesBy } from '../../src/dashboard/live/series.ts'
import { specOf, startMs } from './jobs.ts'
import { stream } from './scripted.ts'
import { Trained } from './trained.ts'

vi.stubGlobal('self', { location: { origin: 'http://stellwerk.test' } })
const { Hub } = await import('../../src/dashboard/live/hub.ts')
const { id } = specOf()

let job: Trained
beforeEach(() => {
  vi.useFakeTimers({ now: startMs })
  job = new Trained()
  vi.stubGlobal('fetch', async (input: string, init: RequestInit) => {
    const request = new Request(input, init)
    const after = request.headers.get('Last-Event-ID') ?? new URL(request.url).searchParams.get('after')
    return stream([job.wire(after)])
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.stubGlobal('self', { location: { origin: 'http://stellwerk.test' } })
})

/** A tab that watches the job, and the points that it draws. */
function openTab(hub: InstanceType<typeof Hub>): Points {
  const points = emptyPoints()
  const port: { onmessage: ((event: MessageEvent<ToHub>) => void) | null; postMessage: (message: FromHub) => void } = {
    onmessage: null,
    postMessage: (sent) => {
      const message = structuredClone(sent)
      if (message.type === 'reset') points.clear()
      if (message.type !== 'event') return
      rewind(points, message.event)
      points.append(message.added)
    },
  }
  hub.attach(port as unknown as MessagePort)
  port.onmessage?.({ data: { type: 'watch', jobId: id } } as MessageEvent<ToHub>)
  return points
}

const soon = () => vi.advanceTimersByTimeAsync(60_000)
const stepsOf = (points: Points) => [...points.column('step')]

test('a curve goes back with its job, in every tab and in one that joins later, and its steps are in order', async () => {
  const hub = new Hub()
  const first = openTab(hub)
  job.begin(1)
  job.steps(0, 1, 4, 3, 2)
  await soon()
  expect(stepsOf(first)).toEqual([0, 1, 2, 3, 4])
  const second = openTab(hub)
  job.release(2)
  job.begin(2)
  await soon()
  const third = openTab(hub)
  expect([first, second, third].map(stepsOf)).toEqual(Array(3).fill([0, 1, 2]))
  job.steps(3, 5)
  job.steps(4, 1)
  await soon()
  const last = openTab(hub)
  for (const points of [first, second, third, last]) {
    expect(stepsOf(points)).toEqual([0, 1, 3, 4, 5])
    expect([...points.column('timestamp')]).toEqual(job.history.map(({ timestamp }) => timestamp))
  }
})

test('by time, a point that came late has another place than by step', () => {
  const points = emptyPoints()
  const none = { epoch: null, val_loss: null, accuracy: null, learning_rate: null }
  points.push([
    { ...none, step: 2, loss: 0.2, timestamp: 10 },
    { ...none, step: 1, loss: 0.1, timestamp: 20 },
    { ...none, step: 3, loss: null, timestamp: 15 },
  ])
  const plain = (x: 'step' | 'timestamp') => valuesBy(x, points, ['loss']).map((values) => [...values])
  expect(plain('step')).toEqual([
    [1, 2, 3],
    [0.1, 0.2, null],
  ])
  expect(plain('timestamp')).toEqual([
    [10, 15, 20],
    [0.2, null, 0.1],
  ])
  expect(lastTimeOf(points)).toBe(20)
})
