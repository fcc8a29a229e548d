import { expect, test } from 'vitest'
import { overlay } from '../../src/dashboard/features/compare/overlay.ts'
import { pausesOf } from '../../src/dashboard/features/compare/pauses.ts'
import { OVERLAY_POINTS_MAX } from '../../src/dashboard/platform/limits.ts'

test('curves with points at different positions have a value at each position', () => {
  const long = { x: [0, 10, 20], y: [1, 0.5, 0], gaps: [] }
  const short = { x: [0, 5], y: [2, 1], gaps: [] }
  const { x, curves } = overlay([long, short])
  expect([...x]).toEqual([0, 5, 10, 20])
  expect(curves).toEqual([
    [1, 0.75, 0.5, 0],
    [2, 1, null, null],
  ])
})

test('a curve has no values in its pauses, and both of their ends', () => {
  const { x, curves, breaks } = overlay([
    { x: [0, 10, 20, 30], y: [4, 3, 2, 1], gaps: [1] },
    { x: [12], y: [9], gaps: [] },
  ])
  expect([...x]).toEqual([0, 10, 12, 15, 20, 30])
  expect(curves[0]).toEqual([4, 3, null, null, 2, 1])
  // Other curves have points there, so a missing value alone is no gap in the line.
  expect(breaks).toEqual([[15], []])
})

test('a curve has no values before its start, and a job without points is empty', () => {
  const { curves } = overlay([
    { x: [5, 6], y: [1, 1], gaps: [] },
    { x: [], y: [], gaps: [] },
    { x: [0, 6], y: [0, 6], gaps: [] },
  ])
  expect(curves).toEqual([
    [null, 1, 1],
    [null, null, null],
    [0, 5, 6],
  ])
})

test('a long curve is thinned out evenly, and keeps its ends', () => {
  const steps = Float64Array.from({ length: 10_000 }, (_, step) => step)
  const { x, curves } = overlay([{ x: steps, y: steps, gaps: [] }])
  expect(x.length).toBeLessThanOrEqual(OVERLAY_POINTS_MAX + 1)
  expect([x[0], x.at(-1)]).toEqual([0, 9_999])
  expect(curves[0]).toEqual([...x])
})

test('a step long after the previous one follows a pause; uneven steps do not', () => {
  const even = Array.from({ length: 100 }, (_, step) => step * 500)
  expect(pausesOf(even)).toEqual([])
  expect(pausesOf(even.map((ms, step) => (step > 41 ? ms + 60_000 : ms)))).toEqual([41])
  expect(pausesOf([0, 10, 400, 410, 900])).toEqual([])
  expect(pausesOf([])).toEqual([])
})
