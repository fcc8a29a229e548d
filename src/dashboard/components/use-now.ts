import { useEffect, useState } from 'preact/hooks'
import { CLOCK_TICK_MS } from '../platform/limits.ts'

/** The time in Unix ms, updated every `everyMs` while `running`. */
export function useNow(running = true, everyMs = CLOCK_TICK_MS): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!running) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [running, everyMs])
  return now
}
