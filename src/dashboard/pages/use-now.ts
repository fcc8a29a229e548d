import { useEffect, useState } from 'preact/hooks'
import { CLOCK_TICK_MS } from '../limits.ts'

/** The time, Unix ms, anew every CLOCK_TICK_MS while `running`. */
export function useNow(running = true): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!running) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), CLOCK_TICK_MS)
    return () => clearInterval(timer)
  }, [running])
  return now
}
