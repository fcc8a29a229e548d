import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PROBE_MAX_MS, PROBE_MS } from '../../src/dashboard/platform/limits.ts'

const second = 1_000
const hour = 3_600 * second

/** The browser's events. */
const heard = new Map<string, () => void>()
/** The result of each probe, which takes `tookMs`. */
let answer: () => Response
let tookMs = 0
let open = 0
let openAtOnce = 0

const probe = vi.fn(async () => {
  openAtOnce = Math.max(openAtOnce, ++open)
  await new Promise((resolve) => setTimeout(resolve, tookMs))
  open--
  return answer()
})
const away = () => {
  throw new TypeError('fetch failed')
}

vi.useFakeTimers()
vi.stubGlobal('addEventListener', (type: string, hear: () => void) => heard.set(type, hear))
vi.stubGlobal('fetch', probe)
const { answered, checkReachable, reachable, unanswered } = await import('../../src/dashboard/api/reachability.ts')

beforeEach(() => {
  answered()
  probe.mockClear()
  openAtOnce = 0
  tookMs = 20
  answer = away
})
afterEach(() => {
  answered()
  expect(vi.getTimerCount()).toBe(0)
})

/** Lets time pass, and does something each second. */
async function pass(ms: number, eachSecond: () => void): Promise<void> {
  for (let passed = 0; passed < ms; passed += second) {
    eachSecond()
    await vi.advanceTimersByTimeAsync(second)
  }
}

test('an hour without a server costs a probe every half minute, whatever connections are reported lost in the meantime', async () => {
  await pass(hour, checkReachable)
  expect(reachable.value).toBe(false)
  const doublings = Math.ceil(Math.log2(PROBE_MAX_MS / PROBE_MS))
  expect(probe.mock.calls.length).toBeLessThanOrEqual(1 + doublings + hour / PROBE_MAX_MS)
  expect(probe.mock.calls.length).toBeGreaterThan(100)
  answer = () => new Response()
  await vi.advanceTimersByTimeAsync(PROBE_MAX_MS + second)
  expect(reachable.value).toBe(true)
})

test('an hour of failing requests costs no more, and there are never two concurrent probes', async () => {
  tookMs = 3 * second
  await pass(hour, () => {
    unanswered()
    checkReachable()
    heard.get('offline')?.()
  })
  expect(probe.mock.calls.length).toBeLessThan(130)
  expect(openAtOnce).toBe(1)
  await vi.advanceTimersByTimeAsync(PROBE_MAX_MS)
})

test('a browser that is online again probes at once, in place of the scheduled probe', async () => {
  unanswered()
  await vi.advanceTimersByTimeAsync(hour)
  const before = probe.mock.calls.length
  answer = () => new Response(null, { status: 503 })
  heard.get('online')?.()
  await vi.advanceTimersByTimeAsync(tookMs)
  // Any response means that the server is reachable.
  expect(reachable.value).toBe(true)
  await vi.advanceTimersByTimeAsync(hour)
  expect(probe.mock.calls.length).toBe(before + 1)
})

test('an answered request ends the probing', async () => {
  unanswered()
  answered()
  await vi.advanceTimersByTimeAsync(hour)
  expect(probe).not.toHaveBeenCalled()
  expect(reachable.value).toBe(true)
})

test('a probe is marked, so that Cloudflare Access answers 401 instead of redirecting it', async () => {
  checkReachable()
  await vi.advanceTimersByTimeAsync(tookMs)
  const [, init] = probe.mock.calls[0] as unknown as [string, RequestInit]
  expect(new Headers(init.headers).get('X-Requested-With')).toBe('XMLHttpRequest')
})
