import { signal } from '@preact/signals'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askWhileWaiting } from '../../src/dashboard/features/compare/ask-while-waiting.ts'
import type { Connection } from '../../src/dashboard/live/protocol.ts'
import type { LiveJob } from '../../src/dashboard/live/watch-live.ts'
import { COMPARED_CURVE_SOON_MS, COMPARED_JOBS_MS } from '../../src/dashboard/platform/limits.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function watched(state: 'waiting' | 'connecting') {
  const connection = signal<Connection>({ state })
  const ask = vi.fn()
  const stop = askWhileWaiting({ connection } as unknown as LiveJob, ask)
  return { connection, ask, stop }
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
  const { connection, ask } = watched('waiting')
  connection.value = { state: 'connecting' }
  vi.advanceTimersByTime(COMPARED_JOBS_MS)
  expect(ask).not.toHaveBeenCalled()
  connection.value = { state: 'waiting' }
  vi.advanceTimersByTime(COMPARED_CURVE_SOON_MS)
  connection.value = { state: 'live' }
  vi.advanceTimersByTime(10 * COMPARED_JOBS_MS)
  expect(ask).toHaveBeenCalledTimes(1)
})
