import { expect, test } from 'vitest'
import type { HistoryPoint } from '../../src/client/index.ts'
import { type AttemptSpan, splitByAttempt } from '../../src/dashboard/features/compare/attempts.ts'

const at = (second: number) => new Date(1_000 * second).toISOString()
const point = (step: number, second: number, superseded?: true) =>
  ({ step, timestamp: 1_000 * second, ...(superseded && { superseded }) }) as HistoryPoint
const attempt = (number: number, second: number, steps: [number, number] | null, superseded: number | null = null) =>
  ({
    ...{ number, runner: `gpu-${number}`, confirmed_at: at(second) },
    ...{ from_step: steps?.[0] ?? null, to_step: steps?.[1] ?? null, superseded_from: superseded },
  }) satisfies AttemptSpan

/** The steps of each attempt. */
const split = (points: HistoryPoint[], attempts: AttemptSpan[]) =>
  splitByAttempt(points, attempts).map(([{ number, isLast }, own]) => [number, isLast, own.map(({ step }) => step)])

test('what counts belongs to the attempt that reaches there, and what is superseded to the one before', () => {
  const attempts = [attempt(1, 0, [0, 30], 21), attempt(2, 100, [21, 40])]
  const points = [point(10, 1), point(20, 2), point(21, 101), point(30, 3, true), point(30, 110), point(40, 120)]
  expect(split(points, attempts)).toEqual([
    [1, false, [10, 20, 30]],
    [2, true, [21, 30, 40]],
  ])
})

test('of several attempts that were superseded at a step, the time tells which was meant', () => {
  const attempts = [attempt(1, 0, [0, 30], 0), attempt(2, 100, [0, 30], 0), attempt(3, 200, [0, 50])]
  const points = [point(10, 5, true), point(10, 105, true), point(10, 205), point(50, 250)]
  expect(split(points, attempts)).toEqual([
    [1, false, [10]],
    [2, false, [10]],
    [3, true, [10, 50]],
  ])
})

test('an attempt without points has no curve, and the one before it is the last that has', () => {
  expect(split([point(0, 1)], [attempt(1, 0, [0, 0]), attempt(2, 5, null)])).toEqual([[1, true, [0]]])
})

test('what came since the attempts were read belongs to the last of them', () => {
  const attempts = [attempt(1, 0, [0, 30], 21), attempt(2, 100, [21, 40])]
  expect(split([point(20, 1), point(30, 110), point(41, 130)], attempts)).toEqual([
    [1, false, [20]],
    [2, true, [30, 41]],
  ])
  // Before it has come as far as the one before.
  expect(split([point(30, 3, true), point(30, 130)], [attempt(1, 0, [0, 30], 21), attempt(2, 100, [21, 25])])).toEqual([
    [1, false, [30]],
    [2, true, [30]],
  ])
  // Its first points: it has none yet as far as is known.
  expect(split([point(20, 1), point(31, 130)], [attempt(1, 0, [0, 30]), attempt(2, 100, null)])).toEqual([
    [1, false, [20]],
    [2, true, [31]],
  ])
})

test('a clock that is wrong loses no point', () => {
  const attempts = [attempt(1, 100, [0, 30], 0), attempt(2, 200, [0, 30], 0), attempt(3, 300, [0, 30])]
  expect(split([point(10, 1, true)], attempts)).toEqual([[1, true, [10]]])
})
