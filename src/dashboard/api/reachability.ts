import { signal } from '@preact/signals'
import { PROBE_MAX_MS, PROBE_MS } from '../limits.ts'

/** Whether the server answers, as far as the last request knows. */
export const reachable = signal(true)

/** When the server answered last, Unix ms. */
export const lastAnswerMs = signal(Date.now())

let failures = 0
let probing = false

/** To be told of each answer, whatever it says. */
export function answered(): void {
  lastAnswerMs.value = Date.now()
  failures = 0
  reachable.value = true
}

/** To be told when no answer came; from then on the server is asked until it gives one. */
export function unanswered(): void {
  reachable.value = false
  if (probing) return
  probing = true
  setTimeout(probe, Math.min(PROBE_MAX_MS, PROBE_MS * 2 ** failures++))
}

/** Asks the server whether it is there: to be told that a connection was lost, which may be the connection's fault. */
export const checkReachable = (): void => void probe()

async function probe(): Promise<void> {
  probing = false
  try {
    // Any answer will do: the health of what lies behind is each request's own affair.
    await fetch('/health', { cache: 'no-store' })
    answered()
  } catch {
    unanswered()
  }
}

addEventListener('offline', unanswered)
addEventListener('online', () => void probe())
