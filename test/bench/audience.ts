import type { Socket } from 'node:net'
import { type Address, encodeRequest, open } from './http.ts'

/** A stream to watch. Its events contain their creation time as `elapsed_time_ms`, relative to `baseMs` (Unix ms). */
export type Stream = Address & { path: string; baseMs: number }

const eventEnd = Buffer.from('\n\n')
const stamp = Buffer.from('"elapsed_time_ms":')
const space = 0x20
const zero = 0x30

/** The measurements of a period of watching. */
export type Watched = { events: number; bytes: number; latenessMs: number[] }

/**
 * Many watchers of one stream, each on a separate socket. Events are found by scanning bytes, not by parsing.
 *
 * An event is due `cadenceMs` after the creation of the previous one on the same stream; its lateness lasts until its
 * last byte arrives. A drifting timer, a slow fan-out and a missing event all count.
 */
export class Audience {
  readonly #stream: Stream
  readonly #cadenceMs: number
  readonly #sockets: Socket[] = []
  #watched: Watched = { events: 0, bytes: 0, latenessMs: [] }

  constructor(stream: Stream, cadenceMs: number) {
    this.#stream = stream
    this.#cadenceMs = cadenceMs
  }

  get size(): number {
    return this.#sockets.length
  }

  /** Opens more watchers, some at a time; resolves when each has its first event. */
  async join(watchers: number): Promise<void> {
    const waves = Array.from({ length: Math.ceil(watchers / 50) }, (_, i) => Math.min(50, watchers - i * 50))
    for (const wave of waves) await Promise.all(Array.from({ length: wave }, () => this.#watch()))
  }

  /** Starts a new period. @returns the measurements of the previous one */
  take(): Watched {
    const watched = this.#watched
    this.#watched = { events: 0, bytes: 0, latenessMs: [] }
    return watched
  }

  leave(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #watch(): Promise<void> {
    const socket = open(this.#stream.port)
    this.#sockets.push(socket)
    socket.write(encodeRequest(this.#stream))
    return new Promise((resolve, reject) => {
      let rest: Buffer = Buffer.alloc(0)
      let madeMs: number | null = null
      socket.on('error', reject)
      socket.once('data', (head) => {
        if (head.toString('latin1', 9, 12) !== '200') reject(new Error(head.toString('latin1', 0, 300)))
      })
      socket.on('data', (data) => {
        this.#watched.bytes += data.length
        const bytes = rest.length === 0 ? data : Buffer.concat([rest, data])
        let from = 0
        for (let end = bytes.indexOf(eventEnd); end >= 0; end = bytes.indexOf(eventEnd, from)) {
          const nextMadeMs = this.#stampIn(bytes, from, end)
          if (nextMadeMs !== null) {
            if (madeMs === null) resolve()
            else this.#note(madeMs)
            madeMs = nextMadeMs
          }
          from = end + eventEnd.length
        }
        rest = bytes.subarray(from)
      })
    })
  }

  #note(previousMadeMs: number): void {
    this.#watched.events++
    this.#watched.latenessMs.push(Date.now() - this.#stream.baseMs - previousMadeMs - this.#cadenceMs)
  }

  #stampIn(bytes: Buffer, from: number, end: number): number | null {
    const at = bytes.indexOf(stamp, from)
    if (at < 0 || at > end) return null
    let digit = at + stamp.length
    if (bytes[digit] === space) digit++
    let value = 0
    for (let code = bytes[digit] ?? 0; code >= zero && code <= zero + 9; code = bytes[++digit] ?? 0) {
      value = value * 10 + code - zero
    }
    return value
  }
}
