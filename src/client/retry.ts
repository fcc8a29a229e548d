import type { Sleep } from '../platform/timeout.ts'
import { BACKOFF_MAX_MS, RETRY_AFTER_MAX_MS } from './limits.ts'

export const sleepFor: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })

/**
 * Milliseconds to wait before the next attempt: "full jitter", a random time from 0 to a ceiling that starts at `retryMs`
 * and doubles with each failure, so that a thousand watchers disconnected together do not reconnect together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param failures attempts since the last event
 * @param random 0 … 1
 */
export function backoffMs(failures: number, retryMs: number, random: number): number {
  return Math.round(random * Math.min(BACKOFF_MAX_MS, retryMs * 2 ** failures))
}

/** Whether a stream that was refused with this status is worth another attempt. */
export const isTemporary = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status)

/** The milliseconds that a `Retry-After` asks for, given in seconds or as a date; 0 when it is neither. */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), RETRY_AFTER_MAX_MS)
}
