import { KEEP_ALIVE_MS } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { encodeEvent, keepAlive, retryField } from '../platform/sse.ts'
import { type BatchCursor, encodeCursor } from './cursor.ts'
import type { OcrEngine, Sleep } from './engine.ts'
import type { OcrEvent } from './schema.ts'

/** A batch as one client watches it: how many images, from which event on, and who does the work. */
export type Batch = {
  images: number
  cursor: BatchCursor
  engine: OcrEngine
  /** Unix ms. */
  now: () => number
  sleep: Sleep
  /** Asked before each image: whether who watches may still do so. */
  mayGoOn: () => Promise<boolean>
}

/**
 * The batch's events behind its cursor. An image is begun when the connection has room for its event, so nothing piles
 * up for a client that does not read; when it goes, or `signal` is aborted, the work stops.
 */
export function batchStream(batch: Batch, signal: AbortSignal): ReadableStream<Uint8Array> {
  const cancelled = new AbortController()
  const gone = AbortSignal.any([signal, cancelled.signal])
  const frames = batchFrames(batch, gone)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await frames.next()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          if (!gone.aborted) log('error', 'ocr_failed', { error: String(error) })
          // Breaks the connection, so that the client comes back behind its last event.
          throw error
        }
      },
      cancel: (reason) => cancelled.abort(reason),
    },
    { highWaterMark: 0 },
  )
}

async function* batchFrames({ images, cursor, engine, now, sleep, mayGoOn }: Batch, signal: AbortSignal) {
  const { startedMs } = cursor
  const elapsedMs = () => Math.max(0, now() - startedMs)
  yield retryField
  for (let current = cursor.event + 1; current <= images; current++) {
    if (!(await mayGoOn())) return
    const work = engine.recognise({ number: current }, signal)
    while (!(await settlesWithin(KEEP_ALIVE_MS, work, sleep, signal))) {
      if (!(await mayGoOn())) return
      yield keepAlive
    }
    const result = await work
    const elapsed_ms = elapsedMs()
    yield encodeEvent(encodeCursor({ startedMs, event: current }), {
      type: 'progress',
      current,
      total: images,
      progress_percent: (current / images) * 100,
      elapsed_ms,
      estimated_remaining_ms: Math.round((elapsed_ms / current) * (images - current)),
      result,
    } satisfies OcrEvent)
  }
  yield encodeEvent(encodeCursor({ startedMs, event: images + 1 }), {
    type: 'complete',
    total_time_ms: elapsedMs(),
    processed_count: images,
  } satisfies OcrEvent)
}

/** Whether the work resolves within `ms`; rejects when it does. */
async function settlesWithin(ms: number, work: Promise<unknown>, sleep: Sleep, signal: AbortSignal): Promise<boolean> {
  const settled = new AbortController()
  try {
    return await Promise.race([
      work.then(() => true),
      sleep(ms, AbortSignal.any([signal, settled.signal])).then(() => false),
    ])
  } finally {
    settled.abort()
  }
}
