/// <reference lib="es2025.intl" />
import { describe, expect, test, vi } from 'vitest'
import { notFiniteIn } from '../../src/dashboard/chart/not-finite.ts'
import { partOf } from '../../src/dashboard/domain/curves/part.ts'
import { continued, type Rows, spliced } from '../../src/dashboard/domain/curves/splice.ts'
import { found, groupsOf, prefixOf } from '../../src/dashboard/features/job/curves/groups.ts'
import { aligned, linesOf } from '../../src/dashboard/features/job/curves/superseded.ts'
import { bySteps, emptyPoints, emptyValues } from '../../src/dashboard/live/series.ts'

vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('navigator', { languages: ['en-US'] })
vi.stubGlobal('location', { pathname: '/', search: '' })
vi.stubGlobal('addEventListener', () => {})
const { choicesIn } = await import('../../src/dashboard/features/job/curves/choices.ts')

describe('metrics', () => {
  test('are grouped by what stands before a slash, or before the underscore of a set of data', () => {
    expect(['train/loss', 'eval_loss', 'grad_norm', 'system/gpu0/memory', 'loss', 'val_a/b'].map(prefixOf)).toEqual([
      ...['train/', 'eval_', '', 'system/', '', 'val_a/'],
    ])
  })

  test('come without a prefix first and of the machine last, in the order in which people count', () => {
    const names = ['system/cpu', 'layer/10', 'loss', 'zeta/x', 'layer/9', 'grad_norm']
    expect(groupsOf(names)).toEqual([
      { prefix: '', names: ['grad_norm', 'loss'] },
      { prefix: 'layer/', names: ['layer/9', 'layer/10'] },
      { prefix: 'zeta/', names: ['zeta/x'] },
      { prefix: 'system/', names: ['system/cpu'] },
    ])
  })

  test('are found by words in any order and case', () => {
    const names = ['eval_Loss', 'train/loss', 'eval_f1']
    expect(found(names, ' LOSS eval ')).toEqual(['eval_Loss'])
    expect(found(names, '')).toEqual(names)
  })

  test.each([null, '', 'null', '7', '{"pinned":"loss","hidden":{}}', '{'])(
    'are neither pinned nor hidden by what another version has stored: %s',
    (text) => expect(choicesIn(text)).toEqual({ pinned: [], hidden: [] }),
  )
})

/** Values at steps, a second apart, from a time on. */
function rowsOf(values: readonly (readonly [step: number, value: number])[], fromMs = 0): Rows {
  const rows = emptyValues()
  rows.push(values.map(([step, value]) => ({ step, epoch: null, timestamp: fromMs + step * 1_000, value })))
  return rows as unknown as Rows
}
const plain = (rows: Rows) => [...rows.column('step')].map((step, at) => [step, rows.at('value', at)])

describe('a curve that is put together', () => {
  test('goes on with what came after it was read, also if that belongs further back', () => {
    const read = rowsOf([
      [0, 1],
      [10, 2],
      [20, 3],
    ])
    const live = rowsOf([
      [10, 2],
      [20, 3],
      [21, 4],
    ])
    expect(plain(continued(read, live))).toEqual([
      [0, 1],
      [10, 2],
      [20, 3],
      [21, 4],
    ])
    expect(plain(continued(read, rowsOf([[5, 9]], 60_000)))).toEqual([
      [0, 1],
      [5, 9],
      [10, 2],
      [20, 3],
    ])
  })

  test('has a part in detail and is coarse beside it', () => {
    const whole = rowsOf([
      [0, 1],
      [10, 2],
      [20, 3],
      [30, 4],
    ])
    const rows = rowsOf([
      [9, 7],
      [10, 2],
      [11, 8],
    ])
    expect(plain(spliced(whole, { rows, from: 8, to: 12 }))).toEqual([
      ...[
        [0, 1],
        [9, 7],
        [10, 2],
        [11, 8],
        [20, 3],
        [30, 4],
      ],
    ])
  })
})

describe('a part in detail', () => {
  const rows = rowsOf([
    [20, 1],
    [21, 2],
    [22, 3],
  ])

  test('goes on with what came after it was read, which the coarse curve has', () => {
    const whole = rowsOf([
      [0, 9],
      [20, 1],
      [22, 3],
      [23, 4],
      [26, 5],
    ])
    expect(plain(spliced(whole, { rows, from: 20, to: 25 }))).toEqual([
      [0, 9],
      [20, 1],
      [21, 2],
      [22, 3],
      [23, 4],
      [26, 5],
    ])
  })

  test('has nothing twice that the coarse curve has there, too', () => {
    expect(plain(spliced(rows, { rows, from: 20, to: 25 }))).toEqual(plain(rows))
  })
})

describe('the steps of a view', () => {
  const points = emptyPoints()
  const none = { epoch: null, loss: null, val_loss: null, accuracy: null, learning_rate: null }
  points.push([0, 100, 200, 300, 400].map((step) => ({ ...none, step, timestamp: 10 * step })))
  const byTime = { by: 'timestamp', place: (ms: number) => ms } as const

  test('are those of the axis, with a margin', () => {
    expect(partOf({ min: 100, max: 200 }, points, bySteps)).toEqual({ from: 50, to: 250 })
  })

  test('are by time those up to the next points outside, between which there may be more', () => {
    expect(partOf({ min: 1_900, max: 2_100 }, points, byTime)).toEqual({ from: 100, to: 300 })
    expect(partOf({ min: 10, max: 1_000 }, points, byTime)).toEqual({ from: -Infinity, to: 200 })
    expect(partOf({ min: 3_500, max: 9_000 }, points, byTime)).toEqual({ from: 0, to: Infinity })
  })
})

describe('superseded stretches', () => {
  const point = (step: number, timestamp: number) => ({ step, timestamp, x: step, value: step })

  test('share a line where they do not overlap, with a gap between them', () => {
    const twice = [point(5, 1), point(6, 2), point(1, 3), point(2, 4)]
    expect(linesOf(twice)).toEqual([{ x: [1, 2, 5, 6], y: [1, 2, 5, 6], breaks: [5] }])
  })

  test('have lines of their own where they overlap', () => {
    expect(linesOf([point(5, 1), point(6, 2), point(5, 3), point(7, 4)])).toHaveLength(2)
  })

  test('lie over the axis of the curve that counts, and are read together with it', () => {
    const { x, curves } = aligned([1, 3], [[10, 30]], [{ x: [2, 3], y: [20, 31] }])
    expect(x).toEqual([1, 2, 3])
    expect(curves).toEqual([
      [10, null, 30],
      [null, 20, 31],
    ])
  })

  test('keep all of their points at a place', () => {
    const { x, curves } = aligned([1, 1, 2], [[10, 11, 20]], [{ x: [1, 2, 2], y: [1, 2, 3] }])
    expect(x).toEqual([1, 1, 2, 2])
    expect(curves).toEqual([
      [10, 11, 20, null],
      [1, null, 2, 3],
    ])
  })
})

test('what is not finite is told of each curve by kind, where it began and how often; of a faint curve others tell it', () => {
  const curve = { label: 'loss', colour: '--curve-1', format: String } as const
  const values = [1, Number.NaN, null, Infinity, Number.NaN]
  expect(notFiniteIn([curve, { ...curve, isRaw: true }], [values, values])).toEqual([
    { curve, value: Number.NaN, first: 1, count: 2 },
    { curve, value: Infinity, first: 3, count: 1 },
  ])
})
