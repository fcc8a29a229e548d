import { describe, expect, test } from 'vitest'
import {
  describeEvent,
  describe as describeJob,
  pointByNames,
  pointShown,
  resultsOf,
} from '../../src/jobs/rules/describe.ts'
import { csvOf } from '../../src/jobs/rules/history.ts'
import { viewOf } from '../../src/jobs/rules/job.ts'
import { thinned } from '../../src/jobs/rules/thinning.ts'
import type { Curve, Metrics, Point, View } from '../../src/jobs/rules/types.ts'
import { nameOf } from '../../src/shared/metric-names.ts'
import { metricValueOf, numberOf } from '../../src/shared/metric-value.ts'
import { newJob, startMs } from './jobs.ts'

const pointAt = (step: number, metrics: Metrics, epoch: number | null = null): Point => ({
  step,
  epoch,
  timestampMs: startMs + step,
  metrics,
})

/** A curve of these points, as they were reported. */
const curveOf = (points: Point[]): Curve => ({
  length: points.length,
  lengthMax: Infinity,
  names: [],
  slice: (from, to) => points.slice(from, to),
  reach: (_, to) => to,
  last: (count) => points.slice(-count),
  between: (from, to) => points.filter(({ step }) => step >= from && step <= to),
  thin: () => ({ bucketSteps: 1, points }),
})

/** A job whose trainer has reported these points, and nothing else. */
function reported(points: Point[], latest: Metrics = points.at(-1)?.metrics ?? {}): View {
  const view = viewOf(newJob(), startMs)
  const progress = {
    ...view.progress,
    step: points.at(-1)?.step ?? 0,
    latest,
    totalSteps: null,
    epoch: null,
    remainingMs: null,
  }
  return { ...view, progress, curve: curveOf(points) }
}

describe('a job of which nothing is known', () => {
  test('is shown with null for everything that nobody has reported', () => {
    expect(describeJob(reported([]))).toMatchObject({
      progress: 0,
      current_epoch: null,
      loss: null,
      val_loss: null,
      learning_rate: null,
      documents_processed: null,
      metrics: {
        precision: null,
        recall: null,
        f1_score: null,
        accuracy: null,
        loss_history: [],
        val_loss_history: [],
      },
    })
  })

  test('is streamed so, too', () => {
    const { event } = describeEvent(reported([pointAt(7, {})]), 'delta', { revision: 0, points: 0 })
    expect(event).toMatchObject({
      progress: 0,
      current_epoch: null,
      current_step: 7,
      total_steps: null,
      estimated_remaining_ms: null,
      metrics: { loss: null, val_loss: null, accuracy: null, learning_rate: null },
    })
    expect(event.history).toEqual([
      {
        epoch: null,
        step: 7,
        loss: null,
        val_loss: null,
        learning_rate: null,
        timestamp: startMs + 7,
        accuracy: null,
      },
    ])
  })
})

test('the last losses are those that were reported, whatever else was since', () => {
  const scores = Array.from({ length: 200 }, (_, i) => pointAt(2 + i, { accuracy: i / 200 }))
  const some = reported([pointAt(0, { loss: 2 }), pointAt(1, { loss: 1 }), ...scores.slice(0, 3)])
  expect(resultsOf(some)).toMatchObject({ loss_history: [2, 1], val_loss_history: [] })
  const many = reported([pointAt(0, { loss: 2 }), pointAt(1, { loss: 1 }), ...scores], { loss: 1, accuracy: 1 })
  expect(resultsOf(many)).toMatchObject({ loss_history: [1], val_loss_history: [] })
})

test('a value that is not finite survives JSON by its name', () => {
  const points = [pointAt(0, { loss: Number.NaN, val_loss: Infinity }), pointAt(1, { loss: -Infinity })]
  const { loss_history, val_loss_history } = JSON.parse(JSON.stringify(resultsOf(reported(points))))
  expect(loss_history).toEqual(['NaN', '-Infinity'])
  expect(val_loss_history).toEqual(['Infinity'])
  for (const value of [0, -0.5, Number.NaN, Infinity, -Infinity]) expect(numberOf(metricValueOf(value))).toBe(value)
  expect(numberOf(null)).toBeNull()
})

describe('the names that trainers give their metrics', () => {
  test.each([
    [{ train_loss: 2, eval_loss: 3, eval_accuracy: 0.4, lr: 0.1 }, [2, 3, 0.1, 0.4]],
    [{ 'train/loss': 2, 'eval/loss': 3, 'eval/accuracy': 0.4, 'train/learning_rate': 0.1 }, [2, 3, 0.1, 0.4]],
    [{ train_loss_step: 2, validation_loss: 3, val_acc: 0.4, 'lr-AdamW': 0.1 }, [2, 3, 0.1, 0.4]],
    [{ loss: 1, 'val/loss': 3, val_accuracy: 0.4, 'lr-SGD/pg1': 0.1 }, [1, 3, 0.1, 0.4]],
  ])('%o fill the fields, and are not repeated', (metrics, values) => {
    const { loss, val_loss, learning_rate, accuracy, ...point } = pointShown(pointAt(1, metrics))
    expect([loss, val_loss, learning_rate, accuracy]).toEqual(values)
    expect(point).not.toHaveProperty('metrics')
  })

  test('what a field shows of another name stands by its own in the events of a delta stream', () => {
    const metrics = { train_accuracy: 0.9, 'val/loss': 3, loss: 1, lr: 0.1 }
    const { loss, val_loss, accuracy, metrics: byName } = pointByNames(pointAt(1, metrics))
    expect([loss, val_loss, accuracy]).toEqual([1, 3, 0.9])
    expect(byName).toEqual({ train_accuracy: 0.9, 'val/loss': 3, lr: 0.1 })
  })

  test('the mean loss with which Transformers ends is no point of the curve', () => {
    const metrics = { train_loss: 2, train_runtime: 8.5 }
    expect(pointShown(pointAt(1, metrics))).toMatchObject({ loss: null, metrics })
  })

  test("a field's own name precedes all others, which stay under theirs", () => {
    const metrics = { train_loss: 2, loss: 1, eval_f1: 0.5, grad_norm: Number.NaN, 'lr-Adam-momentum': 0.9 }
    expect(pointShown(pointAt(1, metrics))).toMatchObject({
      loss: 1,
      learning_rate: null,
      metrics: { train_loss: 2, eval_f1: 0.5, grad_norm: 'NaN', 'lr-Adam-momentum': 0.9 },
    })
    expect(resultsOf(reported([], metrics)).f1_score).toBe(0.5)
  })

  test('names of the language change nothing', () => {
    const metrics: Metrics = Object.fromEntries([
      ['__proto__', 1],
      ['constructor', 2],
    ])
    expect(Object.entries(pointShown(pointAt(1, metrics)).metrics ?? {})).toEqual(Object.entries(metrics))
    expect(nameOf(Object.create({ loss: 1 }), 'loss')).toBeNull()
  })
})

test('CSV leaves the cells of missing values empty, and has words for those that are not finite', () => {
  const points = [pointAt(0, { loss: Number.NaN }), pointAt(1, { loss: Infinity, accuracy: 0.5 }, 2)].map(pointShown)
  expect(csvOf(points).split('\r\n').slice(1, 3)).toEqual([`,0,NaN,,,${startMs},`, `2,1,Infinity,,,${startMs + 1},0.5`])
  expect(csvOf(points, 'de').split('\r\n')[2]).toBe(`2;1;Infinity;;;${startMs + 1};0,5`)
})

describe('a thinned curve', () => {
  const curve = (loss: (step: number) => number | undefined) =>
    Array.from({ length: 1_000 }, (_, step) => {
      const value = loss(step)
      return pointAt(step, value === undefined ? {} : { loss: value })
    })
  const kept = (points: Point[], max = 20) => thinned(points, max, ['loss', 'val_loss']).points.map(({ step }) => step)

  test('keeps the extremes among points that lack the metric, and beside the first NaN of each bucket', () => {
    const values = new Map([
      [300, 5],
      [500, -5],
    ])
    expect(kept(curve((step) => values.get(step)))).toEqual([0, 300, 500, 999])
    const besideNaN = kept(curve((step) => values.get(step) ?? Number.NaN))
    expect(besideNaN).toEqual(expect.arrayContaining([0, 300, 500, 999]))
    expect(besideNaN.length).toBeLessThanOrEqual(20)
  })

  test('counts infinity as an extreme', () => {
    const points = curve((step) => (step === 300 ? Infinity : step === 500 ? -Infinity : 1))
    expect(kept(points)).toEqual(expect.arrayContaining([0, 300, 500, 999]))
  })

  test('of points without any value has its ends', () => {
    expect(kept(curve(() => undefined))).toEqual([0, 999])
  })
})
