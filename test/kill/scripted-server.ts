import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The answers by path and query, with a status before them unless it is 200. Other requests get 404. */
export type Answers = Record<string, object | [number, object | string]>

/** A server that answers from a table. */
export class Scripted {
  /** The requests received, in order. */
  readonly requests: { path: string; authorization: string | undefined; body: string }[] = []
  readonly #answers: Answers
  readonly #server: Server

  private constructor(answers: Answers) {
    this.#answers = answers
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async start(answers: Answers): Promise<Scripted> {
    const scripted = new Scripted(answers)
    scripted.#server.listen(0, '127.0.0.1')
    await once(scripted.#server, 'listening')
    return scripted
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    const body = (await request.toArray()).join('')
    this.requests.push({ path, authorization: request.headers.authorization, body })
    const answer = this.#answers[path] ?? [404, {}]
    const [status, content] = Array.isArray(answer) ? answer : [200, answer]
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(typeof content === 'string' ? content : JSON.stringify(content))
  }
}
