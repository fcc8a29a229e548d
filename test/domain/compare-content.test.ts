import { expect, test, vi } from 'vitest'
import type { JobSnapshot } from '../../src/client/index.ts'
import { metricSource } from '../../src/dashboard/domain/curves/source.ts'
import type { Alignment } from '../../src/dashboard/features/compare/address.ts'
import type { Charted } from '../../src/dashboard/features/compare/content.ts'
import { nameIn } from '../../src/dashboard/features/compare/measures.ts'
import { emptyPoints } from '../../src/dashboard/live/series.ts'

// Node has no document, on which a browser keeps the language.
vi.stubGlobal('document', { documentElement: {} })
const content = await import('../../src/dashboard/features/compare/content.ts')
const { lowestOf } = content
const { readAt } = await import('../../src/dashboard/features/compare/reading.ts')

/** A job of two epochs with points at some of its steps, each a second long. */
function charted(steps: readonly number[], { perEpoch = 100, isHidden = false, hasStream = true } = {}): Charted {
  const points = emptyPoints()
  points.push(
    steps.map((step) => ({
      step,
      epoch: Math.floor(step / perEpoch) + 1,
      loss: 1,
      val_loss: 1 - step / 1_000,
      accuracy: step / 200,
      learning_rate: 0.1,
      timestamp: 1_000 * step,
    })),
  )
  const job = { total_epochs: 2, started_at: new Date(0).toISOString() }
  const event = hasStream ? { total_steps: 2 * perEpoch } : null
  return { job, event, points, isHidden, rows: points as unknown, column: 'loss' } as Charted
}

/** The curves of a column over each other. */
const contentOf = (curves: readonly Charted[], column: string, alignment: Alignment, weight?: number) =>
  content.contentOf(
    curves.map((curve) => ({ ...curve, column })),
    alignment,
    weight,
  )

test('curves with points at different steps can be read at each of them', () => {
  const { x, curves, marks } = contentOf([charted([0, 100, 150]), charted([50])], 'accuracy', 'step')
  expect([...x]).toEqual([0, 50, 100, 150])
  expect(curves).toEqual([
    [0, 0.25, 0.5, 0.75],
    [null, 0.25, null, null],
  ])
  expect(marks).toEqual([
    { kind: 'epoch', epoch: 1, from: 0 },
    { kind: 'epoch', epoch: 2, from: 100 },
  ])
})

test('by steps no point of a long curve is omitted', () => {
  const steps = Array.from({ length: 10_000 }, (_, step) => step)
  const { x, curves } = contentOf([charted(steps), charted(steps.slice(0, 100))], 'val_loss', 'step')
  expect([...x]).toEqual(steps)
  expect(curves[1]?.filter((value) => value !== null)).toHaveLength(100)
})

test('epochs start where the points say, in the job that has progressed furthest', () => {
  const { marks } = contentOf([charted([0, 7]), charted([0, 10, 20, 30], { perEpoch: 20 })], 'loss', 'step')
  expect(marks).toEqual([
    { kind: 'epoch', epoch: 1, from: 0 },
    { kind: 'epoch', epoch: 2, from: 20 },
  ])
})

test('curves can also be placed by time and by progress', () => {
  expect([...contentOf([charted([0, 100])], 'accuracy', 'time').x]).toContain(100_000)
  const { x, xRange } = contentOf([charted([0, 100])], 'accuracy', 'progress')
  expect([...x]).toEqual([0, 50])
  expect(xRange).toEqual([0, 100])
})

test('by time the line of a curve is broken where its job paused, and no other', () => {
  const content = contentOf([charted([0, 1, 2, 100, 101]), charted([0, 1, 2, 3])], 'accuracy', 'time')
  const atEnds = content.gaps?.map((gaps) => gaps.map((ends) => ends.map((index) => content.x[index])))
  expect(atEnds).toEqual([[[2_000, 100_000]], []])
  expect(contentOf([charted([0, 1, 2, 100, 101])], 'accuracy', 'step').gaps).toEqual([[]])
})

test('without a stream the number of steps follows from the length of the first epoch', () => {
  const progressOf = (one: Charted) => [...contentOf([one], 'loss', 'progress').x]
  expect(progressOf(charted([0, 20, 40], { perEpoch: 40, hasStream: false }))).toEqual([0, 25, 50])
  expect(progressOf(charted([0, 20], { perEpoch: 40, hasStream: false }))).toEqual([])
})

test('a hidden curve keeps its place on the axis, and one without points is empty', () => {
  const { x, curves } = contentOf([charted([0, 10], { isHidden: true }), charted([])], 'accuracy', 'step')
  expect([...x]).toEqual([0, 10])
  expect(curves).toEqual([[], [null, null]])
})

test('by steps the axis ends with the number of steps done', () => {
  expect(contentOf([charted([0, 99]), charted([0, 10])], 'loss', 'step').xRange).toEqual([0, 100])
})

test('a curve is smoothed by its own points, and both can be read', () => {
  const content = contentOf([charted([0, 100]), charted([0, 50, 100], { isHidden: true })], 'accuracy', 'step', 0.5)
  expect([...content.x]).toEqual([0, 50, 100])
  // The average of 0 and 0.5, of which the later counts twice.
  expect(content.curves[1]).toEqual([0, 1 / 6, 1 / 3].map((value) => expect.closeTo(value, 12)))
  expect(content.curves.slice(2)).toEqual([[], []])
  expect(readAt(content, 2, true).values).toEqual([
    { shown: expect.closeTo(1 / 3, 12), raw: 0.5 },
    { shown: null, raw: null },
  ])
})

test('the lowest loss is that of a point, with its step', () => {
  expect(lowestOf(charted([0, 250, 500]).points)).toEqual({ value: 0.5, step: 500 })
  expect(lowestOf(charted([]).points)).toBeNull()
})

test('a metric that no field of a point has is drawn from the points that have it, beside jobs that have none', () => {
  const rowsOf = (values: readonly (readonly [step: number, value: number | 'NaN'])[]) => {
    const point = { epoch: null, loss: null, val_loss: null, accuracy: null, learning_rate: null }
    const { rowsOf } = metricSource({ points: emptyPoints(), values: new Map() }, 'grad_norm')
    return rowsOf(
      values.map(([step, value]) => ({ ...point, step, timestamp: 1_000 * step, metrics: { grad_norm: value } })),
    )
  }
  const reported = rowsOf([
    [0, 2],
    [10, 'NaN'],
  ])
  const curves = [
    { ...charted([]), rows: reported },
    { ...charted([0, 40]), rows: rowsOf([]) },
  ]
  const { x, curves: drawn, xRange } = contentOf(curves, 'value', 'step')
  expect([...x]).toEqual([0, 10])
  expect(drawn).toEqual([
    [2, Number.NaN],
    [null, null],
  ])
  expect(xRange).toEqual([0, 41])
})

test('what is in view is drawn by time as finely as by steps', () => {
  const curve = { ...charted(Array.from({ length: 10_000 }, (_, step) => step)), column: 'val_loss' }
  const inView = (part?: { min: number; max: number }) =>
    content.contentOf([curve], 'time', 0, part).x.filter((ms) => (ms ?? 0) >= 5_000_000 && (ms ?? 0) < 5_100_000)
  expect(inView()).toHaveLength(20)
  expect(inView({ min: 5_000_000, max: 5_100_000 })).toHaveLength(100)
})

test('a metric that a field is called after is found by the name that the trainer gives it', () => {
  const job = (...names: string[]) =>
    ({ summary: Object.fromEntries(names.map((name) => [name, {}])) }) as unknown as JobSnapshot
  expect(nameIn(job('eval_recall', 'loss'), 'recall')).toBe('eval_recall')
  expect(nameIn(job('eval_recall', 'recall'), 'recall')).toBe('recall')
  expect(nameIn(job(), 'grad_norm')).toBe('grad_norm')
})
