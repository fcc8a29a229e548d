import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Sleep } from '../platform/timeout.ts'
import { SILENCE_MAX_MS } from './limits.ts'

/**
 * One connection to a stream of server-sent events. A lost connection (not established, broken, silent for
 * SILENCE_MAX_MS) does not throw: it ends the events, and `failure` is the reason.
 */
export class Connection {
  failure: Error | null = null
  readonly #sleep: Sleep
  readonly #abort = new AbortController()
  readonly #watched: AbortSignal
  readonly #stop = () => this.#abort.abort(this.#watched.reason)

  /** @param signal closes the connection when it is aborted */
  constructor(signal: AbortSignal, sleep: Sleep) {
    this.#sleep = sleep
    this.#watched = signal
    signal.addEventListener('abort', this.#stop, { once: true })
  }

  /** The result of `work` on the connection, which must stop on its signal; `null` when the connection is lost. */
  async attempt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    const answered = new AbortController()
    const silence = this.#sleep(SILENCE_MAX_MS, answered.signal).then(() => {
      throw new Error(`Nothing was received for ${SILENCE_MAX_MS / 1_000} s`)
    })
    silence.catch(() => {})
    try {
      return await Promise.race([work(this.#abort.signal), silence])
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error))
      return null
    } finally {
      answered.abort()
    }
  }

  /** The complete events of a body, in order. An event in which the connection breaks is dropped. */
  async *events(
    body: ReadableStream<Uint8Array>,
    onRetry: (retryMs: number) => void,
  ): AsyncGenerator<EventSourceMessage, void, undefined> {
    const complete: EventSourceMessage[] = []
    const parser = createParser({ onEvent: (event) => complete.push(event), onRetry })
    const decoder = new TextDecoder()
    const reader = body.getReader()
    try {
      for (;;) {
        const chunk = await this.attempt(() => reader.read())
        if (chunk === null || chunk.done) return
        parser.feed(decoder.decode(chunk.value, { stream: true }))
        yield* complete.splice(0)
      }
    } finally {
      reader.cancel().catch(() => {})
    }
  }

  /** Aborts the request in any state. */
  close(): void {
    this.#watched.removeEventListener('abort', this.#stop)
    this.#abort.abort()
  }
}
