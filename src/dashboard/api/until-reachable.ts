import { effect } from '@preact/signals'
import { reachable } from './reachability.ts'

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
