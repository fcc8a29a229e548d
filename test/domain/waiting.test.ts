import { signal } from '@preact/signals'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askWhile, followWaiting } from '../../src/dashboard/features/compare/waiting.ts'
import type { Connection, LiveEvent } from '../../src/dashboard/live/protocol.ts'
import { COMPARED_CURVE_SOON_MS, COMPARED_JOBS_MS } from '../../src/dashboard/platform/limits.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function watched(state: 'waiting' | 'connecting') {
  const connection = signal<Connection>({ state })
  const event = signal<LiveEvent | null>(null)
  const ask = vi.fn()
  const { isWaiting, stop } = followWaiting({ connection, event })
  const stopAsking = askWhile(isWaiting, ask)
  const stopAll = () => {
    stop()
    stopAsking()
  }
  return { connection, event, ask, stop: stopAll }
}

test('a curve without a free stream is requested soon, and then repeatedly', () => {
  const { ask, stop } = watched('waiting')
  vi.advanceTimersByTime(COMPARED_CURVE_SOON_MS)
  expect(ask).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(2 * COMPARED_JOBS_MS)
  expect(ask).toHaveBeenCalledTimes(3)
  stop()
  vi.advanceTimersByTime(10 * COMPARED_JOBS_MS)
  expect(ask).toHaveBeenCalledTimes(3)
})

test('a stream that is opened at once costs no request, and one that becomes free ends the polling', () => {
  const { connection, event, ask } = watched('waiting')
  connection.value = { state: 'connecting' }
  vi.advanceTimersByTime(COMPARED_JOBS_MS)
  expect(ask).not.toHaveBeenCalled()
  connection.value = { state: 'waiting' }
  vi.advanceTimersByTime(COMPARED_CURVE_SOON_MS)
  connection.value = { state: 'live' }
  event.value = {} as LiveEvent
  vi.advanceTimersByTime(10 * COMPARED_JOBS_MS)
  expect(ask).toHaveBeenCalledTimes(1)
})

test('a curve is polled until its stream has brought something, unless that is refused', () => {
  const { connection, ask } = watched('waiting')
  vi.advanceTimersByTime(COMPARED_CURVE_SOON_MS)
  connection.value = { state: 'connecting' }
  connection.value = { state: 'live' }
  vi.advanceTimersByTime(COMPARED_JOBS_MS)
  expect(ask).toHaveBeenCalledTimes(2)
  connection.value = { state: 'refused', status: 404 }
  vi.advanceTimersByTime(10 * COMPARED_JOBS_MS)
  expect(ask).toHaveBeenCalledTimes(2)
})
