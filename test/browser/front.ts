import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A forwarded request and its answer. */
export type Passed = {
  method: string
  path: string
  status: number
  /** Bytes of the body so far, compressed as sent. */
  bytes: number
}

type Held = { what: RegExp; letThrough: number; released: Promise<void> }

/**
 * A proxy whose address stays the same while its server dies and restarts at another port. It forwards everything
 * unchanged, and counts open streams, which the server itself does not report.
 */
export class Front {
  /** The answered requests, in order. */
  readonly passed: Passed[] = []
  readonly #streams = new Map<ServerResponse, string>()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #bytesOfClosed = 0
  /** Requests that are held back, and what they wait for. */
  readonly #held: Held[] = []
  /** The server's address; `null` while it is dead: then connections are dropped. */
  target: URL | null = null

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const held = this.#held.find(({ what }) => what.test(`${request.method} ${request.url}`))
      if (held !== undefined && held.letThrough-- <= 0) await held.released
      this.#pass(request, response)
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        this.#bytesOfClosed += socket.bytesWritten
      })
    })
  }

  static async open(): Promise<Front> {
    const front = new Front()
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve))
    return front
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The jobs of the open streams, one entry per stream. */
  get streams(): string[] {
    return [...this.#streams.values()]
  }

  /** Everything sent to clients, including headers. */
  get bytesSent(): number {
    let bytes = this.#bytesOfClosed
    for (const socket of this.#sockets) bytes += socket.bytesWritten
    return bytes
  }

  /** How often something was requested. */
  count(method: string, path: RegExp): number {
    return this.passed.filter((one) => one.method === method && path.test(one.path)).length
  }

  /** Holds back matching requests (`GET /path`), except for the first ones. @returns a function that releases them */
  hold(what: RegExp, { after = 0 } = {}): () => void {
    const { promise: released, resolve } = Promise.withResolvers<void>()
    const held = { what, letThrough: after, released }
    this.#held.push(held)
    return () => {
      this.#held.splice(this.#held.indexOf(held), 1)
      resolve()
    }
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #pass(from: IncomingMessage, to: ServerResponse): void {
    const { method = '', url: path = '', headers } = from
    if (this.target === null) {
      from.socket.destroy()
      return
    }
    const { hostname, port } = this.target
    // A separate connection for each: one that is kept alive would be dead after a restart of the server.
    const onward = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      const status = answer.statusCode ?? 0
      const passed: Passed = { method, path, status, bytes: 0 }
      this.passed.push(passed)
      answer.on('data', ({ length }: Buffer) => {
        passed.bytes += length
      })
      const jobId = status === 200 ? /\/metrics\/stream\?.*job_id=([^&]+)/.exec(path)?.[1] : undefined
      if (jobId !== undefined) this.#streams.set(to, jobId)
      to.writeHead(status, answer.rawHeaders)
      to.flushHeaders()
      answer.on('error', () => to.destroy())
      answer.pipe(to)
    })
    onward.on('error', () => from.socket.destroy())
    to.on('close', () => {
      this.#streams.delete(to)
      onward.destroy()
    })
    from.pipe(onward)
  }
}
