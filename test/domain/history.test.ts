import fc from 'fast-check'
import { expect, test } from 'vitest'
import { thinned } from '../../src/jobs/rules/thinning.ts'
import type { Point } from '../../src/jobs/rules/types.ts'

const columns = ['loss', 'val_loss', 'learning_rate', 'accuracy'] as const
const ends = [Math.min, Math.max]

/** Few distinct values, so that columns have plateaus and repeated extremes. */
const value = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.double({ min: 0, max: 1, noNaN: true }))
const metrics = fc.record({ loss: value, val_loss: value, learning_rate: value, accuracy: value })

/** A range of a curve with independent columns and gaps between its steps. */
const curve = fc
  .tuple(
    fc.nat({ max: 10_000 }),
    fc.array(fc.tuple(fc.constantFrom(1, 1, 1, 2, 50), metrics), { minLength: 1, maxLength: 400 }),
  )
  .map(([first, rows]) => {
    let step = first
    return rows.map(([gap, metrics]): Point => {
      step += gap
      return { step, epoch: 1 + Math.floor(step / 100), timestampMs: step * 500, metrics }
    })
  })
const maxPoints = fc.oneof(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 500 }))

const extremesOf = (points: readonly Point[]) =>
  columns.map((column) => ends.map((end) => end(...points.map(({ metrics }) => metrics[column] ?? Number.NaN))))

function bucketsOf(points: readonly Point[], width: number): Point[][] {
  return Object.values(Object.groupBy(points, ({ step }) => Math.floor(step / width))) as Point[][]
}

test('a thinned curve has at most the requested number of points, both ends, and only points of the curve', () => {
  fc.assert(
    fc.property(curve, maxPoints, (points, max) => {
      const { points: kept } = thinned(points, max, columns)
      expect(kept.length).toBeLessThanOrEqual(max)
      expect([kept.at(0), kept.at(-1)]).toEqual([points.at(0), points.at(-1)])
      expect(kept).toEqual(points.filter((point) => kept.includes(point)))
    }),
  )
})

test('a curve that fits is unchanged', () => {
  fc.assert(
    fc.property(curve, maxPoints, (points, max) => {
      const { bucketSteps, points: kept } = thinned(points, max, columns)
      expect(bucketSteps === 1).toBe(points.length <= max)
      if (points.length <= max) expect(kept).toEqual(points)
    }),
  )
})

test('each bucket keeps the lowest and the highest value of every column, for ten points or more', () => {
  fc.assert(
    fc.property(curve, fc.integer({ min: 10, max: 500 }), (points, max) => {
      const { bucketSteps: width, points: kept } = thinned(points, max, columns)
      expect(bucketsOf(kept, width).map(extremesOf)).toEqual(bucketsOf(points, width).map(extremesOf))
    }),
  )
})

test('fewer than ten points are the ends and as many extremes as fit, loss first', () => {
  fc.assert(
    fc.property(curve, fc.integer({ min: 2, max: 9 }), (points, max) => {
      const { points: kept } = thinned(points, max, columns)
      const [low = 0, high = 0] = extremesOf(points)[0] ?? []
      const losses = kept.map(({ metrics }) => metrics.loss)
      if (max > 2) expect(losses).toContain(low)
      if (max > 3) expect(losses).toContain(high)
      if (kept.length < max) expect(extremesOf(kept)).toEqual(extremesOf(points))
    }),
  )
})

test('a curve across step 0 is thinned like any other, though none of its buckets is across', () => {
  const points = Array.from({ length: 2_000 }, (_, i): Point => {
    const metrics = { loss: Math.sin(i), val_loss: i, learning_rate: Math.cos(i), accuracy: -i }
    return { step: i - 500, epoch: null, timestampMs: i, metrics }
  })
  for (const max of [2, 3, 9]) {
    const { bucketSteps, points: kept } = thinned(points, max, columns)
    expect(bucketSteps).toBeLessThan(4_000)
    expect([kept.length, kept.at(0), kept.at(-1)]).toEqual([max, points.at(0), points.at(-1)])
  }
})

test('most of the allowed points are used, even if the columns diverge', () => {
  const points = Array.from({ length: 10_000 }, (_, step): Point => {
    const wave = (period: number) => Math.sin(step / period)
    const metrics = { loss: wave(7), val_loss: wave(11), learning_rate: wave(13), accuracy: wave(17) }
    return { step, epoch: 1 + Math.floor(step / 100), timestampMs: step * 500, metrics }
  })
  for (const max of [10, 60, 500, 5_000]) {
    expect(thinned(points, max, columns).points.length, String(max)).toBeGreaterThan(0.7 * max)
  }
})
