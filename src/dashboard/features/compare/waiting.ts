import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals'
import type { LiveJob } from '../../live/watch-live.ts'
import { COMPARED_CURVE_SOON_MS, COMPARED_JOBS_MS } from '../../platform/limits.ts'

/**
 * Whether no stream has been free for a job for more than a moment, until one is and has brought something.
 *
 * @returns that, and a function that stops following it
 */
export function followWaiting({ connection, event }: Pick<LiveJob, 'connection' | 'event'>): {
  isWaiting: ReadonlySignal<boolean>
  stop: () => void
} {
  const isWaiting = signal(false)
  const stop = effect(() => {
    const { state } = connection.value
    if (state !== 'waiting') {
      const isOpening = (state === 'connecting' || state === 'live') && event.value === null
      if (!isOpening) isWaiting.value = false
      return
    }
    const timer = setTimeout(() => {
      isWaiting.value = true
    }, COMPARED_CURVE_SOON_MS)
    return () => clearTimeout(timer)
  })
  return { isWaiting, stop }
}

/** Asks while something holds: at once, and then repeatedly. @returns a function that stops it */
export const askWhile = (isSo: ReadonlySignal<boolean>, ask: () => unknown): (() => void) =>
  effect(() => {
    if (!isSo.value) return
    untracked(ask)
    const timer = setInterval(ask, COMPARED_JOBS_MS)
    return () => clearInterval(timer)
  })
