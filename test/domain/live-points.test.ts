import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FromHub, ToHub } from '../../src/dashboard/live/protocol.ts'
import { emptyPoints, lastTimeOf, Series, valuesBy } from '../../src/dashboard/live/series.ts'
import { LIVE_POINTS_MAX, LIVE_THINNED_POINTS } from '../../src/dashboard/platform/limits.ts'
import { historyMetrics } from '../../src/shared/metric-names.ts'
import { specOf, startMs } from './jobs.ts'
import { stream } from './scripted.ts'
import { Trained } from './trained.ts'

vi.stubGlobal('self', { location: { origin: 'http://stellwerk.test' } })
const { Hub } = await import('../../src/dashboard/live/hub.ts')
const { id } = specOf()

let job: Trained
/** The paths that the hub has asked for. */
let asked: string[]
beforeEach(() => {
  vi.useFakeTimers({ now: startMs })
  job = new Trained()
  asked = []
  vi.stubGlobal('fetch', async (input: string, init: RequestInit) => {
    const request = new Request(input, init)
    const { pathname, searchParams } = new URL(request.url)
    asked.push(pathname)
    if (pathname.endsWith('/history')) {
      const metrics = searchParams.getAll('metrics')
      return Response.json(
        job.thinned(Number(searchParams.get('max_points')), metrics.length > 0 ? metrics : historyMetrics),
      )
    }
    if (searchParams.get('history') === 'window') return stream([job.window()])
    const after = request.headers.get('Last-Event-ID') ?? searchParams.get('after')
    return stream([job.wire(after)])
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.stubGlobal('self', { location: { origin: 'http://stellwerk.test' } })
})

/** A tab that watches the job, and the points that it draws. */
function openTab(hub: InstanceType<typeof Hub>): Series {
  const series = new Series()
  const port: { onmessage: ((event: MessageEvent<ToHub>) => void) | null; postMessage: (message: FromHub) => void } = {
    onmessage: null,
    postMessage: (sent) => {
      const message = structuredClone(sent)
      if (message.type === 'reset') series.clear()
      if (message.type !== 'event') return
      series.rewind(message.event)
      series.append(message.added)
    },
  }
  hub.attach(port as unknown as MessagePort)
  port.onmessage?.({ data: { type: 'watch', jobId: id } } as MessageEvent<ToHub>)
  return series
}

/** Reports some thousand steps, each with a peak in every hundred. */
function train(from: number, to: number, more: (step: number) => Record<string, number> = () => ({})): void {
  for (let step = from; step < to; step += 1_000) {
    job.values(
      Array.from({ length: Math.min(1_000, to - step) }, (_, at) => [
        step + at,
        { loss: (step + at) % 100 === 50 ? 9 : 1, ...more(step + at) },
      ]),
    )
  }
}

const soon = () => vi.advanceTimersByTimeAsync(60_000)
const stepsOf = ({ points }: Series) => [...points.column('step')]

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
  for (const tab of [first, second, third, last]) {
    const { points } = tab
    expect(stepsOf(tab)).toEqual([0, 1, 3, 4, 5])
    expect([...points.column('timestamp')]).toEqual(job.history.map(({ timestamp }) => timestamp))
  }
})

test('a long curve begins with what the service has thinned, peaks included, and goes on with every value that comes', async () => {
  const hub = new Hub()
  job.begin(1)
  train(0, LIVE_POINTS_MAX + 5_000)
  const tab = openTab(hub)
  await soon()
  // Of the stream only its first event was needed to know, and the newest one.
  expect(asked.map((path) => path.split('/').at(-1)).slice(0, 4)).toEqual(['stream', 'stream', 'history', 'stream'])
  expect(asked.filter((path) => path.endsWith('/history'))).toHaveLength(1)
  expect(tab.points.length).toBeLessThanOrEqual(LIVE_THINNED_POINTS)
  expect(tab.points.values('loss').filter((value) => value === 9).length).toBeGreaterThanOrEqual(150)
  expect(tab.values.size).toBe(0)
  const before = tab.points.length
  train(LIVE_POINTS_MAX + 5_000, LIVE_POINTS_MAX + 5_010, (step) => ({ grad_norm: step }))
  await soon()
  expect(tab.points.length).toBe(before + 10)
  expect(tab.values.get('grad_norm')?.column('value')).toHaveLength(10)
})

test('a curve that becomes long under way is thinned, and holds its first and its last step', async () => {
  const hub = new Hub()
  job.begin(1)
  train(0, LIVE_POINTS_MAX)
  const tab = openTab(hub)
  await soon()
  expect(tab.points.length).toBe(LIVE_POINTS_MAX)
  train(LIVE_POINTS_MAX, LIVE_POINTS_MAX + 1_000)
  await soon()
  expect(tab.points.length).toBeLessThanOrEqual(LIVE_THINNED_POINTS)
  expect([stepsOf(tab)[0], stepsOf(tab).at(-1)]).toEqual([0, LIVE_POINTS_MAX + 999])
})

test('each metric is held under the name that its trainer gives it, also those that fields show', async () => {
  const hub = new Hub()
  job.begin(1)
  job.values([
    [1, { train_accuracy: 0.5, grad_norm: Number.NaN }],
    [2, { eval_accuracy: 0.75, train_accuracy: 0.6 }],
  ])
  const tab = openTab(hub)
  await soon()
  const held = [...tab.values].map(([name, rows]) => [name, [...rows.column('step')], [...rows.column('value')]])
  expect(held).toEqual([
    ['train_accuracy', [1, 2], [0.5, 0.6]],
    ['grad_norm', [1], [Number.NaN]],
    ['eval_accuracy', [2], [0.75]],
  ])
  expect([...tab.points.values('accuracy')]).toEqual([0.5, 0.75])
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
