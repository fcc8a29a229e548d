import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { decimalsOf, logTicksIn, namedEvery, stepsOf, ticksIn } from '../../src/dashboard/chart/ticks.ts'
import { nearestTo, viewIn, viewQuery, within } from '../../src/dashboard/chart/view.ts'
import { CHART_ADDRESS_MS } from '../../src/dashboard/platform/limits.ts'

// Node has neither a document, on which a browser keeps the language, nor an address.
const address = { pathname: '/jobs/1', search: '' }
const replaceState = vi.fn((_: unknown, __: string, to: string) => {
  const { pathname, search } = new URL(to, 'https://stellwerk.example')
  Object.assign(address, { pathname, search })
})
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('location', address)
vi.stubGlobal('history', { replaceState, pushState: replaceState })
vi.stubGlobal('scrollTo', () => {})
const { logRange } = await import('../../src/dashboard/chart/axes.ts')
const { smoothed, smoothingIn, withSmoothed, withSmoothedValues } = await import(
  '../../src/dashboard/chart/smoothing.ts'
)
const { chooseSmoothing, chooseView, smoothing, view } = await import('../../src/dashboard/chart/address.ts')
const { chooseLanguage } = await import('../../src/dashboard/i18n/text.ts')
const { navigate } = await import('../../src/dashboard/platform/router.ts')

describe('the ticks of a linear axis', () => {
  test('include its end, which takes the place of those that are too close', () => {
    expect(ticksIn({ min: 0, max: 1_000 }, 200, 1_000, 100)).toEqual([0, 200, 400, 600, 800, 1_000])
    expect(ticksIn({ min: 0, max: 1_050 }, 200, 1_050, 100)).toEqual([0, 200, 400, 600, 800, 1_050])
    expect(ticksIn({ min: 0, max: 1_150 }, 200, 1_150, 100)).toEqual([0, 200, 400, 600, 800, 1_000, 1_150])
    expect(ticksIn({ min: 0, max: 1 }, 5, 1, 4)).toEqual([0])
  })

  test('are round numbers alone where the view ends before the axis does', () => {
    expect(ticksIn({ min: 130, max: 390 }, 100, 1_000, 50)).toEqual([200, 300])
  })

  test('have no more digits than their distance', () => {
    expect(ticksIn({ min: 0, max: 0.45 }, 0.1, 1, 0.1)).toEqual([0, 0.1, 0.2, 0.3, 0.4])
    expect([0.025, 2e-7, 1.5e-7, 1, 1e21].map(decimalsOf)).toEqual([3, 7, 8, 0, 0])
  })

  test('are whole steps and whole seconds', () => {
    for (const [kind, steps] of Object.entries(stepsOf)) {
      expect(steps.every(Number.isInteger)).toBe(kind !== 'parts')
      expect(steps).toEqual([...steps].sort((a, b) => a - b))
    }
    expect(Math.min(...stepsOf.time)).toBe(1_000)
  })
})

describe('the ticks of a logarithmic axis', () => {
  test('are as many round numbers as fit', () => {
    expect(logTicksIn({ min: 0.08, max: 1.1 }, 6)).toEqual([0.1, 0.2, 0.5, 1])
    expect(logTicksIn({ min: 0.001, max: 10 }, 6)).toEqual([0.001, 0.01, 0.1, 1, 10])
    expect(logTicksIn({ min: 0.5, max: 1.1 }, 10)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1])
  })

  test('are evenly spaced over a small part of a power of ten', () => {
    expect(logTicksIn({ min: 0.61, max: 0.68 }, 4)).toEqual([0.62, 0.64, 0.66, 0.68])
  })

  test('are exact, however small', () => {
    expect(logTicksIn({ min: 0.000009, max: 0.0001 }, 6)).toEqual([0.00001, 0.00002, 0.00005, 0.0001])
  })

  test('lie around its values, also if there is one or none', () => {
    for (const [min, max] of [
      [0.1, 1],
      [0.3, 0.3],
      [null, null],
    ] as const) {
      const [low, high] = logRange(min, max)
      expect(low).toBeGreaterThan(0)
      expect(low).toBeLessThan(min ?? 1)
      expect(high).toBeGreaterThan(max ?? 0.1)
    }
  })
})

test('a cursor stays at its place when other points come', () => {
  expect([nearestTo(20, [0, 10, 20, 30]), nearestTo(20, [0, 5, 10, 15, 19, 26]), nearestTo(20, [])]).toEqual([2, 4, 0])
})

test('epochs are named as far as there is room', () => {
  expect([100, 60, 40, 12, 1].map((space) => namedEvery(space, 60))).toEqual([1, 1, 2, 5, 100])
})

describe('a smoothed curve', () => {
  beforeEach(() => chooseLanguage('de'))
  const curve = { label: 'Verlust', colour: '--curve-1', format: String } as const

  test('is the exponential moving average without the bias of its start', () => {
    // As TensorBoard has it: 1; (0.6 · 0.4 + 0.4 · 2) / (1 − 0.36); …
    const [first, second, third] = smoothed([1, 2, 4], 0.6)
    expect(first).toBeCloseTo(1, 12)
    expect(second).toBeCloseTo(1.04 / 0.64, 12)
    expect(third).toBeCloseTo((0.6 * 1.04 + 0.4 * 4) / (1 - 0.216), 12)
  })

  test('of equal values is equal to them, and has gaps where there are none', () => {
    for (const value of smoothed(new Float64Array(1_000).fill(0.7), 0.99)) expect(value).toBeCloseTo(0.7, 9)
    expect(smoothed([1, null, 1], 0.5)).toEqual([1, null, 1])
    expect(smoothed([], 0.5)).toEqual([])
  })

  test('is drawn over the raw one, and both are named', () => {
    expect(withSmoothed([curve], 0.5)).toEqual([
      { ...curve, label: 'Verlust (roh)', isRaw: true },
      { ...curve, label: 'Verlust (geglättet)' },
    ])
    expect(withSmoothedValues([[1, 1]], 0.5)).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  test('is none without a weight', () => {
    const values = [[1, 2]]
    expect(withSmoothed([curve], 0)).toEqual([curve])
    expect(withSmoothedValues(values, 0)).toBe(values)
  })
})

describe('in the address', () => {
  const read = (search: string) => viewIn(new URLSearchParams(search))

  test('what is no weight smooths nothing', () => {
    expect(['0.6', '0.99', '0', '0.123'].map(smoothingIn)).toEqual([0.6, 0.99, 0, 0.12])
    expect([null, '', 'viel', '1', '-0.1', 'Infinity', 'NaN'].map(smoothingIn)).toEqual([0, 0, 0, 0, 0, 0, 0])
  })

  test('what is no view shows everything', () => {
    expect(read('from=10&to=20.5')).toEqual({ min: 10, max: 20.5 })
    for (const wrong of ['', 'from=10', 'from=20&to=10', 'from=10&to=10', 'from=a&to=b', 'from=0&to=Infinity']) {
      expect(read(wrong)).toBeNull()
    }
  })

  test('a view has the digits that its width needs', () => {
    expect(viewQuery({ min: 123.456, max: 987.654 })).toEqual({ from: '123', to: '988' })
    expect(viewQuery({ min: 1.23456, max: 2.34567 })).toEqual({ from: '1.23', to: '2.35' })
    expect(viewQuery({ min: 1_764_000_000_123.4, max: 1_764_000_100_123.4 }).from).toBe('1764000000123')
    expect(viewQuery(null)).toEqual({ from: null, to: null })
  })

  test('a view is limited to the axis, and means nothing beside it', () => {
    expect(within({ min: -5, max: 50 }, [0, 100])).toEqual({ min: 0, max: 50 })
    expect(within({ min: 200, max: 300 }, [0, 100])).toEqual({ min: 0, max: 100 })
    expect(within(null, [0, 100])).toEqual({ min: 0, max: 100 })
  })
})

describe('a choice that changes often', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    navigate('/jobs/1?by=time', { replace: true })
    replaceState.mockClear()
  })
  afterEach(() => vi.useRealTimers())

  test('is there at once, and in the address a moment later, once', () => {
    for (let weight = 1; weight <= 60; weight++) chooseSmoothing(weight / 100)
    expect(smoothing.value).toBe(0.6)
    expect(replaceState).not.toHaveBeenCalled()
    vi.advanceTimersByTime(CHART_ADDRESS_MS)
    expect(replaceState).toHaveBeenCalledTimes(1)
    expect(address).toEqual({ pathname: '/jobs/1', search: '?by=time&smooth=0.6' })
    expect(smoothing.value).toBe(0.6)
  })

  test('is left out of the address at its default', () => {
    chooseView({ min: 10, max: 20 })
    vi.advanceTimersByTime(CHART_ADDRESS_MS)
    expect(address.search).toBe('?by=time&from=10&to=20')
    chooseView(null)
    vi.advanceTimersByTime(CHART_ADDRESS_MS)
    expect(address.search).toBe('?by=time')
  })

  test('is not taken along to another page', () => {
    chooseView({ min: 10, max: 20 })
    navigate('/jobs/2')
    expect(view.value).toBeNull()
    vi.advanceTimersByTime(CHART_ADDRESS_MS)
    expect(address).toEqual({ pathname: '/jobs/2', search: '' })
  })
})
