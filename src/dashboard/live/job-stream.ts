import { ApiError, createClient, StreamEnded, type WatchedEvent, watchJob } from '../../client/index.ts'
import { apiFetch } from '../api/api-fetch.ts'
import { Gathered } from './gathered.ts'
import { newestOf, thinnedCurve } from './long-curve.ts'
import type { Connection, LiveEvent } from './protocol.ts'
import type { Stretch } from './series.ts'

/** Callbacks of a stream. */
export type StreamListener = {
  onEvent: (event: LiveEvent, added: Stretch) => void
  onConnection: (connection: Connection) => void
  /** The points so far are invalid: all are sent again; those of a long curve thinned. */
  onReset: (isWhole: boolean) => void
}

/** One job's stream. It keeps what it has received when it is closed, and resumes after it. */
export class JobStream {
  readonly #series = new Gathered()
  /** Whether it holds every point; otherwise the curve is long, and begins with points that the service has thinned. */
  isWhole = true
  latest: LiveEvent | null = null
  connection: Connection = { state: 'waiting' }
  readonly #jobId: string
  readonly #listener: StreamListener
  #cursor: string | undefined
  #open: AbortController | null = null
  /** Whether the connection was lost and is not back yet. */
  #isLost = false

  constructor(jobId: string, listener: StreamListener) {
    this.#jobId = jobId
    this.#listener = listener
  }

  /** Everything so far. */
  get everything(): Stretch {
    return this.#series.copy()
  }

  get isOpen(): boolean {
    return this.#open !== null
  }

  /** Opens the stream, unless it is open. Received data is kept. */
  open(): void {
    if (this.#open !== null || this.connection.state === 'ended') return
    const controller = new AbortController()
    this.#open = controller
    this.#become({ state: 'connecting' })
    void this.#follow(controller.signal).then((connection) => {
      if (this.#open !== controller) return
      this.#open = null
      this.#isLost = false
      this.#become(connection)
    })
  }

  /** Retries at once, if the stream waits for a retry. */
  hurry(): void {
    if (!this.#isLost) return
    this.close({ state: 'connecting' })
    this.open()
  }

  /** Marks a stream that cannot be opened yet as waiting, unless its job is gone. */
  wait(): void {
    const { connection } = this
    const mayBeOpened = connection.state === 'refused' ? connection.status !== 404 : connection.state === 'hidden'
    if (mayBeOpened) this.#become({ state: 'waiting' })
  }

  /** Closes the stream; `connection` says why. */
  close(connection: Connection): void {
    this.#open?.abort()
    this.#open = null
    this.#isLost = false
    if (this.connection.state !== 'ended') this.#become(connection)
  }

  async #follow(signal: AbortSignal): Promise<Connection> {
    const options = {
      after: this.#cursor,
      signal,
      onReconnect: (why: Error, waitMs: number) => {
        this.#isLost = true
        this.#become(connectionAfter(why, Date.now() + waitMs))
      },
    }
    try {
      for await (const event of watchJob(this.#client(signal), this.#jobId, options)) {
        // What a long curve begins with is not worth a look.
        const isBeginning = this.#cursor === undefined && event.data.more === true
        if (!isBeginning) this.#take(event)
        const sample = isBeginning ? new Gathered(event.data.history) : this.#series
        if ((isBeginning || sample.isLong()) && (await this.#beginThinned(sample, signal))) return this.#follow(signal)
        if (isBeginning) this.#take(event)
      }
      return { state: 'ended' }
    } catch (error) {
      if (!(error instanceof ApiError)) return { state: 'refused', status: 0 }
      if (error.status !== 422 || this.#cursor === undefined) return { state: 'refused', status: error.status }
      this.#startOver()
      return this.#follow(signal)
    }
  }

  /** Starts over with the thinned curve, if it is long judged by a part of it. @returns whether it is */
  async #beginThinned(sample: Gathered, signal: AbortSignal): Promise<boolean> {
    const client = this.#client(signal)
    const newest = await newestOf(client, this.#jobId, signal)
    if (!sample.isLong(newest.points)) return false
    const thinned = await thinnedCurve(client, this.#jobId, newest.data.history, signal)
    this.#clear(false)
    this.#take({ cursor: newest.cursor, data: { ...newest.data, history: thinned } })
    return true
  }

  /** A client that reports the connection as live on its response: a paused job sends no event. */
  #client(signal: AbortSignal) {
    return createClient(self.location.origin, {
      fetch: async (input, init) => {
        const response = await apiFetch(input, init)
        if (response.status === 200 && !signal.aborted) {
          this.#isLost = false
          this.#become({ state: 'live' })
        }
        return response
      },
    })
  }

  #take({ cursor, data }: WatchedEvent): void {
    const { history, ...event } = data
    this.#series.rewind(event)
    const added = this.#series.push(history)
    this.#cursor = cursor
    this.latest = event
    this.#listener.onEvent(event, added)
  }

  /** The service does not know the cursor: its data was replaced. */
  #startOver(): void {
    this.#cursor = undefined
    this.#clear(true)
    this.latest = null
  }

  #clear(isWhole: boolean): void {
    this.isWhole = isWhole
    this.#series.clear()
    this.#listener.onReset(isWhole)
  }

  #become(connection: Connection): void {
    this.connection = connection
    this.#listener.onConnection(connection)
  }
}

/** The state of a stream that reconnects at `atMs`. */
function connectionAfter(why: Error, atMs: number): Connection {
  if (why instanceof StreamEnded) return { state: 'connecting' }
  if (!(why instanceof ApiError)) return { state: 'reconnecting', atMs }
  const { status, problem } = why
  return { state: 'reconnecting', atMs, refusal: { status, problem } }
}
