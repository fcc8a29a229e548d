import { expect, test } from 'vitest'
import type { JobSnapshot } from '../../src/client/index.ts'
import { type Charted, contentOf } from '../../src/dashboard/features/compare/content.ts'
import { emptyPoints, emptySamples } from '../../src/dashboard/live/series.ts'

/** A job of two epochs whose accuracy is known at some steps, a second each. */
function charted(steps: readonly number[], isHidden = false): Charted {
  const samples = emptySamples()
  samples.push(steps.map((step) => ({ step, timestamp: 1_000 * step, accuracy: step / 200 })))
  const job = { total_epochs: 2, started_at: new Date(0).toISOString() } as JobSnapshot
  return { job, points: emptyPoints(), samples, isHidden }
}

test('accuracies that are known at different steps can be read at each of them', () => {
  const { x, curves, marks } = contentOf([charted([0, 100, 150]), charted([50])], 'accuracy', 'step')
  expect([...x]).toEqual([0, 50, 100, 150])
  expect(curves).toEqual([
    [0, 0.25, 0.5, 0.75],
    [null, 0.25, null, null],
  ])
  expect(marks).toEqual([{ kind: 'epoch', from: 100 }])
})

test('accuracies lie by their time and by the progress of their jobs as well', () => {
  expect([...contentOf([charted([0, 100])], 'accuracy', 'time').x]).toContain(100_000)
  const { x, xRange } = contentOf([charted([0, 100])], 'accuracy', 'progress')
  expect([...x]).toEqual([0, 50])
  expect(xRange).toEqual([0, 100])
})

test('a hidden accuracy keeps its place on the axis, and one that is not known yet is empty', () => {
  const { x, curves } = contentOf([charted([0, 10], true), { ...charted([]), samples: null }], 'accuracy', 'step')
  expect([...x]).toEqual([0, 10])
  expect(curves).toEqual([[], [null, null]])
})
