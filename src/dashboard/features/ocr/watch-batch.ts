import { Connection } from '../../../client/connection.ts'
import { ApiError, type OcrEvent } from '../../../client/index.ts'
import { backoffMs, isTemporary, retryAfterMs, sleepFor } from '../../../client/retry.ts'
import { STREAM_RETRY_MS } from '../../../platform/limits.ts'
import { api } from '../../api/client.ts'
import { answered, reachable, unanswered, untilReachable } from '../../api/reachability.ts'
import { askToSignIn } from '../../api/sign-in-again.ts'

export type BatchOptions = {
  /** Stops the batch: the iterator throws the signal's reason. */
  signal: AbortSignal
  /** Called when the connection is established … */
  onConnected: () => void
  /** … and when it is lost, with the milliseconds until the next attempt. */
  onLost: (waitMs: number) => void
  /** The event to resume after; kept up to date. */
  cursor: { id: string | undefined }
}

/**
 * Recognizes a batch of images: each event once and in order, across lost connections. A session that has ended is
 * renewed in a dialog, and the batch continues. Throws an `ApiError` when the API refuses; temporary refusals are
 * retried.
 */
export async function* watchBatch(images: number, options: BatchOptions): AsyncGenerator<OcrEvent, void, undefined> {
  const { signal, onLost } = options
  const state = { retryMs: STREAM_RETRY_MS, failures: 0 }
  for (;;) {
    const ending = yield* eventsOfOneConnection(images, options, state)
    if (ending === 'over') return
    if (ending === 'at once') continue
    const waitMs = ending.waitMs + backoffMs(state.failures++, state.retryMs, Math.random())
    onLost(waitMs)
    await untilTried(waitMs, signal)
  }
}

/** Waits, but no longer than until an unreachable server is reachable again. */
async function untilTried(waitMs: number, signal: AbortSignal): Promise<void> {
  const end = new AbortController()
  const either = AbortSignal.any([signal, end.signal])
  const waits = [sleepFor(waitMs, either)]
  if (!reachable.peek()) waits.push(untilReachable(either))
  try {
    await Promise.race(waits)
  } finally {
    end.abort()
  }
}

type Ending = 'over' | 'at once' | { waitMs: number }

async function* eventsOfOneConnection(
  images: number,
  { signal, onConnected, cursor }: BatchOptions,
  state: { retryMs: number; failures: number },
): AsyncGenerator<OcrEvent, Ending, undefined> {
  const connection = new Connection(signal, sleepFor)
  try {
    const response = await connection.attempt((signal) => {
      const header = cursor.id === undefined ? {} : { 'Last-Event-ID': cursor.id }
      const query = { images_count: String(images) }
      return api.ocr.stream.$get({ query, header }, { init: { signal } })
    })
    signal.throwIfAborted()
    if (response === null) {
      unanswered()
      return { waitMs: 0 }
    }
    answered()
    if (response.status === 204) return 'over'
    if (!response.ok) return await refused(response)
    onConnected()
    const body = response.body as ReadableStream<Uint8Array>
    for await (const { id, data } of connection.events(body, (retryMs) => (state.retryMs = retryMs))) {
      signal.throwIfAborted()
      cursor.id = id ?? cursor.id
      state.failures = 0
      const event: OcrEvent = JSON.parse(data)
      yield event
      if (event.type === 'complete') return 'over'
    }
    signal.throwIfAborted()
    return { waitMs: 0 }
  } finally {
    connection.close()
  }
}

async function refused(response: Pick<Response, 'status' | 'headers' | 'text'>): Promise<Ending> {
  const error = await ApiError.of(response)
  if (error.status === 401 && (await askToSignIn())) return 'at once'
  if (!isTemporary(error.status)) throw error
  return { waitMs: retryAfterMs(response.headers.get('Retry-After'), Date.now()) }
}
