import { useEffect, useState } from 'preact/hooks'
import { SEARCH_DELAY_MS } from '../platform/limits.ts'

/** A text that is being typed, once it has not changed for a moment; the first one at once. `null`: nobody types yet. */
export function useDelayed(text: string | null): string | null {
  const [delayed, setDelayed] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(text), SEARCH_DELAY_MS)
    return () => clearTimeout(timer)
  }, [text])
  return text === null || delayed === null ? text : delayed
}
