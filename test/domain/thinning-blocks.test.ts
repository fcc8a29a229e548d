import fc from 'fast-check'
import { expect, test } from 'vitest'
import { summarize } from '../../src/jobs/rules/block.ts'
import { columnsOf } from '../../src/jobs/rules/columns.ts'
import type { Outline } from '../../src/jobs/rules/extreme-search.ts'
import { hasStep, isStepless } from '../../src/jobs/rules/stepless.ts'
import { thinnedBlocks } from '../../src/jobs/rules/thinning-blocks.ts'
import type { Point, Range } from '../../src/jobs/rules/types.ts'
import { THINNED_IN_MEMORY_MAX } from '../../src/platform/limits.ts'
import { point } from './stored-curve.ts'

/** Points in blocks, of which those from a step on are superseded. */
type Block = { points: Point[]; limit: number }

/** Thins blocks as a store does, and counts those that are opened. */
function thin(blocks: readonly Block[], range: Range) {
  const opened = new Set<number>()
  const outlines: Outline[] = []
  const byFirst = new Map<number, Block>()
  let first = 0
  for (const block of blocks) {
    const { metrics, values, loose, ...counted } = summarize(block.points)
    const hasLoose = range.metrics.some(isStepless) && (loose !== null || counted.fromStep === null)
    const steps = block.points.map(({ step }) => step)
    const { fromStep, toStep } = hasLoose ? { fromStep: Math.min(...steps), toStep: Math.max(...steps) } : counted
    byFirst.set(first, block)
    const count = block.points.length
    if (fromStep !== null && toStep !== null && toStep >= range.fromStep && fromStep <= range.toStep) {
      outlines.push({ first, count, values, fromStep, toStep, limit: block.limit, metrics, hasLoose })
    }
    first += count
  }
  const open = (number: number) => {
    opened.add(number)
    return columnsOf(byFirst.get(number)?.points ?? [])
  }
  return { ...thinnedBlocks(outlines, open, range), opened: opened.size }
}

/** The points that a range means, by the plain method: all are read. */
const meant = (blocks: readonly Block[], range: Range): Point[] =>
  blocks.flatMap(({ points, limit }) =>
    points.filter(
      ({ step, metrics, ...rest }) =>
        step >= range.fromStep &&
        step <= range.toStep &&
        (step < limit || range.includesSuperseded || !hasStep({ step, metrics, ...rest })) &&
        range.metrics.some((name) => metrics[name] !== undefined),
    ),
  )

/** The lowest and highest value of each metric in each bucket. */
function extremesOf(points: readonly Point[], width: number, names: readonly string[]) {
  const found = new Map<string, [lowest: number, highest: number]>()
  for (const { step, metrics } of points) {
    for (const name of names) {
      const value = metrics[name] ?? Number.NaN
      if (Number.isNaN(value)) continue
      const key = `${name} ${Math.floor(step / width)}`
      const [lowest, highest] = found.get(key) ?? [value, value]
      found.set(key, [Math.min(lowest, value), Math.max(highest, value)])
    }
  }
  return found
}

const textOf = ({ step, timestampMs, metrics }: Point): string =>
  [step, timestampMs, ...Object.entries(metrics).sort().flat()].join(' ')

const value = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -999, max: 999 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
)
const someMetrics = fc.record({ loss: value, acc: value, 'system/gpu': value }, { requiredKeys: [] })

const pieces = fc.array(
  fc.record({
    points: fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), someMetrics), { minLength: 40, maxLength: 120 }),
    limit: fc.option(fc.integer({ min: -50, max: 150 }), { nil: Infinity }),
  }),
  { minLength: 2, maxLength: 6 },
)

/** A curve too long to be thinned in memory: the pieces repeated, each time further on, their steps out of order. */
function repeated(all: typeof pieces extends fc.Arbitrary<infer P> ? P : never): Block[] {
  const blocks: Block[] = []
  for (let count = 0, from = -200; count <= THINNED_IN_MEMORY_MAX + 2_000; from += 60) {
    for (const { points, limit } of all) {
      blocks.push({ points: points.map(([step, metrics], i) => point(from + step, metrics, i)), limit: from + limit })
      count += points.length
    }
  }
  return blocks
}

const ranges = fc.record({
  fromStep: fc.constantFrom(-1_000, 0, 500),
  toStep: fc.constantFrom(1_000_000, 7_000),
  maxPoints: fc.constantFrom(2, 5, 10, 50, 500),
  metrics: fc.constantFrom(['loss'], ['acc', 'loss'], ['system/gpu'], ['system/gpu', 'loss', 'acc'], ['unknown']),
  includesSuperseded: fc.boolean(),
})

test('the extremes that blocks tell lead to the true ones of each bucket, and to both ends', () => {
  fc.assert(
    fc.property(pieces, ranges, (all, range) => {
      const blocks = repeated(all)
      const { points, bucketSteps } = thin(blocks, range)
      const those = meant(blocks, range)
      expect(points.length).toBeLessThanOrEqual(Math.min(range.maxPoints, those.length))
      const steps = points.map(({ step }) => step)
      expect(steps).toEqual(steps.toSorted((a, b) => a - b))
      const inOrder = those.map(({ step }) => step).sort((a, b) => a - b)
      expect([steps[0], steps.at(-1)]).toEqual([inOrder[0], inOrder.at(-1)])
      const shown = new Set(steps)
      const known = new Set(those.filter(({ step }) => shown.has(step)).map(textOf))
      expect(points.map(textOf).filter((text) => !known.has(text))).toEqual([])
      // With less, there is not even room for the extremes of a single bucket.
      if (range.maxPoints < 2 + 4 * range.metrics.length) return
      expect(extremesOf(points, bucketSteps, range.metrics)).toEqual(extremesOf(those, bucketSteps, range.metrics))
    }),
    { numRuns: 40 },
  )
})

test('a loss that has diverged is shown as NaN, in every bucket from there on, at any length', () => {
  for (const count of [2_000, 100_000]) {
    const blocks = Array.from({ length: count / 500 }, (_, n) => {
      const steps = Array.from({ length: 500 }, (_, i) => n * 500 + i)
      const lossAt = (step: number) => (step < count / 2 + 50 ? 1 / (step + 1) : Number.NaN)
      return { points: steps.map((step) => point(step, { loss: lossAt(step), acc: step % 7 })), limit: Infinity }
    })
    const range = { fromStep: 0, toStep: 1e9, maxPoints: 100, metrics: ['loss', 'acc'], includesSuperseded: false }
    const { points, bucketSteps } = thin(blocks, range)
    expect(points.length).toBeLessThanOrEqual(100)
    const diverged = points.filter(({ metrics }) => Number.isNaN(metrics.loss)).map(({ step }) => step)
    expect(diverged[0]).toBe(count / 2 + 50)
    const buckets = new Set(diverged.map((step) => Math.floor(step / bucketSteps)))
    expect(buckets.size).toBe(Math.floor((count - 1) / bucketSteps) - Math.floor((count / 2 + 50) / bucketSteps) + 1)
  }
})

test('a single value that is not finite is shown, wherever in a block it is, at any length', () => {
  const odd = new Map([
    [1_777, Number.NaN],
    [30_250, Number.POSITIVE_INFINITY],
    [61_234, Number.NaN],
    [90_001, Number.NEGATIVE_INFINITY],
  ])
  const blocks = Array.from({ length: 200 }, (_, n) => {
    const steps = Array.from({ length: 500 }, (_, i) => n * 500 + i)
    return { points: steps.map((step) => point(step, { loss: odd.get(step) ?? 1 / (step + 1) })), limit: Infinity }
  })
  const range = { fromStep: 0, toStep: 1e9, maxPoints: 100, metrics: ['loss'], includesSuperseded: false }
  const shown = new Map(thin(blocks, range).points.map(({ step, metrics }) => [step, metrics.loss]))
  expect(shown.size).toBeLessThanOrEqual(100)
  for (const [step, value] of odd) expect(shown.get(step), `step ${step}`).toBe(value)
})

test('what is superseded is marked, where it is asked for', () => {
  const steps = Array.from({ length: 500 }, (_, i) => i)
  const blocks = Array.from({ length: 60 }, (_, n) => ({ points: steps.map((i) => point(n * 500 + i)), limit: 20_000 }))
  const range = { fromStep: 0, toStep: 1e9, maxPoints: 40, metrics: ['loss'], includesSuperseded: true }
  for (const { step, isSuperseded = false } of thin(blocks, range).points) expect(isSuperseded).toBe(step >= 20_000)
})

test('of a long curve few blocks are opened', () => {
  const noise = (step: number) => ((step * 7_919) % 1_000) / 1_000
  const blocks = Array.from({ length: 2_000 }, (_, n) => ({
    points: Array.from({ length: 512 }, (_, i) => point(n * 512 + i, { loss: noise(n * 512 + i) + 1e3 / (n + 1) })),
    limit: Infinity,
  }))
  const { opened, points } = thin(blocks, {
    ...{ fromStep: 0, toStep: 2e6, maxPoints: 100, metrics: ['loss'], includesSuperseded: false },
  })
  expect(points.length).toBeGreaterThan(50)
  expect(opened).toBeLessThan(250)
})
