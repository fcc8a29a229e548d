import { STREAM_RETRY_MS } from './limits.ts'

/** The headers of every stream: as in the reference, and no proxy may buffer or transform it. */
export const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
} as const

const encoder = new TextEncoder()

/**
 * One unnamed event, which `onmessage` receives. JSON holds no line break, so data cannot forge a second field.
 *
 * @param id without line breaks; `null`: that of the event before it stays the last one
 */
export function encodeEvent(id: string | null, data: unknown): Uint8Array {
  return encoder.encode(`${id === null ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`)
}

// The two fields below do not end a block: some clients deliver every block, and one without data as an empty event.

/** How long `EventSource` waits before it reconnects: the first line of a stream, in the block of its first event. */
export const retryField: Uint8Array = encoder.encode(`retry: ${STREAM_RETRY_MS}\n`)

/** A comment sent between two events: it keeps the connection open, and no client sees it as an event. */
export const keepAlive: Uint8Array = encoder.encode(':\n')
