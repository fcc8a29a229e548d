import { request } from './api.ts'

/** One event as it came over the wire. */
export type Received = { id: string; data: Record<string, unknown> }

/** Reads a stream block by block. */
export class EventStream {
  readonly response: Response
  readonly #reader: ReadableStreamDefaultReader<string>
  #text = ''

  constructor(response: Response) {
    this.response = response
    if (response.body === null) throw new Error(`No stream, but ${response.status}`)
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  }

  static async open(path: string, headers: HeadersInit = {}): Promise<EventStream> {
    return new EventStream(await request(path, { headers }))
  }

  /** The next block, up to its empty line; `null` at the end of the stream. */
  async block(): Promise<string | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const block = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        return block
      }
      const { done, value } = await this.#reader.read()
      if (done) return null
      this.#text += value
    }
  }

  /** The next event, past `retry` and comments; `null` at the end of the stream. */
  async event(): Promise<Received | null> {
    for (;;) {
      const block = await this.block()
      if (block === null) return null
      const match = /^id: (.+)\ndata: (.+)$/.exec(block)
      if (match?.[1] && match[2]) return { id: match[1], data: JSON.parse(match[2]) }
    }
  }

  async rest(): Promise<Received[]> {
    const events: Received[] = []
    for (let event = await this.event(); event !== null; event = await this.event()) events.push(event)
    return events
  }

  cancel(): Promise<void> {
    return this.#reader.cancel()
  }
}
