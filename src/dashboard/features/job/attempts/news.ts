import type { LiveEvent } from '../../../live/protocol.ts'

/** What a stream says of a job's runners, but for their points and output, as one text: the job has the rest. '': nothing. */
export function newsOf(event: LiveEvent | null): string {
  if (event === null) return ''
  const { attempt, waiting_for, requested, silent_since, stalled_since } = event
  const news = [attempt, waiting_for, requested, silent_since, stalled_since]
  return news.some(Boolean) ? JSON.stringify(news) : ''
}
