import { effect } from '@preact/signals'
import type { LiveJob } from '../../live/watch-live.ts'
import { COMPARED_CURVE_SOON_MS, COMPARED_JOBS_MS } from '../../platform/limits.ts'

/** Polls a job while no stream is free for it: soon, and then repeatedly. @returns a function that stops it */
export function askWhileWaiting({ connection }: LiveJob, ask: () => void): () => void {
  let first: ReturnType<typeof setTimeout> | undefined
  let others: ReturnType<typeof setInterval> | undefined
  const pause = () => {
    clearTimeout(first)
    clearInterval(others)
  }
  const stop = effect(() => {
    pause()
    if (connection.value.state !== 'waiting') return
    first = setTimeout(ask, COMPARED_CURVE_SOON_MS)
    others = setInterval(ask, COMPARED_JOBS_MS)
  })
  return () => {
    stop()
    pause()
  }
}
