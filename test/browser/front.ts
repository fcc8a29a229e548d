import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A request that was passed on, and how it was answered. */
export type Passed = {
  method: string
  path: string
  status: number
  /** Of the answer's body so far, compressed as it is sent. */
  bytes: number
}

type Held = { what: RegExp; letThrough: number; released: Promise<void> }

/**
 * An address that stays while the server behind it dies and comes back at another port. It passes everything on
 * unchanged, and counts: the server itself cannot be asked how many streams are open.
 */
export class Front {
  /** What has been answered, in order. */
  readonly passed: Passed[] = []
  readonly #streams = new Map<ServerResponse, string>()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #bytesOfClosed = 0
  /** Requests that wait, and what they wait for. */
  readonly #held: Held[] = []
  /** Where the server is; `null` while it is dead: then connections break off. */
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

  /** The jobs whose streams are open, one entry for each stream. */
  get streams(): string[] {
    return [...this.#streams.values()]
  }

  /** Everything that has been sent to clients, headers and all. */
  get bytesSent(): number {
    let bytes = this.#bytesOfClosed
    for (const socket of this.#sockets) bytes += socket.bytesWritten
    return bytes
  }

  /** How often something was asked for. */
  count(method: string, path: RegExp): number {
    return this.passed.filter((one) => one.method === method && path.test(one.path)).length
  }

  /** Lets requests wait that are so (`GET /path`), but for the first ones. @returns what lets them go on */
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
    // A connection of its own for each: one that is kept would be broken after the server's death.
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
