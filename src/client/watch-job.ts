import type { StreamEvent } from '../jobs/rules/shown.ts'
import { STREAM_RETRY_MS } from '../platform/limits.ts'
import { isFinal } from '../shared/job-status.ts'
import { ApiError } from './api-error.ts'
import type { Client } from './client.ts'
import { Connection } from './connection.ts'
import { backoffMs, retryAfterMs, type Sleep, sleepFor } from './waiting.ts'

/** An event of a job's stream, and the cursor behind it: `watchJob` with it as `after` goes on with the next. */
export type WatchedEvent = { cursor: string; data: StreamEvent }

export type WatchOptions = {
  /** The cursor of the last event that is known; without it the watch begins with the first point. */
  after?: string | undefined
  /** Ends the watch: the iterator throws the signal's reason, as `fetch` does. */
  signal?: AbortSignal | undefined
  /**
   * Told of each connection that ended before the job: why (an `ApiError` when the API said "not now", `StreamEnded` when
   * it ended the stream), and in how many milliseconds the next attempt is made.
   */
  onReconnect?: ((why: Error, waitMs: number) => void) | undefined
  /** For tests. */
  random?: () => number
  /** For tests. */
  sleep?: Sleep
}

/**
 * Watches a job to its end: each event with the points since the one before it, each point exactly once and in order,
 * wherever the connection is cut.
 *
 * A lost connection, and an answer that says "not now" (5xx, 408, 425, 429), is tried again behind the last complete
 * event, for ever: bound it by `signal`. The iterator ends after the job's final event, or at once when `after` is that
 * event's cursor. It throws an `ApiError` when the API refuses (401, 404 also for a job deleted meanwhile, 422 for a cursor
 * that is none of this job's), and the signal's reason when that is aborted. Leaving the loop closes the connection.
 */
export function watchJob(
  client: Client,
  id: string,
  options: WatchOptions = {},
): AsyncGenerator<WatchedEvent, void, undefined> {
  return new JobWatch(client, id, options).events()
}

/** Why a stream is opened anew that nothing has happened to: the service ends each after a while. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded'
}

/** How a connection ended: with the job, or to be tried again after at least `waitMs`. */
type Ending = 'over' | { why: Error; waitMs: number }

class JobWatch {
  readonly #client: Client
  readonly #id: string
  readonly #options: WatchOptions
  readonly #signal: AbortSignal
  readonly #sleep: Sleep
  /** Behind the last event of this watch. It goes before `after`, which the server heeds only without it. */
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
      if (ending === 'over') return
      this.#signal.throwIfAborted()
      const waitMs = ending.waitMs + backoffMs(this.#failures++, this.#retryMs, random())
      onReconnect?.(ending.why, waitMs)
      await this.#sleep(waitMs, this.#signal)
    }
  }

  async *#eventsOfOneConnection(): AsyncGenerator<WatchedEvent, Ending, undefined> {
    const connection = new Connection(this.#signal, this.#sleep)
    try {
      const response = await connection.attempt((signal) => this.#request(signal))
      if (response === null) return again(connection.lost)
      if (response.status === 204) return 'over'
      if (!response.ok) {
        const refusal = await connection.attempt(() => ApiError.of(response))
        if (refusal !== null && !isTemporary(refusal.status)) throw refusal
        return again(refusal ?? connection.lost, retryAfterMs(response.headers.get('Retry-After'), Date.now()))
      }
      const body = streamOf(response)
      for await (const { id, data } of connection.events(body, (retryMs) => (this.#retryMs = retryMs))) {
        this.#signal.throwIfAborted()
        const event = this.#read(id, data)
        yield event
        if (isFinal(event.data.status) && !event.data.more) return 'over'
      }
      return again(connection.lost)
    } finally {
      connection.close()
    }
  }

  #request(signal: AbortSignal) {
    const { after } = this.#options
    const query = { job_id: this.#id, history: 'delta', ...(after === undefined ? {} : { after }) } as const
    const header = this.#cursor === undefined ? {} : { 'Last-Event-ID': this.#cursor }
    return this.#client.api.v1.admin.training.metrics.stream.$get({ query, header }, { init: { signal } })
  }

  /** A complete event: only now does the cursor move, and the next failure is the first again. */
  #read(id: string | undefined, text: string): WatchedEvent {
    const data: StreamEvent | { error: string } = JSON.parse(text)
    if ('error' in data) throw new ApiError(404, null, data.error)
    this.#cursor = id ?? this.#cursor ?? ''
    this.#failures = 0
    return { cursor: this.#cursor, data }
  }
}

const again = (why: Error | null, waitMs = 0): Ending => ({
  why: why ?? new StreamEnded('The server ended the stream'),
  waitMs,
})

const isTemporary = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status)

/** What answers 200 with anything else is not the API: trying again would not help. */
function streamOf({ status, headers, body }: Pick<Response, 'status' | 'headers' | 'body'>) {
  const type = headers.get('Content-Type')
  if (body !== null && type?.startsWith('text/event-stream')) return body as ReadableStream<Uint8Array>
  throw new ApiError(status, null, `Expected an event stream, received ${type ?? 'nothing'}`)
}
