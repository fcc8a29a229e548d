import { describe, expect, test, vi } from 'vitest'
import type { JobSnapshot } from '../../src/client/index.ts'
import type { JobColumn } from '../../src/dashboard/domain/job-columns.ts'

// Node has neither a document, on which a browser keeps the language, nor an address.
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('navigator', { languages: ['en-US'] })
vi.stubGlobal('location', { pathname: '/', search: '', origin: 'https://stellwerk.example' })
vi.stubGlobal('addEventListener', () => {})
const { axisOf } = await import('../../src/dashboard/features/compare/parallel/axes.ts')
const { betterOf, usualColumns } = await import('../../src/dashboard/features/compare/parallel/choice.ts')
const { tableCsv } = await import('../../src/dashboard/features/compare/parallel/csv.ts')
const { summedUp } = await import('../../src/dashboard/features/compare/parallel/summed-up.ts')
const { isKept, rangeAfter, rangeBetween, stopsOf } = await import(
  '../../src/dashboard/features/compare/parallel/ranges.ts'
)
const { sorted } = await import('../../src/dashboard/features/compare/parallel/order.ts')

const { emptyPoints } = await import('../../src/dashboard/live/series.ts')

type Value = ReturnType<JobColumn['of']>

const jobs = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `id-${n}`, name: `job ${n}`, status: 'completed' }) as JobSnapshot)

/** A column that has these values, in the order of the jobs. */
function column(values: readonly Value[], title = 'column'): JobColumn {
  const of = ({ id }: JobSnapshot) => values[Number(id.slice(3))] ?? null
  const text = (job: JobSnapshot) => String(of(job) ?? '–')
  return { key: title, group: 'params', title, isNumber: false, of, text, lack: () => null }
}

const axis = (...values: Value[]) => axisOf(column(values), jobs(values.length))

describe('an axis', () => {
  test('of numbers reaches from the lowest to the highest, also where they are texts', () => {
    expect(axis(1, 3, 2)).toMatchObject({ kind: 'numbers', places: [0, 1, 0.5] })
    expect(axis('1', '3', '1.5')).toMatchObject({ kind: 'numbers', places: [0, 1, 0.25] })
    expect(axis(1, 3, 2).ticks).toEqual([
      { at: 0, text: '1' },
      { at: 1, text: '3' },
    ])
  })

  test('is logarithmic where values lie orders of magnitude apart', () => {
    expect(axis(0.00001, 0.001, 0.0001).places).toEqual([0, 1, expect.closeTo(0.5)])
    expect(axis(0, 1000, 10).places).toEqual([0, 1, 0.01])
  })

  test('leaves those beside it that have no value, or one that is not finite', () => {
    expect(axis(1, null, Number.NaN, 2, Infinity)).toMatchObject({ kind: 'numbers', places: [0, null, null, 1, null] })
    expect(axis('a', null)).toMatchObject({ kind: 'categories', places: [0.5, null] })
    expect(axis(null, null)).toMatchObject({ ticks: [], places: [null, null] })
  })

  test('of anything else has categories at equal distances, the first on top', () => {
    const { kind, ticks, places } = axis('b', 'a10', 'a9', 'b')
    expect({ kind, places }).toEqual({ kind: 'categories', places: [0, 0.5, 1, 0] })
    expect(ticks.map(({ text }) => text)).toEqual(['b', 'a10', 'a9'])
    expect(axis('1', 'auto').kind).toBe('categories')
    expect(axis(true, false).kind).toBe('categories')
    expect(axis('', '1').kind).toBe('categories')
  })

  test('of equal values has one place, in the middle', () => {
    expect(axis(5, 5)).toMatchObject({ ticks: [{ at: 0.5, text: '5' }], places: [0.5, 0.5] })
  })
})

describe('a range of an axis', () => {
  const stops = stopsOf(axis(1, 3, null, 2, 3))

  test('keeps the jobs whose values lie in it, and none without a value; without ranges all are kept', () => {
    const axes = [axisOf(column([1, 2, 3, null], 'a'), jobs(4)), axisOf(column(['x', 'y', 'y', 'y'], 'b'), jobs(4))]
    const kept = (ranges: [string, { from: number; to: number }][]) =>
      [0, 1, 2, 3].filter((job) => isKept(axes, new Map(ranges), job))
    expect(kept([])).toEqual([0, 1, 2, 3])
    expect(kept([['a', { from: 0.5, to: 1 }]])).toEqual([1, 2])
    expect(
      kept([
        ['a', { from: 0, to: 0.5 }],
        ['b', { from: 0, to: 0 }],
      ]),
    ).toEqual([1])
    expect(kept([['gone', { from: 0, to: 0 }]])).toEqual([0, 1, 2, 3])
  })

  test('is that of the values between two places, in either direction; of all or none of them there is no range', () => {
    expect(stops).toEqual([0, 0.5, 1])
    expect(rangeBetween(stops, 0.9, 0.4)).toEqual({ from: 0.5, to: 0.5 })
    expect(rangeBetween(stops, 0.4, 1)).toEqual({ from: 0.5, to: 1 })
    expect(rangeBetween(stops, 0, 1)).toBeNull()
    expect(rangeBetween(stops, 0.6, 0.7)).toBeNull()
  })

  test('moves by keys from value to value, its ends never past each other', () => {
    const upper = { from: 0.5, to: 1 }
    expect(rangeAfter('ArrowUp', 'from', stops, null)).toEqual(upper)
    expect(rangeAfter('ArrowUp', 'from', stops, { from: 1, to: 1 })).toEqual({ from: 1, to: 1 })
    expect(rangeAfter('ArrowDown', 'to', stops, upper)).toEqual({ from: 0.5, to: 0.5 })
    expect(rangeAfter('ArrowDown', 'from', stops, upper)).toBeNull()
    expect(rangeAfter('End', 'from', stops, null)).toEqual({ from: 1, to: 1 })
    expect(rangeAfter('Tab', 'from', stops, upper)).toBeUndefined()
  })
})

describe('a table of jobs', () => {
  const compared = jobs(4).map((job) => ({ id: job.id, state: 'there', job }) as const)
  const order = (values: Value[], isDescending: boolean) =>
    sorted(compared, [column(values)], { key: 'column', isDescending }).map(({ id }) => Number(id.slice(3)))

  test('is sorted by numbers as such, with those that have none at the end either way', () => {
    expect(order(['10', null, '9', Number.NaN], false)).toEqual([2, 0, 1, 3])
    expect(order(['10', null, '9', Number.NaN], true)).toEqual([0, 2, 1, 3])
    expect(order(['b', 'a', 'c', 'a'], true)).toEqual([2, 0, 1, 3])
    expect(order([1, Infinity, Infinity, 0], false)).toEqual([3, 0, 1, 2])
  })

  test('stays in its order where nobody has chosen another, or by a column that is gone', () => {
    expect(sorted(compared, [], null)).toEqual(compared)
    expect(sorted(compared, [], { key: 'gone', isDescending: false })).toEqual(compared)
  })
})

describe('the CSV', () => {
  const columns = [
    column([0.1 + 0.2, Number.NaN, -1.5e-7, null], 'loss'),
    column(['0.1', '=1+1', 'a;"b",c', '-0.5'], '@params'),
    column([true, 'BE,BY', null, 12], 'others'),
  ]

  test('has all digits, quotes what it must, and lets no text be a formula', () => {
    expect(tableCsv(jobs(4), columns, 'en').split('\r\n')).toEqual([
      "id,name,status,loss,'@params,others",
      'id-0,job 0,completed,0.3,0.1,true',
      'id-1,job 1,completed,NaN,\'=1+1,"BE,BY"',
      'id-2,job 2,completed,-1.5e-7,"a;""b"",c",',
      'id-3,job 3,completed,,-0.5,12',
      '',
    ])
  })

  test('for German spreadsheets has semicolons, decimal commas and a byte order mark', () => {
    const lines = tableCsv(jobs(4), columns, 'de').split('\r\n')
    expect(lines[0]).toBe("\ufeffid;name;status;loss;'@params;others")
    expect(lines.slice(1)).toEqual([
      'id-0;job 0;completed;0,3;0,1;true',
      "id-1;job 1;completed;NaN;'=1+1;BE,BY",
      'id-2;job 2;completed;-1,5e-7;"a;""b"",c";',
      'id-3;job 3;completed;;-0,5;12',
      '',
    ])
  })
})

test.each([
  ['best:eval_loss', 'lower'],
  ['latest:accuracy', 'higher'],
  ['highest:eval_loss', 'higher'],
  ['lowest:accuracy', 'lower'],
])('of %s, %s values are better', (key, better) => {
  expect(betterOf({ ...column([]), key })).toBe(better)
})

test('a simulated job is summed up by its curve, of which a point may lack a value', () => {
  const points = emptyPoints()
  const point = (step: number, loss: number, accuracy: number | null) =>
    ({ step, epoch: 1, loss, val_loss: null, accuracy, learning_rate: 0.1, timestamp: step }) as const
  points.push([point(0, 2, 0.5), point(1, 1, 0.75), point(2, 1.5, null)])
  const { summary } = summedUp({ trainer: 'simulated', summary: {} } as JobSnapshot, points)
  expect(summary).toEqual({
    loss: { latest: 1.5, lowest: 1, highest: 2, best: 1 },
    accuracy: { latest: 0.75, lowest: 0.5, highest: 0.75, best: 0.75 },
    learning_rate: { latest: 0.1, lowest: 0.1, highest: 0.1, best: 0.1 },
  })
  const ofRunner = { trainer: 'runner', summary: {} } as JobSnapshot
  expect(summedUp(ofRunner, points)).toBe(ofRunner)
})

test('the usual columns are given parameters before settings, and those that a script has logged last', () => {
  const config = { epochs: 3, bundeslaender: [] as string[] }
  const differing = ['1', '2'].map((value, n) => ({
    ...{ trainer: 'runner', model_type: 'general', total_documents: 5, config: { ...config, epochs: 3 + n } },
    ...{ params: { seed: value, same: 'x' }, run_params: { logged: value }, summary: {} },
  })) as unknown as JobSnapshot[]

  expect(usualColumns(differing)).toEqual(['param:seed', 'setting:epochs', 'param:logged'])
})
