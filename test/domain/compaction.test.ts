import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Point } from '../../src/jobs/rules/types.ts'
import { BLOCK_POINTS_MAX, MERGED_LIVE_ROWS_MIN, MERGED_ROWS_AT_ONCE } from '../../src/platform/limits.ts'
import { point, Stored } from './stored-curve.ts'

/** All that can be read of a curve. */
function seen({ store, attempts }: Stored) {
  const { curve, summary } = store.recorded
  const range = { fromStep: -1_000, toStep: 1_000, maxPoints: 50, metrics: ['loss', 'acc', 'system/gpu'] }
  return {
    summary,
    points: curve.slice(0, curve.length),
    parts: [curve.slice(3, 17), curve.last(20), curve.between(2, 9)],
    thinned: [true, false].map((includesSuperseded) => curve.thin({ ...range, includesSuperseded })),
    room: store.room,
    attempts: attempts.map((one) => [store.stateOf(one), store.stepsOf(one.number), store.usualGapMs(one.number)]),
    progressed: attempts.map(({ number }) => store.progressedMs(number)),
  }
}

const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(Number.NaN, Infinity, -Infinity))
const metrics = fc.oneof(
  fc.record({ loss: value, acc: value, 'system/gpu': value }, { requiredKeys: ['loss'] }),
  fc.record({ 'system/gpu': value }),
  fc.record({ '7': value, ['__proto__']: value, acc: value }),
)
const points = fc.array(
  fc
    .tuple(fc.integer({ min: -3, max: 60 }), metrics, fc.option(fc.integer({ min: 1, max: 5 })))
    .map(([step, values, epoch]): Point => ({ ...point(step, values, step * 1_000), epoch })),
  { minLength: 1, maxLength: 6 },
)
/** Reports, and from which step another attempt goes on. */
const lives = fc.array(fc.tuple(fc.array(points, { maxLength: 12 }), fc.integer({ min: 0, max: 50 })), {
  minLength: 1,
  maxLength: 4,
})

test('blocks that are merged are the same curve, after each piece and each eviction', () => {
  fc.assert(
    fc.property(lives, (all) => {
      const stored = new Stored()
      for (const [i, [reports, fromStep]] of all.entries()) {
        if (i > 0) stored.next(fromStep)
        for (const one of reports) {
          stored.nowMs += 1_000
          stored.report(one)
        }
      }
      stored.end()
      const before = seen(stored)
      stored.evict()
      expect(seen(stored)).toEqual(before)
      stored.compact(() => {
        expect(seen(stored)).toEqual(before)
        stored.evict()
        expect(seen(stored)).toEqual(before)
      })
      if (stored.store.exists) expect(stored.blocks).toHaveLength(all.filter(([reports]) => reports.length > 0).length)
    }),
  )
})

test('a long attempt is merged in bounded pieces, to blocks of bounded length', () => {
  const stored = new Stored()
  for (let step = 0; step < 2_500; step++) stored.report([point(step)])
  stored.report(Array.from({ length: 1_000 }, (_, i) => point(2_500 + i))).end()
  let pieces = 0
  let rows = stored.blocks.length
  stored.compact(() => {
    pieces++
    expect(rows - stored.blocks.length).toBeLessThan(MERGED_ROWS_AT_ONCE + BLOCK_POINTS_MAX)
    rows = stored.blocks.length
  })
  expect(pieces).toBe(3)
  expect(stored.blocks).toEqual([512, 512, 512, 512, 452, 1_000])
  expect(stored.evict().uncompacted).toBeNull()
  expect(stored.steps).toEqual(Array.from({ length: 3_500 }, (_, i) => i))
})

test('a live attempt is merged once its blocks have piled up, but for the last', () => {
  const stored = new Stored()
  while (stored.store.uncompacted === null) stored.report([point(stored.store.recorded.curve.length)])
  expect(stored.blocks.length).toBeLessThan(MERGED_LIVE_ROWS_MIN + 2 * BLOCK_POINTS_MAX)
  stored.evict()
  stored.compact()
  expect(stored.blocks).toEqual([512, 512, 1])
  stored.report([point(2_000)])
  expect(stored.steps.at(-1)).toBe(2_000)
  expect(stored.store.stateOf(stored.attempts[0] as never).sequence).toBe(1_026)
})

test('blocks of many values are merged to fewer points', () => {
  const stored = new Stored()
  const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`a metric with a long name ${i}`, i / 3]))
  for (let step = 0; step < 60; step++) stored.report([point(step, wide)])
  stored.end().compact()
  expect(stored.blocks.length).toBeGreaterThan(1)
  expect(stored.blocks.length).toBeLessThan(10)
  const { bytes } = stored.storage.sql
    .exec<{ bytes: number }>('SELECT max(octet_length(extremes) + octet_length(points)) AS bytes FROM blocks')
    .one()
  expect(bytes).toBeLessThan(2_000_000)
})

describe('a crash while blocks are merged', () => {
  test.each(['DELETE', 'INSERT'])('at the %s loses and doubles nothing', (statement) => {
    const stored = new Stored()
    for (let step = 0; step < 1_200; step++) stored.report([point(step)])
    stored.end()
    const { sql } = stored.storage
    const exec = sql.exec.bind(sql)
    let left = 2
    sql.exec = ((query: string, ...values: unknown[]) => {
      if (query.includes(statement) && --left === 0) throw new Error('The object has died')
      return exec(query, ...values)
    }) as typeof exec
    expect(() => stored.compact()).toThrow('died')
    sql.exec = exec
    stored.evict()
    expect(stored.steps).toEqual(Array.from({ length: 1_200 }, (_, i) => i))
    expect(stored.blocks.length).toBe(1 + 1_200 - 512)
    stored.compact()
    expect(stored.blocks).toEqual([512, 512, 176])
    expect(stored.steps).toEqual(Array.from({ length: 1_200 }, (_, i) => i))
  })
})
