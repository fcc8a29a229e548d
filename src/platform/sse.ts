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

// Neither of the two below ends a block: some clients hand over every block, and one without data as an empty event.

/** How long `EventSource` waits before it reconnects: the first line of a stream, in the block of its first event. */
export const retryField: Uint8Array = encoder.encode(`retry: ${STREAM_RETRY_MS}\n`)

/** A comment, to be sent between two events: keeps the connection open, and is no event to any client. */
export const keepAlive: Uint8Array = encoder.encode(':\n')
