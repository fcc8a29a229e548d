/// <reference lib="es2025.intl" />
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { placeNames } from '../../src/dashboard/chart/names.ts'
import { showing, zoomed } from '../../src/dashboard/chart/view.ts'
import { type JobStatus, jobStatuses, mayBeDeleted } from '../../src/shared/job-status.ts'

// Node has neither a document, on which a browser keeps the language, nor an address.
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('navigator', { languages: ['en-US'] })
vi.stubGlobal('location', { pathname: '/', search: '' })
const { formatPercent, formatProgress } = await import('../../src/dashboard/i18n/format.ts')
const { chooseLanguage } = await import('../../src/dashboard/i18n/text.ts')
const { bySteps, emptyPoints } = await import('../../src/dashboard/live/series.ts')
const { along, dayTicks, loadEpochs, rangeOf, textsOf } = await import('../../src/dashboard/features/job/axis.ts')
const { epochMarks, pauseMarks } = await import('../../src/dashboard/features/job/marks.ts')

beforeEach(() => chooseLanguage('de'))

/** The API's progress: the percentage of steps done. */
const progressAt = (step: number, steps: number) => (step / steps) * 100

describe('progress', () => {
  test('is never shown as 100 % too early', () => {
    expect(formatProgress(progressAt(9_999, 10_000))).toBe(formatPercent(99))
    expect(formatProgress(progressAt(9_999, 10_000), 1)).toBe(formatPercent(99.9, 1))
    expect(formatProgress(100)).toBe(formatPercent(100))
  })

  test('loses no whole per cent to floating point', () => {
    for (let percent = 0; percent <= 100; percent++) {
      for (const steps of [100, 700, 10_000]) {
        expect(formatProgress(progressAt((percent * steps) / 100, steps))).toBe(formatPercent(percent))
      }
    }
  })
})

test('a running job cannot be deleted, one at rest can', () => {
  const kept = jobStatuses.filter((status) => !mayBeDeleted(status))
  expect(kept).toEqual(['preparing', 'training', 'validating'])
})

const step = (n: number, timestamp: number) => ({
  step: n,
  epoch: 1,
  loss: 1,
  val_loss: 1,
  accuracy: 0,
  learning_rate: 1,
  timestamp,
})

/** A job as its stream shows it, with a point every `ms` from `fromMs` on. */
function liveAt(status: JobStatus, current_step: number, { fromMs = 0, ms = 1_000, steps = 1_000 } = {}) {
  const points = emptyPoints()
  points.push(Array.from({ length: current_step + 1 }, (_, n) => step(n, fromMs + n * ms)))
  const estimated_remaining_ms = (steps - current_step) * ms
  const value = { status, current_step, total_steps: steps, estimated_remaining_ms }
  return { points, event: { value } } as unknown as Parameters<typeof rangeOf>[0]
}

const rangeAt = (live: ReturnType<typeof liveAt>, axis: 'step' | 'time' | 'elapsed') => rangeOf(live, along(axis, live))

describe('the axis of the curves', () => {
  test('begins with the first point where it counts the time since then', () => {
    const late = liveAt('training', 600, { fromMs: 5_000 })
    expect(rangeAt(late, 'elapsed')).toEqual([0, 1_000_000])
    expect(along('elapsed', late).place(6_500)).toBe(1_500)
  })

  test('ends where a finished job ended', () => {
    expect(rangeAt(liveAt('failed', 150), 'step')).toEqual([0, 150])
    expect(rangeAt(liveAt('cancelled', 333), 'step')).toEqual([0, 333])
    expect(rangeAt(liveAt('completed', 1_000), 'step')).toEqual([0, 1_000])
    expect(rangeAt(liveAt('failed', 150), 'time')).toBeNull()
  })

  test('extends to the end, or to a half or a quarter of it while that is far away', () => {
    expect(rangeAt(liveAt('training', 600), 'step')).toEqual([0, 1_000])
    expect(rangeAt(liveAt('training', 400), 'step')).toEqual([0, 500])
    expect(rangeAt(liveAt('training', 120), 'step')).toEqual([0, 125])
  })

  test('stays as it is while the job pauses', () => {
    for (const axis of ['step', 'time'] as const) {
      expect(rangeAt(liveAt('paused', 400), axis)).toEqual(rangeAt(liveAt('training', 400), axis))
    }
  })

  const evening = new Date(2026, 10, 24, 23, 30).getTime()

  test('names the days when a job runs past midnight', () => {
    const overnight = textsOf('time', liveAt('training', 60, { fromMs: evening, ms: 60_000 }))
    expect(overnight.formatX(evening)).toBe('24.11.2026, 23:30:00')
    expect(overnight.formatTicks([evening, evening + 10_000, evening + 1_800_000])).toEqual([
      '23:30:00\n24. Nov.',
      '23:30:10',
      '00:00:00\n25. Nov.',
    ])
    const early = textsOf('time', liveAt('training', 20, { fromMs: evening, ms: 60_000 }))
    expect(early.formatX(evening)).toBe('23:30:00')
    expect(early.formatTicks([evening])).toEqual(['23:30:00'])
  })

  test('names the day in the language of the page', async () => {
    await chooseLanguage('en')
    expect(dayTicks([evening])).toEqual(['11:30:00 PM\nNov 24'])
  })
})

describe('the epochs', () => {
  const known = (steps: readonly number[], perEpoch: number, event: object | null) => {
    const points = emptyPoints()
    points.push(steps.map((n) => ({ ...step(n, 1_000 * n), epoch: Math.floor(n / perEpoch) + 1 })))
    return { points, event: { value: event } } as unknown as Parameters<typeof epochMarks>[0]
  }
  const begins = (marks: ReturnType<typeof epochMarks>) =>
    marks.map((mark) => (mark.kind === 'epoch' ? [mark.epoch, mark.from] : []))

  test('start at their first points, even if not every step has a point', () => {
    const seldom = known([0, 30, 60, 90, 120], 50, null)
    expect(begins(epochMarks(seldom, bySteps))).toEqual([
      [1, 0],
      [2, 60],
      [3, 120],
    ])
    expect(begins(epochMarks(seldom, along('time', seldom)))).toEqual([
      [1, 0],
      [2, 60_000],
      [3, 120_000],
    ])
  })

  test('in the future have a place among the steps, but none in time', () => {
    const early = known([0, 50, 100], 100, { total_epochs: 4, total_steps: 400 })
    expect(begins(epochMarks(early, bySteps))).toEqual([
      [1, 0],
      [2, 100],
      [3, 200],
      [4, 300],
    ])
    expect(begins(epochMarks(early, along('time', early)))).toEqual([
      [1, 0],
      [2, 100_000],
    ])
  })
})

describe('the epochs of a trainer that names parts of them', () => {
  test('start where a whole number is reached, the first with 0', () => {
    const points = emptyPoints()
    points.push([0, 30, 60, 90, 120].map((n) => ({ ...step(n, 1_000 * n), epoch: n / 50 })))
    const event = { total_epochs: 4, total_steps: 200 }
    const marks = epochMarks(
      { points, event: { value: event } } as unknown as Parameters<typeof epochMarks>[0],
      bySteps,
    )
    expect(marks.map((mark) => (mark.kind === 'epoch' ? [mark.epoch, mark.from] : []))).toEqual([
      [0, 0],
      [1, 60],
      [2, 120],
      [3, 150],
    ])
  })
})

describe('the place of a step among the epochs', () => {
  beforeAll(loadEpochs)
  const known = (rows: readonly (readonly [step: number, epoch: number | null])[], event: object = {}) => {
    const points = emptyPoints()
    points.push(rows.map(([n, epoch]) => ({ ...step(n, n), epoch })))
    const value = { total_steps: null, total_epochs: 3, current_step: 120, ...event }
    return { points, event: { value } } as unknown as Parameters<typeof along>[1]
  }
  const places = (of: Parameters<typeof along>[1], ...steps: number[]) => steps.map(along('epoch', of).place)

  test('follows from where whole epochs begin, and from where the training ends', () => {
    const rows = [0, 50, 100, 150, 200].map((n) => [n, Math.floor(n / 100) + 1] as const)
    expect(places(known(rows, { total_steps: 300 }), 0, 50, 100, 250, 300)).toEqual([1, 1.5, 2, 3.5, 4])
  })

  test('is expected to take as long as in the epoch before, while nobody knows how many steps there are', () => {
    const rows = [0, 50, 80].map((n) => [n, n < 80 ? 1 : 2] as const)
    expect(places(known(rows), 40, 120, 160)).toEqual([1.5, 2.5, 3])
  })

  test('is what a trainer says that names parts of epochs, and between its points in between', () => {
    const rows = [
      [0, 0.25],
      [10, 0.5],
      [15, null],
      [20, 1.5],
    ] as const
    expect(places(known(rows), 0, 10, 15, 20)).toEqual([0.25, 0.5, 1, 1.5])
  })
})

describe('a pause', () => {
  const byTime = { by: 'timestamp', place: (ms: number) => ms } as const
  const at = (ms: number) => new Date(ms).toISOString()
  const events = [
    { type: 'training_started', at: at(0), step: 0 },
    { type: 'paused', at: at(100_000), step: 100 },
    { type: 'resumed', at: at(412_000), step: 100 },
    { type: 'paused', at: at(500_000), step: 188 },
  ] as unknown as Parameters<typeof pauseMarks>[0]

  test('is a line by steps with its duration, unless it is still open', () => {
    expect(pauseMarks(events, bySteps, 1_000)).toEqual([
      { kind: 'pause', label: 'Pause', detail: '5:12', from: 100 },
      { kind: 'pause', label: 'Pause', from: 188 },
    ])
  })

  test('is a range by time, up to the end of the axis if it is still open', () => {
    expect(pauseMarks(events, byTime, 900_000)).toMatchObject([
      { from: 100_000, to: 412_000 },
      { from: 500_000, to: 900_000 },
    ])
    expect(pauseMarks(events, byTime, 400_000).at(-1)).toMatchObject({ from: 500_000, to: 500_000 })
  })
})

describe('the names of lines in a chart', () => {
  const place = (places: { at: number; until?: number }[]) =>
    placeNames(
      places.map((one) => ({ ...one, texts: ['Pause 5:12', 'Pause'] })),
      { from: 0, to: 200, gap: 4, widthOf: (text) => 6 * text.length, mayPrecede: true },
    ).map((name) => (name === null ? null : `${name.text} at ${name.left}`))

  test('of a stretch still open at the end of the axis, or begun after it, are placed before it', () => {
    expect(place([{ at: 190, until: 200.5 }])).toEqual(['Pause 5:12 at 126'])
    expect(place([{ at: 195, until: 400 }])).toEqual(['Pause 5:12 at 131'])
    expect(place([{ at: 210, until: 210 }])).toEqual(['Pause 5:12 at 136'])
    expect(place([{ at: 150, until: 160 }])).toEqual([null])
  })

  test('are placed after their lines, shortened where there is less room, and hidden where there is none', () => {
    expect(place([{ at: 10 }, { at: 80 }, { at: 120 }, { at: 130 }])).toEqual([
      'Pause 5:12 at 14',
      'Pause at 84',
      null,
      'Pause 5:12 at 134',
    ])
  })

  test('are placed before the last line where the chart ends after it, but not over another name', () => {
    expect(place([{ at: 195 }])).toEqual(['Pause 5:12 at 131'])
    expect(place([{ at: 90 }, { at: 195 }])).toEqual(['Pause 5:12 at 94', 'Pause at 161'])
    expect(place([{ at: 160 }, { at: 195 }])).toEqual(['Pause at 164', null])
  })

  test('stay within their ranges', () => {
    expect(
      place([
        { at: 10, until: 30 },
        { at: 50, until: 90 },
        { at: 100, until: 500 },
      ]),
    ).toEqual([null, 'Pause at 54', 'Pause 5:12 at 104'])
  })
})

describe('the view of a chart', () => {
  const whole = [0, 1_000] as const
  const all = { min: 0, max: 1_000 }
  const zoom = (factor: number, middle: number) => ({ factor, middle, widthMin: 10 })

  test('zooms around a position, and not beyond the ends', () => {
    expect(zoomed(all, whole, zoom(0.5, 500))).toEqual({ min: 250, max: 750 })
    expect(zoomed(all, whole, zoom(0.5, 990))).toEqual({ min: 500, max: 1_000 })
    expect(zoomed({ min: 0, max: 100 }, whole, zoom(2, 0))).toEqual({ min: 0, max: 200 })
    expect(zoomed({ min: 250, max: 750 }, whole, zoom(2, 300))).toBeNull()
  })

  test('zooms in to a minimum range that still shows a curve, and from there only out', () => {
    expect(zoomed({ min: 100, max: 112 }, whole, zoom(0.5, 105))).toEqual({ min: 100, max: 110 })
    const dragged = { min: 100, max: 104 }
    expect(zoomed(dragged, whole, zoom(0.5, 102))).toEqual(dragged)
    expect(zoomed(dragged, whole, zoom(2, 102))).toEqual({ min: 98, max: 106 })
  })

  test('moves no further than needed to show a position', () => {
    expect(showing(50, { min: 100, max: 200 })).toEqual({ min: 50, max: 150 })
    expect(showing(230, { min: 100, max: 200 })).toEqual({ min: 130, max: 230 })
    expect(showing(150, { min: 100, max: 200 })).toEqual({ min: 100, max: 200 })
  })
})
