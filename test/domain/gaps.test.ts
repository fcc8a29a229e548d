/// <reference lib="es2025.intl" />
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { gapsAt } from '../../src/dashboard/chart/breaks.ts'
import { drawable, isolatedIn, lastOf } from '../../src/dashboard/chart/values.ts'
import { overlay } from '../../src/dashboard/features/compare/overlay.ts'
import { bySteps, emptyPoints, epochStarts, type PointName } from '../../src/dashboard/live/series.ts'
import type { MetricValue } from '../../src/shared/metric-value.ts'

// Node has neither a document, on which a browser keeps the language, nor an address.
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('navigator', { languages: ['en-US'] })
vi.stubGlobal('location', { pathname: '/', search: '' })
const { formatLoss, formatNumber, formatScore } = await import('../../src/dashboard/i18n/format.ts')
const { chooseLanguage } = await import('../../src/dashboard/i18n/text.ts')
const { epochMarks } = await import('../../src/dashboard/features/job/marks.ts')
const { along, rangeOf } = await import('../../src/dashboard/features/job/axis.ts')
const { attemptBreaks } = await import('../../src/dashboard/features/job/curves/rewind-marks.ts')
const { smoothed } = await import('../../src/dashboard/chart/smoothing.ts')
const { contentOf, lowestOf } = await import('../../src/dashboard/features/compare/content.ts')
const { bestOf } = await import('../../src/dashboard/features/compare/results.ts')
const { differenceOf, scores } = await import('../../src/dashboard/features/models/scores.ts')
const { pathOf } = await import('../../src/dashboard/features/overview/spark-path.ts')

beforeEach(() => chooseLanguage('en'))

type Row = Record<PointName, MetricValue | null>
const row = (step: number, values: Partial<Row> = {}): Row => ({
  step,
  epoch: null,
  loss: null,
  val_loss: null,
  accuracy: null,
  learning_rate: null,
  timestamp: 1_000 * step,
  ...values,
})

const pointsOf = (rows: Row[]) => {
  const points = emptyPoints()
  points.push(rows)
  return points
}

describe('points', () => {
  const points = pointsOf([
    row(0, { loss: 1, epoch: 1 }),
    row(1),
    row(2, { loss: 'NaN' }),
    row(3, { loss: '-Infinity' }),
  ])

  test('tell no value from one that is not finite, in every context', () => {
    const received = emptyPoints()
    received.append(structuredClone(points.copy()))
    for (const each of [points, received]) expect(each.values('loss')).toEqual([1, null, Number.NaN, -Infinity])
    expect([points.at('loss', 0), points.at('loss', 1), points.at('loss', 4)]).toEqual([1, Number.NaN, Number.NaN])
  })

  test('are read without a copy while no value is missing', () => {
    const whole = pointsOf([row(0), row(1)])
    expect(whole.values('step')).toBeInstanceOf(Float64Array)
    whole.clear()
    whole.push([row(0, { loss: 1 })])
    expect(whole.values('loss')).toBeInstanceOf(Float64Array)
  })

  test('that name no epoch belong to the one before them', () => {
    const epochs = [null, 1, null, 1, 2, null]
    expect(epochStarts(pointsOf(epochs.map((epoch, step) => row(step, { epoch }))))).toEqual([1, 4])
  })
})

describe('a value', () => {
  test.each([
    [null, '–', '–', '–'],
    [Number.NaN, 'NaN', 'NaN', 'NaN'],
    [Infinity, '∞', '∞', '∞'],
    [-Infinity, '−∞', '−∞', '−∞'],
    [0.25, '0.2500', '0.250', '0.25'],
    [8.3333e-10, '0.0000', '0.000', '8.333E-10'],
    [-1.5e30, '-1.5E30', '-1.5E30', '-1.5E30'],
  ])('%s is shown as %s', (value, loss, score, number) => {
    expect([formatLoss(value), formatScore(value), formatNumber(value)]).toEqual([loss, score, number])
  })

  test('that is not finite is neither the best nor different by a number', () => {
    expect(bestOf([Number.NaN, 0.5, null, 0.4], 'lower')).toEqual(new Set([3]))
    expect(bestOf([Number.NaN, 0.5], 'lower')).toEqual(new Set())
    const version = (accuracy: MetricValue | null, loss_history: (MetricValue | null)[]) =>
      ({ metrics: { accuracy, loss_history, val_loss_history: [] } }) as unknown as Parameters<typeof differenceOf>[1]
    const [accuracy, loss, valLoss] = ['accuracy', 'loss', 'valLoss'].map((name) =>
      scores.find((score) => score.name === name),
    )
    const [one, other] = [version('NaN', [0.5, null]), version(0.5, ['Infinity'])]
    if (!accuracy || !loss || !valLoss) throw new Error('A score is missing')
    expect([accuracy, loss, valLoss].map((score) => differenceOf(score, one, other))).toEqual([null, null, null])
    expect([loss.of(one), loss.of(other), valLoss.of(one)]).toEqual([0.5, Infinity, null])
  })
})

describe('a curve', () => {
  const values = [1, null, 2, Number.NaN, 3, 4, Infinity, -1]

  test('passes over points that have no value of it, and has gaps for what is not finite or without a place on the axis', () => {
    expect(drawable(values, false)).toStrictEqual([1, undefined, 2, null, 3, 4, null, -1])
    expect(drawable(values, true)).toStrictEqual([1, undefined, 2, null, 3, 4, null, null])
    const whole = Float64Array.of(1, 2)
    expect(drawable(whole, true)).toBe(whole)
    expect(drawable(Float64Array.of(1, Number.NaN), false)).toEqual([1, null])
  })

  test('has dots where there is no line', () => {
    expect(isolatedIn(drawable(values, false))).toEqual([7])
    expect(isolatedIn(drawable([null, 1, null, Number.NaN, 2, null, Number.NaN, 3, null, 4], false))).toEqual([1, 4])
    expect(isolatedIn([1, 2])).toBeNull()
  })

  test('has a gap across a break, from its last value before that to its next one', () => {
    const x = [0, 10, 20, 30, 40]
    const sparse = [1, null, 2, null, 3]
    expect(gapsAt([15], x, sparse)).toEqual([[0, 2]])
    expect(gapsAt([20, 35], x, sparse)).toEqual([
      [0, 2],
      [2, 4],
    ])
    expect(gapsAt([-5, 0, 45], x, sparse)).toEqual([])
    // Between two breaks there is no line to see a value by.
    expect(isolatedIn(drawable(sparse, false), gapsAt([15, 35], x, sparse))).toEqual([0, 2, 4])
    expect(isolatedIn(Float64Array.of(1, 2, 3), [[0, 1]])).toEqual([0])
  })

  test('by time breaks where another attempt begins, and by steps nowhere', () => {
    const confirmed = (attempt: number, ms: number) => ({
      ...{ type: 'confirmed', at: new Date(ms).toISOString(), details: { attempt } },
    })
    const events = [confirmed(1, 1_000), confirmed(2, 9_000)] as unknown as Parameters<typeof attemptBreaks>[0]
    const live = { points: pointsOf([row(1), row(9)]), event: { value: null } } as unknown as Parameters<
      typeof along
    >[1]
    expect(attemptBreaks(events, along('time', live))).toEqual([9_000])
    expect(attemptBreaks(events, along('elapsed', live))).toEqual([8_000])
    expect(attemptBreaks(events, bySteps)).toEqual([])
  })

  test('keeps its gaps when it is smoothed', () => {
    expect(smoothed(values, 0.5).map((value) => value !== null && Number.isFinite(value))).toEqual(
      values.map((value) => value !== null && Number.isFinite(value)),
    )
  })

  test('has the last value that was reported', () => {
    expect([lastOf([1, null]), lastOf([1, Number.NaN]), lastOf([null]), lastOf([])]).toEqual([
      1,
      Number.NaN,
      null,
      null,
    ])
  })

  test('in small is interrupted where it is not finite', () => {
    const steps = Float64Array.of(0, 1, 2, 3, 4)
    const path = pathOf({ values: [1, null, Number.NaN, 1, Infinity], steps, totalSteps: 4, max: 1 })
    expect(path).toBe('M0.0,2.0M90.0,2.0')
    expect(pathOf({ values: [1, null, 1, null, 1], steps, totalSteps: 4, max: 1 })).toBe('M0.0,2.0L60.0,2.0L120.0,2.0')
    expect(pathOf({ values: [null, null], steps, totalSteps: 4, max: 1 })).toBe('')
  })
})

describe('compared curves', () => {
  test('have no value beside one that is missing or not finite', () => {
    const line = { x: [0, 2, 4, 6], y: [1, null, Infinity, 3], gaps: [] }
    const other = { x: [1, 3, 5], y: [1, 1, 1], gaps: [] }
    expect(overlay([line, other]).curves[0]).toEqual([1, null, null, null, Infinity, null, 3])
  })

  test('have the lowest of the finite values', () => {
    const losses: (MetricValue | null)[] = ['NaN', null, 2, 1, '-Infinity']
    expect(lowestOf(pointsOf(losses.map((val_loss, step) => row(step, { val_loss }))))).toEqual({ value: 1, step: 3 })
    expect(lowestOf(pointsOf([row(0)]))).toBeNull()
  })

  test('are not laid by progress while the number of steps is unknown', () => {
    const points = pointsOf([row(0, { loss: 1 }), row(1)])
    const trained = {
      job: { started_at: null, total_epochs: 2 },
      event: { total_steps: null },
      ...{ points, rows: points, column: 'loss' },
      isHidden: false,
    } as unknown as Parameters<typeof contentOf>[0][number]
    expect([...contentOf([trained], 'progress').x]).toEqual([])
    expect(contentOf([trained], 'step').curves).toEqual([[1, null]])
  })
})

describe('a job of unknown length', () => {
  const known = (rows: Row[], event: object) =>
    ({ points: pointsOf(rows), event: { value: event } }) as unknown as Parameters<typeof rangeOf>[0]
  const event = {
    status: 'training',
    current_step: 30,
    total_epochs: 3,
    total_steps: null,
    estimated_remaining_ms: null,
  }

  test('is drawn as far as it is', () => {
    const live = known([row(0), row(30)], event)
    expect(rangeOf(live, along('step', live))).toEqual([0, 30])
    expect(rangeOf(live, along('time', live))).toEqual([0, 30_000])
  })

  test('has marks of the epochs that it named, and of none to come', () => {
    expect(epochMarks(known([row(0, { epoch: 1 }), row(30)], event), bySteps)).toHaveLength(1)
    expect(epochMarks(known([row(0), row(30)], { ...event, total_steps: 90 }), bySteps)).toEqual([])
  })
})
