import { describe, expect, test } from 'vitest'
import { CurveStore } from '../../src/jobs/object/curve-store.ts'
import { Presence } from '../../src/jobs/object/presence.ts'
import { ATTEMPT_CHECK_MS, OUTPUT_BYTES_MAX, THINNED_IN_MEMORY_MAX } from '../../src/platform/limits.ts'
import { Disk } from '../simulation/storage.ts'
import { startMs } from './jobs.ts'
import { attempt, point, Stored, storageOf } from './stored-curve.ts'

test('points keep their order of arrival, and the latest value is that of the highest step', () => {
  const stored = new Stored()
    .report([point(5, { loss: 0.5 }), point(3, { loss: 0.9 })])
    .report([point(4, { loss: 0.2 })])
  for (const store of [stored.store, stored.evict()]) {
    const { curve, summary } = store.recorded
    expect(curve.slice(0, 3).map(({ step }) => step)).toEqual([5, 3, 4])
    expect(curve.slice(1, 2).map(({ step }) => step)).toEqual([3])
    expect(summary).toMatchObject({ points: 3, step: 5, metrics: { loss: { latest: 0.5, lowest: 0.2, highest: 0.9 } } })
    expect(store.stateOf(attempt(1))).toMatchObject({ points: 3, sequence: 2, firstPoint: 0 })
  }
})

test('values that are not finite are stored as such, and are no extremes', () => {
  const stored = new Stored().report([
    point(1, { loss: 2 }),
    point(2, { loss: Number.NaN }),
    point(3, { loss: Number.POSITIVE_INFINITY }),
  ])
  const { curve, summary } = stored.evict().recorded
  expect(curve.slice(0, 3).map(({ metrics }) => metrics.loss)).toEqual([2, Number.NaN, Number.POSITIVE_INFINITY])
  expect(summary.metrics.loss).toMatchObject({ latest: Infinity, lowest: 2, highest: Infinity, step: 3 })
})

test('a NaN among other values of a report stays when a long curve is thinned, after an eviction and a merge, too', () => {
  const stored = new Stored()
  const count = 2 * THINNED_IN_MEMORY_MAX
  for (let from = 0; from < count; from += 500) {
    const steps = Array.from({ length: 500 }, (_, i) => from + i)
    stored.report(steps.map((step) => point(step, { loss: step === 10_250 ? Number.NaN : 1 / (step + 1) })))
  }
  const range = { fromStep: 0, toStep: count, maxPoints: 50, metrics: ['loss'], includesSuperseded: false }
  for (const before of [() => {}, () => stored.evict(), () => stored.end().compact().evict()]) {
    before()
    const { points } = stored.store.recorded.curve.thin(range)
    expect(points.length).toBeLessThanOrEqual(50)
    expect(points.filter(({ metrics }) => Number.isNaN(metrics.loss)).map(({ step }) => step)).toEqual([10_250])
  }
})

describe('what a later attempt supersedes', () => {
  const stored = new Stored()
    .report([point(0), point(1), point(2), point(3)])
    .next(2)
    .report([point(2, { loss: 7 })])

  test('is left out of the curve, and still counts in its numbering', () => {
    expect(stored.store.recorded.curve.length).toBe(5)
    expect(stored.steps).toEqual([0, 1, 2])
    expect(stored.store.recorded.curve.last(2).map(({ step }) => step)).toEqual([1, 2])
  })

  test('is left out of the summary, also after an eviction', () => {
    const expected = { step: 2, metrics: { loss: { latest: 7, lowest: 0.5, highest: 7 } } }
    expect(stored.store.recorded.summary).toMatchObject(expected)
    expect(stored.evict().recorded.summary).toMatchObject(expected)
  })

  test('with a lower step still, more of it is superseded', () => {
    stored.next(0).report([point(0, { loss: 3 })])
    expect(stored.steps).toEqual([0])
    expect(stored.store.recorded.summary).toMatchObject({
      step: 0,
      metrics: { loss: { latest: 3, lowest: 3, highest: 3 } },
    })
  })
})

test('metrics of the system take no part in steps, and come only if asked for', () => {
  const stored = new Stored().report([point(1), point(900, { 'system/gpu': 0.7 })])
  const { curve, summary } = stored.evict().recorded
  expect(summary.step).toBe(1)
  expect(stored.steps).toEqual([1])
  expect(curve.length).toBe(2)
  expect(
    curve
      .thin({ fromStep: 0, toStep: 1000, maxPoints: 10, metrics: ['loss'], includesSuperseded: false })
      .points.map(({ step }) => step),
  ).toEqual([1])
})

test('a curve too long for the memory is thinned with the extremes of each metric', () => {
  const stored = new Stored()
  const count = THINNED_IN_MEMORY_MAX + 5_000
  for (let from = 0; from < count; from += 1_000) {
    const steps = Array.from({ length: 1_000 }, (_, i) => from + i)
    stored.report(
      steps.map((step) => point(step, { loss: step === 7_777 ? -5 : step === 11_111 ? 99 : Math.sin(step), lr: step })),
    )
  }
  const { points, bucketSteps } = stored.store.recorded.curve.thin({
    ...{ fromStep: 0, toStep: count, maxPoints: 100, metrics: ['loss', 'lr'], includesSuperseded: false },
  })
  expect(points.length).toBeLessThanOrEqual(100)
  expect(bucketSteps).toBeGreaterThan(1)
  expect(points.map(({ step }) => step)).toEqual(expect.arrayContaining([0, 7_777, 11_111, count - 1]))
  expect(points.map(({ step }) => step)).toEqual(points.map(({ step }) => step).toSorted((a, b) => a - b))
})

test('output is read by number, and the oldest lines go when there is too much', () => {
  const stored = new Stored().report([], 1, ['one', 'two']).report([point(1)], 1, ['three'])
  expect(stored.evict().output(1, 10)).toMatchObject([
    { number: 1, text: 'two' },
    { number: 2, text: 'three' },
  ])
  expect(stored.store.output(0, 2).map(({ text }) => text)).toEqual(['one', 'two'])
  const line = 'x'.repeat(4_000)
  for (let n = 0; n < 1.2 * (OUTPUT_BYTES_MAX / 4_000_000); n++) stored.report([], 1, Array(1_000).fill(line))
  const numbers = stored.store.output(0, 10_000).map(({ number }) => number)
  expect(numbers.at(-1)).toBe(stored.store.lines - 1)
  expect(numbers[0]).toBeGreaterThan(2)
})

describe('the usual gap between reports', () => {
  const reports = (stored: Stored, gapMs: number, from: number) => {
    for (let i = 0; i < 10; i++) {
      stored.nowMs += gapMs
      stored.report([point(from + i)], stored.attempts.length, [`step ${from + i}`])
    }
    return stored
  }

  test('is that of the attempt, after a rewind and an eviction, too', () => {
    const stored = reports(new Stored(), 1_000, 0)
    expect(stored.store.usualGapMs(1)).toBe(1_000)
    stored.nowMs += 3 * 24 * 60 * 60_000
    stored.next(5)
    expect(stored.store.usualGapMs(2)).toBe(1_000)
    reports(stored, 7_000, 5)
    for (const store of [stored.store, stored.evict()]) {
      expect([1, 2].map((number) => store.usualGapMs(number))).toEqual([1_000, 7_000])
    }
  })

  test('counts what brings no progress, which is known as such after an eviction', () => {
    const stored = reports(new Stored(), 1_000, 0)
    const progressedMs = stored.nowMs
    for (let i = 0; i < 5; i++) {
      stored.nowMs += 1_000
      stored.report([point(3, { 'system/gpu': 1 })]).report([point(4)])
    }
    for (const store of [stored.store, stored.evict()]) expect(store.progressedMs(1)).toBe(progressedMs)
  })
})

describe('silence', () => {
  /** What is stored of presence; tables are made when they are needed. */
  function disk() {
    const storage = storageOf(new Disk())
    const tables = () => new CurveStore(storage, () => [])
    return { began: (atMs: number) => new Presence(storage, tables(), atMs) }
  }
  const minutes = (n: number) => startMs + n * ATTEMPT_CHECK_MS

  test('is counted from the last word', () => {
    const presence = disk().began(startMs)
    presence.hear(1, startMs + 20_000)
    expect(presence.check(1, minutes(1))).toBe(40_000)
    expect(presence.check(1, minutes(2))).toBe(100_000)
    presence.hear(1, minutes(2) + 1)
    expect(presence.check(1, minutes(3))).toBe(ATTEMPT_CHECK_MS - 1)
  })

  test('goes on through evictions, unless a word came in between', () => {
    const { began: later } = disk()
    later(startMs).check(1, startMs)
    expect(later(minutes(1)).check(1, minutes(1))).toBe(ATTEMPT_CHECK_MS + 1)
    expect(later(minutes(2)).check(1, minutes(2))).toBe(2 * ATTEMPT_CHECK_MS + 1)
    later(minutes(2) + 10).hear(1, minutes(2) + 10)
    expect(later(minutes(3)).check(1, minutes(3))).toBe(0)
  })

  test('is not that of a service which was away itself', () => {
    const { began } = disk()
    const presence = began(startMs)
    presence.hear(1, startMs)
    expect(presence.check(1, minutes(9))).toBe(0)
    expect(presence.check(1, minutes(10))).toBe(ATTEMPT_CHECK_MS)
    expect(began(minutes(25)).check(1, minutes(25))).toBe(0)
    // One that was away for half a minute, at the time of its check.
    const briefly = disk()
    briefly.began(startMs).check(1, startMs)
    const backMs = minutes(1) + 20_000
    expect(briefly.began(backMs).check(1, backMs)).toBe(0)
    // One that began, and was away before its first check.
    expect(disk().began(startMs).check(1, minutes(9))).toBe(0)
  })

  test('leaves an attempt in peace for as long as it has announced, also after an eviction, and no other attempt', () => {
    const { began } = disk()
    began(startMs).excuse(1, minutes(30))
    const later = began(minutes(2))
    expect([1, 2].map((attempt) => later.excusedUntilMs(attempt))).toEqual([minutes(30), 0])
  })

  test('of the service itself is told from its late alarm, and excuses every attempt, also after an eviction', () => {
    const { began } = disk()
    const presence = began(minutes(12))
    presence.noteAlarm(minutes(1), minutes(12))
    expect(presence.check(1, minutes(12) + 50)).toBe(50)
    expect(began(minutes(13)).excusedUntilMs(2)).toBe(minutes(12))
    const heard = disk().began(minutes(12))
    heard.noteAlarm(minutes(1), minutes(12))
    heard.hear(1, minutes(13))
    expect(heard.check(1, minutes(13) + 20)).toBe(20)
    const punctual = disk().began(minutes(1))
    punctual.noteAlarm(minutes(1) - 1_000, minutes(1))
    punctual.check(1, minutes(1))
    expect(punctual.excusedUntilMs(1)).toBe(0)
  })
})
