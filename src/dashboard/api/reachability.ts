import { effect, signal } from '@preact/signals'
import { PROBE_MAX_MS, PROBE_MS } from '../platform/limits.ts'
import { apiFetch } from './api-fetch.ts'

/** Whether the server answers, as far as the last request knows. */
export const reachable = signal(true)

/** When the server answered last, Unix ms. */
export const lastAnswerMs = signal(Date.now())

let failures = 0
let isProbing = false
/** Runs out when the server is asked next, if nothing else has told by then whether it is there. */
let nextProbe: ReturnType<typeof setTimeout> | null = null

/** To be told of each answer, whatever it says. */
export function answered(): void {
  lastAnswerMs.value = Date.now()
  failures = 0
  stopWaiting()
  reachable.value = true
}

/** To be told when no answer came; from then on the server is asked until it gives one. */
export function unanswered(): void {
  reachable.value = false
  if (isProbing || nextProbe !== null) return
  nextProbe = setTimeout(probe, Math.min(PROBE_MAX_MS, PROBE_MS * 2 ** failures++))
}

/**
 * Asks the server whether it is there, unless it is going to be asked anyhow: to be told that a connection was lost,
 * which may be the connection's fault.
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

/** Any answer will do: the health of what lies behind is each request's own affair. */
const isAnswering = (): Promise<boolean> =>
  apiFetch('/health', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_MAX_MS) }).then(
    () => true,
    () => false,
  )

addEventListener('offline', unanswered)
addEventListener('online', () => void probe())

/** Resolves when the server answers, as far as is known; rejects with the signal's reason when that is aborted. */
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
