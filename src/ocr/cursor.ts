import { CLOCK_SKEW_MAX_MS, OCR_RESUME_MAX_MS } from '../platform/limits.ts'

/**
 * A client's position in a batch: when the batch started (Unix ms), and the last event received. Image n is event n, the
 * completion comes after the last image, and 0 means no event yet.
 */
export type BatchCursor = { startedMs: number; event: number }

/** What an event's id looks like: the batch's start, and the event. */
export const eventId = /^([1-9]\d{0,15})\.([1-9]\d{0,2})$/

/** The id of an event. It contains everything needed to resume the batch, so nothing is stored. */
export const encodeCursor = ({ startedMs, event }: BatchCursor) => `${startedMs}.${event}`

/** The cursor in an event's id, or an error text when the batch cannot resume after it. */
export function parseCursor(id: string, images: number, nowMs: number): BatchCursor | string {
  const [, started, event] = eventId.exec(id) ?? []
  if (started === undefined || event === undefined) return 'Not the id of an event of this stream'
  const cursor = { startedMs: Number(started), event: Number(event) }
  if (cursor.event > images + 1) return `A batch of ${images} images has no such event`
  if (cursor.startedMs > nowMs + CLOCK_SKEW_MAX_MS) return 'This batch has not started yet'
  if (cursor.startedMs < nowMs - OCR_RESUME_MAX_MS) {
    return `This batch began more than ${OCR_RESUME_MAX_MS / 3_600_000} hours ago: start a new one`
  }
  return cursor
}
