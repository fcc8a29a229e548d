import { KEEP_ALIVE_MS } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { encodeEvent, keepAlive, retryField } from '../platform/sse.ts'
import type { Sleep } from '../platform/timeout.ts'
import { type BatchCursor, encodeCursor } from './cursor.ts'
import type { OcrEngine } from './engine.ts'
import type { OcrEvent } from './event.ts'

/** A batch as one client watches it. */
export type Batch = {
  images: number
  cursor: BatchCursor
  engine: OcrEngine
  /** Unix ms. */
  now: () => number
  sleep: Sleep
  /** Whether the client's credential is still valid; checked before each image and each keep-alive. */
  isAuthorized: () => Promise<boolean>
}

/**
 * The batch's events after its cursor. An image is started only when the connection has room for its event, so nothing
 * queues up for a client that does not read. The work stops when the client disconnects or `signal` is aborted.
 */
export function batchStream(batch: Batch, signal: AbortSignal): ReadableStream<Uint8Array> {
  const cancelled = new AbortController()
  const stopSignal = AbortSignal.any([signal, cancelled.signal])
  const frames = batchFrames(batch, stopSignal)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await frames.next()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          if (!stopSignal.aborted) log('error', 'ocr_failed', { error: String(error) })
          // Breaks the connection, so that the client resumes after its last event.
          throw error
        }
      },
      cancel: (reason) => cancelled.abort(reason),
    },
    { highWaterMark: 0 },
  )
}

async function* batchFrames({ images, cursor, engine, now, sleep, isAuthorized }: Batch, signal: AbortSignal) {
  const { startedMs } = cursor
  const elapsedMs = () => Math.max(0, now() - startedMs)
  yield retryField
  for (let current = cursor.event + 1; current <= images; current++) {
    if (!(await isAuthorized())) return
    const work = engine.recognize({ number: current }, signal)
    while (!(await settlesWithin(KEEP_ALIVE_MS, work, sleep, signal))) {
      if (!(await isAuthorized())) return
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

/** Whether the work settles within `ms`; rejects if the work does. */
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
