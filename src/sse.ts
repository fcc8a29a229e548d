import { STREAM_RETRY_MS } from './limits.ts'

/** The headers of every stream: as the reference, and nothing on the way may buffer or transform it. */
export const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
} as const

const encoder = new TextEncoder()

/**
 * One unnamed event, which `onmessage` receives. JSON holds no line break, so data cannot forge a second field.
 *
 * @param id without line breaks
 */
export function encodeEvent(id: string, data: unknown): Uint8Array {
  return encoder.encode(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`)
}

/** How long `EventSource` is to wait before it comes back: the first thing in every stream. */
export const retryField: Uint8Array = encoder.encode(`retry: ${STREAM_RETRY_MS}\n\n`)

/** A comment: keeps the connection open, and is no event to anybody. */
export const keepAlive: Uint8Array = encoder.encode(':\n\n')
