import { formatClock } from './format.ts'

/** A running duration in a sentence: 4:05 min, 1:04:05 h. Without the unit “since 4:05” would be a time of day. */
export function formatRunning(ms: number): string {
  const clock = formatClock(ms)
  return `${clock} ${clock.split(':').length > 2 ? 'h' : 'min'}`
}
