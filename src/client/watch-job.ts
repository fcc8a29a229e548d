import type { HistoryPoint, StreamEvent } from '../jobs/rules/shown.ts'
import { STREAM_RETRY_MS } from '../platform/limits.ts'
import type { Sleep } from '../platform/timeout.ts'
import { isFinal } from '../shared/job-status.ts'
import { ApiError } from './api-error.ts'
import type { Client } from './client.ts'
import { Connection } from './connection.ts'
import { backoffMs, isTemporary, retryAfterMs, sleepFor } from './retry.ts'

/** An event of a job's stream, and its cursor: `watchJob` with it as `after` resumes with the next event. */
export type WatchedEvent = { cursor: string; data: StreamEvent }

export type WatchOptions = {
  /** The cursor of the last event received; if omitted, the watch starts with the first point. */
  after?: string | undefined
  /**
   * `delta`, the default: each point once. `window`: the last points in every event, and no rewinds, for those who follow
   * only the state of a job with a long curve.
   */
  history?: 'delta' | 'window' | undefined
  /** Ends the watch: the iterator throws the signal's reason, as `fetch` does. */
  signal?: AbortSignal | undefined
  /**
   * Called for each connection that ended before the job: with the reason (an `ApiError` for a temporary error of the
   * API, `StreamEnded` when the server ended the stream), and the milliseconds until the next attempt.
   */
  onReconnect?: ((reason: Error, waitMs: number) => void) | undefined
  /** For tests. */
  random?: () => number
  /** For tests. */
  sleep?: Sleep
}

/**
 * Watches a job to its end: each event with the points since the previous one, each point exactly once, in the order in which
 * they were reported, wherever the connection breaks.
 *
 * Of a job that runners train, an event may have a `rewind`: an attempt continues from a checkpoint, and what was reported from
 * that step on no longer counts. Drop the points that you hold at `from_step` and after, then append the event's history
 * (`pointsAfter` does both). You hold each point that counts exactly once since the last rewind. A watch that was away for
 * several rewinds gets one, to the lowest step.
 *
 * After a lost connection or a temporary error (5xx, 408, 425, 429) it resumes after the last complete event, without a
 * limit on attempts: use `signal` to set one. The iterator ends after the job's final event, or at once when `after` is
 * that event's cursor. It throws an `ApiError` for any other error (401, 404 also for a job deleted meanwhile, 422 for a
 * cursor of another job), and the signal's reason when that is aborted. Leaving the loop closes the connection.
 */
export function watchJob(
  client: Client,
  id: string,
  options: WatchOptions = {},
): AsyncGenerator<WatchedEvent, void, undefined> {
  return new JobWatch(client, id, options).events()
}

/** The points of a job after an event: those held before it that still count, then the event's own. */
export function pointsAfter(
  held: readonly HistoryPoint[],
  { rewind, history }: Pick<StreamEvent, 'rewind' | 'history'>,
): HistoryPoint[] {
  const kept = rewind === undefined ? held : held.filter(({ step }) => step < rewind.from_step)
  return [...kept, ...history]
}

/** The reason for reconnecting when nothing failed: the service ends each stream after a while. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded'
}

/** How a connection ended: with the job, or to be retried after at least `waitMs`. */
type Ending = 'finished' | { reason: Error; waitMs: number }

class JobWatch {
  readonly #client: Client
  readonly #id: string
  readonly #options: WatchOptions
  readonly #signal: AbortSignal
  readonly #sleep: Sleep
  /** After the last event of this watch. The server ignores `after` when this is sent. */
  #cursor: string | undefined
  #retryMs = STREAM_RETRY_MS
  #failures = 0

  constructor(client: Client, id: string, options: WatchOptions) {
    this.#client = client
    this.#id = id
    this.#options = options
    this.#signal = options.signal ?? new AbortController().signal
    this.#sleep = options.sleep ?? sleepFor
  }

  async *events(): AsyncGenerator<WatchedEvent, void, undefined> {
    const { random = Math.random, onReconnect } = this.#options
    for (;;) {
      this.#signal.throwIfAborted()
      const ending = yield* this.#eventsOfOneConnection()
      if (ending === 'finished') return
      this.#signal.throwIfAborted()
      const waitMs = ending.waitMs + backoffMs(this.#failures++, this.#retryMs, random())
      onReconnect?.(ending.reason, waitMs)
      await this.#sleep(waitMs, this.#signal)
    }
  }

  async *#eventsOfOneConnection(): AsyncGenerator<WatchedEvent, Ending, undefined> {
    const connection = new Connection(this.#signal, this.#sleep)
    try {
      const response = await connection.attempt((signal) => this.#request(signal))
      if (response === null) return retry(connection.failure)
      if (response.status === 204) return 'finished'
      if (!response.ok) {
        const error = await connection.attempt(() => ApiError.of(response))
        if (error !== null && !isTemporary(error.status)) throw error
        return retry(error ?? connection.failure, retryAfterMs(response.headers.get('Retry-After'), Date.now()))
      }
      const body = streamOf(response)
      for await (const { id, data } of connection.events(body, (retryMs) => (this.#retryMs = retryMs))) {
        this.#signal.throwIfAborted()
        const event = this.#parse(id, data)
        yield event
        if (isFinal(event.data.status) && !event.data.more) return 'finished'
      }
      return retry(connection.failure)
    } finally {
      connection.close()
    }
  }

  #request(signal: AbortSignal) {
    const { after, history = 'delta' } = this.#options
    const query = { job_id: this.#id, history, ...(after === undefined ? {} : { after }) }
    const header = this.#cursor === undefined ? {} : { 'Last-Event-ID': this.#cursor }
    return this.#client.api.v1.admin.training.metrics.stream.$get({ query, header }, { init: { signal } })
  }

  /** Parses a complete event, advances the cursor and resets the backoff. */
  #parse(id: string | undefined, text: string): WatchedEvent {
    const data: StreamEvent | { error: string } = JSON.parse(text)
    if ('error' in data) throw new ApiError(404, null, data.error)
    // One that only brings lines of output has no id: no cursor counts them.
    this.#cursor = id ?? this.#cursor ?? this.#options.after ?? ''
    this.#failures = 0
    return { cursor: this.#cursor, data }
  }
}

const retry = (reason: Error | null, waitMs = 0): Ending => ({
  reason: reason ?? new StreamEnded('The server ended the stream'),
  waitMs,
})

/** A 200 with any other body does not come from the API, so a retry would not help. */
function streamOf({ status, headers, body }: Pick<Response, 'status' | 'headers' | 'body'>) {
  const type = headers.get('Content-Type')
  if (body !== null && type?.startsWith('text/event-stream')) return body as ReadableStream<Uint8Array>
  throw new ApiError(status, null, `Expected an event stream, received ${type ?? 'nothing'}`)
}
