import { connect, type Socket } from 'node:net'

/** A server's address, always on 127.0.0.1. `host` selects one of its Workers. */
export type Address = { port: number; host: string }

/** A constant request; `json`: a body that is text already. */
export type Shot = Address & { method?: string; path: string; body?: unknown; json?: string }

export type Answer = { status: number; headers: string; body: string }

/** The bytes of a request. Written by hand: a load generator must cost less than the server under load. */
export function encodeRequest({ method = 'GET', host, path, body, json }: Shot, headers: string[] = []): string {
  const content = json ?? (body === undefined ? '' : JSON.stringify(body))
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, ...headers]
  if (content !== '') lines.push('Content-Type: application/json')
  if (method !== 'GET') lines.push(`Content-Length: ${Buffer.byteLength(content)}`)
  return `${lines.join('\r\n')}\r\n\r\n${content}`
}

export const open = (port: number): Socket => connect({ host: '127.0.0.1', port, noDelay: true })

/** One keep-alive connection with one request at a time. */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null

  constructor(port: number) {
    this.#socket = open(port)
    this.#socket.on('data', (data) => this.#take(data))
    this.#socket.on('error', (error) => this.#waiting?.reject(error))
    this.#socket.on('close', () => this.#waiting?.reject(new Error('The server closed the connection')))
  }

  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) reject(new Error('The server has closed the connection'))
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data])
    const answer = parseAnswer(this.#received)
    if (answer === null) return
    this.#received = Buffer.alloc(0)
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve(answer)
  }
}

/** The answer, or `null` while it is not complete. */
function parseAnswer(bytes: Buffer): Answer | null {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const headers = bytes.toString('latin1', 0, headEnd)
  const length = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1]
  const status = Number(headers.slice(9, 12))
  const rest = bytes.subarray(headEnd + 4)
  if (length !== undefined) {
    return rest.length < Number(length) ? null : { status, headers, body: rest.toString() }
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(headers)) return { status, headers, body: '' }
  return rest.subarray(-5).toString('latin1') === '0\r\n\r\n' ? { status, headers, body: unchunk(rest) } : null
}

function unchunk(bytes: Buffer): string {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (!(size > 0)) return Buffer.concat(parts).toString()
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}

/** One request on a separate connection. @throws Error unless the answer is 2xx */
export async function once(shot: Shot): Promise<Answer> {
  const connection = new Connection(shot.port)
  try {
    return accepted(shot, await connection.send(encodeRequest(shot)))
  } finally {
    connection.close()
  }
}

function accepted(shot: Shot, answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw new Error(`${shot.method ?? 'GET'} ${shot.host}${shot.path}: ${answer.status} ${answer.body.slice(0, 300)}`)
}

/** A fixed number of keep-alive connections that repeat the same request. */
export class Battery {
  readonly #shot: Shot
  readonly #request: string
  readonly #connections: Connection[]

  constructor(shot: Shot, connections: number) {
    this.#shot = shot
    this.#request = encodeRequest(shot)
    this.#connections = Array.from({ length: connections }, () => new Connection(shot.port))
  }

  /** Sends so many requests, the next on each connection as soon as it has its answer. @returns the milliseconds taken */
  async fire(requests: number): Promise<number> {
    let left = requests
    const beganMs = performance.now()
    await Promise.all(
      this.#connections.map(async (connection) => {
        while (left-- > 0) accepted(this.#shot, await connection.send(this.#request))
      }),
    )
    return performance.now() - beganMs
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }
}
