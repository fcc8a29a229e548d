import { effect, signal } from '@preact/signals'
import { PROBE_MAX_MS, PROBE_MS } from '../platform/limits.ts'
import { apiFetch } from './api-fetch.ts'

/** Whether the last request got a response. */
export const reachable = signal(true)

/** The time of the last response, Unix ms. */
export const lastAnswerMs = signal(Date.now())

let failures = 0
let isProbing = false
/** The timer of the next probe; cleared by any response before it. */
let nextProbe: ReturnType<typeof setTimeout> | null = null

/** Records a response, whatever its status. */
export function answered(): void {
  lastAnswerMs.value = Date.now()
  failures = 0
  stopWaiting()
  reachable.value = true
}

/** Records that there was no response, and probes the server until there is one. */
export function unanswered(): void {
  reachable.value = false
  if (isProbing || nextProbe !== null) return
  nextProbe = setTimeout(probe, Math.min(PROBE_MAX_MS, PROBE_MS * 2 ** failures++))
}

/**
 * Probes the server unless a probe is scheduled: call it when a connection was lost, which may not be the server's
 * fault.
 */
export function checkReachable(): void {
  if (nextProbe === null) void probe()
}

async function probe(): Promise<void> {
  stopWaiting()
  if (isProbing) return
  isProbing = true
  const isThere = await isAnswering()
  isProbing = false
  if (isThere) answered()
  else unanswered()
}

function stopWaiting(): void {
  if (nextProbe !== null) clearTimeout(nextProbe)
  nextProbe = null
}

/** Any response counts; errors of the service are reported by the requests that meet them. */
const isAnswering = (): Promise<boolean> =>
  apiFetch('/health', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_MAX_MS) }).then(
    () => true,
    () => false,
  )

addEventListener('offline', unanswered)
addEventListener('online', () => void probe())

/** Resolves when the server is reachable; rejects with the signal's reason when it is aborted. */
export function untilReachable(signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const giveUp = () => reject(signal.reason)
  signal.addEventListener('abort', giveUp)
  if (signal.aborted) giveUp()
  const stop = effect(() => {
    if (reachable.value) resolve()
  })
  return promise.finally(() => {
    stop()
    signal.removeEventListener('abort', giveUp)
  })
}
