import { request } from './api.ts'

/** One event as received. */
export type Received = { id: string; data: Record<string, unknown> }

/** Reads a stream line by line. */
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

  /** The next line; `null` at the end of the stream. */
  async line(): Promise<string | null> {
    for (;;) {
      const end = this.#text.indexOf('\n')
      if (end >= 0) {
        const line = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 1)
        return line
      }
      const { done, value } = await this.#reader.read()
      if (done) return null
      this.#text += value
    }
  }

  /** The next event, past `retry` and comments; `null` at the end of the stream. */
  async event(): Promise<Received | null> {
    let id = ''
    for (;;) {
      const line = await this.line()
      if (line === null) return null
      const [, field, value = ''] = /^(id|data): (.+)$/.exec(line) ?? []
      if (field === 'id') id = value
      if (field !== 'data') continue
      if ((await this.line()) !== '') throw new Error('An event has more than one line of data')
      return { id, data: JSON.parse(value) }
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
