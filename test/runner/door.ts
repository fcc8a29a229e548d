import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MortalServer } from '../kill/mortal-server.ts'

/**
 * What the door does with a request: lets it through, breaks the connection before or after, or answers as a proxy or a service
 * that is busy would.
 */
export type Mode = 'open' | 'broken' | 'deaf' | 'html' | 'busy'

/** One address in front of a server, which gets another one with every life. */
export class Door {
  /** What it does, by the request. */
  mode: (path: string, body: string) => Mode = () => 'open'
  /** Requests that came, as method and path. */
  readonly requests: string[] = []
  readonly #sockets = new Set<Socket>()
  readonly #server: MortalServer
  readonly #listener = createServer((request, response) => void this.#pass(request, response))

  private constructor(server: MortalServer) {
    this.#server = server
    this.#listener.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {})
    })
  }

  static async open(server: MortalServer): Promise<Door> {
    const door = new Door(server)
    door.#listener.listen(0, '127.0.0.1')
    await once(door.#listener, 'listening')
    return door
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`
  }

  /** Breaks all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): void {
    this.#listener.close()
    this.cut()
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '' } = request
    const body = Buffer.concat(await request.toArray().catch(() => []))
    this.requests.push(`${method} ${url}`)
    const mode = this.mode(url, body.toString('utf8'))
    if (mode === 'broken') return void request.socket.destroy()
    if (mode === 'html') {
      response.writeHead(403, { 'Content-Type': 'text/html' }).end('<h1>Sign in to the network</h1>')
      return
    }
    if (mode === 'busy') {
      response.writeHead(503, { 'Retry-After': '1' }).end()
      return
    }
    const address = await Promise.race([this.#server.address, sleep(50)])
    if (!(address instanceof URL)) return void request.socket.destroy()
    // Who has gone by now is not heard of again: a claim would wait on for nobody, and get the next test's job.
    if (request.socket.destroyed) return
    const end = new AbortController()
    response.on('close', () => end.abort())
    try {
      const { host: _, connection: __, 'transfer-encoding': encoding, ...headers } = request.headers
      const answer = await fetch(new URL(url, address), {
        method,
        headers: headers as Record<string, string>,
        signal: end.signal,
        // What came without a length goes on without one.
        ...(encoding !== undefined
          ? { body: new Blob([body]).stream(), duplex: 'half' as const }
          : body.length > 0
            ? { body }
            : {}),
      })
      if (mode === 'deaf') {
        await answer.body?.cancel()
        return void request.socket.destroy()
      }
      const kept = [...answer.headers].filter(([name]) => !['transfer-encoding', 'content-encoding'].includes(name))
      response.writeHead(answer.status, Object.fromEntries(kept))
      for await (const chunk of answer.body ?? []) response.write(chunk)
      response.end()
    } catch {
      request.socket.destroy()
    }
  }
}
