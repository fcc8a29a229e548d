import { CLOCK_SKEW_MAX_MS, OCR_RESUME_MAX_MS } from '../platform/limits.ts'

/**
 * Where a client stands in a batch: when the batch began (Unix ms), and the last event it has. Image n is event n,
 * and the completion is one more than there are images; 0 is none yet.
 */
export type BatchCursor = { startedMs: number; event: number }

/** The id of an event. Everything that a batch needs to go on stands in it, so nothing is stored. */
export const encodeCursor = ({ startedMs, event }: BatchCursor) => `${startedMs}.${event}`

/** The cursor that an event's id is, or a sentence that says why the batch cannot go on behind it. */
export function parseCursor(id: string, images: number, nowMs: number): BatchCursor | string {
  const [, started, event] = /^([1-9]\d{0,15})\.([1-9]\d{0,2})$/.exec(id) ?? []
  if (started === undefined || event === undefined) return 'Not the id of an event of this stream'
  const cursor = { startedMs: Number(started), event: Number(event) }
  if (cursor.event > images + 1) return `A batch of ${images} images has no such event`
  if (cursor.startedMs > nowMs + CLOCK_SKEW_MAX_MS) return 'This batch has not begun yet'
  if (cursor.startedMs < nowMs - OCR_RESUME_MAX_MS) {
    return `This batch began more than ${OCR_RESUME_MAX_MS / 3_600_000} hours ago: start a new one`
  }
  return cursor
}
