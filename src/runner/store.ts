import { createHash } from 'node:crypto'
import { createWriteStream, type Stats } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Exchange, readText, replyOf, type Sent, type Service, whyOf } from './http.ts'
import { PART_BYTES, TRANSFER_MS_MAX } from './limits.ts'
import { again, members, problemOf, type Reply } from './rules/verdict.ts'
import type { Say } from './say.ts'
import { Repetitions, sleep } from './wait.ts'

/** The service does not take or have a file, for a reason that no repetition changes. The message is a sentence. */
export class StoreRefused extends Error {}

/** Nobody needs the file any more, such as when the attempt is over. */
export class Abandoned extends Error {}

/** A file in the store. `attempt`: the number of the one that has stored it; `null`: none has. */
export type Stored = { path: string; size: number; sha256: string; attempt: number | null }

/** Files of a job at the service, sent and fetched until they are whole, for as long as it takes. */
export class Store {
  readonly #service: Service
  readonly #job: string
  readonly #token: () => string
  readonly #say: Say

  constructor(service: Service, jobId: string, token: () => string, say: Say) {
    this.#service = service
    this.#job = `/jobs/${jobId}`
    this.#token = token
    this.#say = say
  }

  /** All files whose paths begin with this. */
  async list(prefix: string, signal: AbortSignal): Promise<Stored[]> {
    const files: Stored[] = []
    for (let after = ''; ; ) {
      const query = new URLSearchParams({ prefix, limit: '200', ...(after === '' ? {} : { after }) })
      const { headers, reply } = await this.#insist(`List of ${prefix}`, signal, () =>
        this.#ask('GET', `/artifacts?${query}`, signal),
      )
      if (!Array.isArray(reply.body)) throw new StoreRefused(`The list of ${prefix} is none`)
      files.push(...reply.body.map(storedIn))
      const next = /<([^>]*)>;\s*rel="?next/.exec(headers.get('Link') ?? '')?.[1]
      if (next === undefined) return files
      after = new URL(next, 'http://any').searchParams.get('after') ?? ''
      if (after === '') return files
    }
  }

  /** Stores a file under a path. @param known files that are there already */
  async put(path: string, file: string, known: readonly Stored[], signal: AbortSignal): Promise<void> {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      const sha256 = await digestOf(handle, size)
      if (known.some((one) => one.path === path && one.sha256 === sha256)) return
      if (size <= PART_BYTES) await this.#putWhole(path, await readPart(handle, 0, size), signal)
      else await this.#putParts(path, handle, size, sha256, signal)
    } finally {
      await handle.close()
    }
  }

  /** Deletes a file, unless somebody else has, or may alone. */
  async remove(path: string, signal: AbortSignal): Promise<void> {
    await this.#insist(path, signal, () => this.#ask('DELETE', `/artifacts/${encoded(path)}`, signal)).catch(
      (error) => {
        if (!(error instanceof StoreRefused)) throw error
      },
    )
  }

  /** Makes the files below a path the checkpoint of a step. */
  async checkpoint(step: number, path: string, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify({ step, path })
    await this.#insist(`Checkpoint of step ${step}`, signal, () => this.#ask('POST', '/checkpoints', signal, { body }))
  }

  /** Fetches a file, whole: its digest is what was announced. */
  async get({ path, sha256 }: Stored, file: string, signal: AbortSignal): Promise<void> {
    await this.fetch(`/artifacts/${encoded(path)}`, path, file, signal, sha256)
  }

  /** Fetches something of the job into a file. @returns the answer's headers */
  async fetch(path: string, what: string, file: string, signal: AbortSignal, sha256?: string): Promise<Headers> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const { headers } = await this.#insist(what, signal, async () => {
      const response = await this.#open('GET', path, signal)
      if (response.status !== 200 || response.body === null) {
        return { reply: replyOf(response, await readText(response)), headers: response.headers }
      }
      const hash = createHash('sha256')
      const beside = `${file}.part`
      const body = Readable.fromWeb(response.body as never)
      body.on('data', (chunk: Uint8Array) => hash.update(chunk))
      await pipeline(body, createWriteStream(beside, { mode: 0o600 }))
      const announced = sha256 ?? digestIn(response.headers.get('Repr-Digest'))
      const received = hash.digest('hex')
      if (announced !== null && announced !== received) {
        await rm(beside, { force: true })
        return { reply: null, why: 'it was not received whole' }
      }
      await rename(beside, file)
      return { reply: { status: 200, type: '', retryAfterS: 0, body: undefined }, headers: response.headers }
    })
    return headers
  }

  async #putWhole(path: string, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    const headers = { 'Content-Type': 'application/octet-stream', 'Repr-Digest': digestHeader(bytes) }
    await this.#insist(path, signal, () =>
      this.#ask('PUT', `/artifacts/${encoded(path)}`, signal, { body: bytes, headers }),
    )
  }

  /** In parts. Those that are there after a lost connection are not sent again. */
  async #putParts(path: string, file: FileHandle, size: number, sha256: string, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify({ path, size, sha256, part_size: PART_BYTES, content_type: 'application/octet-stream' })
    const { reply } = await this.#insist(path, signal, () => this.#ask('POST', '/uploads', signal, { body }))
    const { id, part_size: partSize, received } = members(reply.body)
    if (typeof id !== 'string' || typeof partSize !== 'number' || !Array.isArray(received))
      throw new StoreRefused(`The upload of ${path} was answered with something else`)
    for (let part = 1; (part - 1) * partSize < size; part++) {
      if (received.includes(part)) continue
      const from = (part - 1) * partSize
      const bytes = await readPart(file, from, Math.min(partSize, size - from))
      const headers = { 'Content-Type': 'application/octet-stream', 'Repr-Digest': digestHeader(bytes) }
      await this.#insist(`${path}, part ${part}`, signal, () =>
        this.#ask('PUT', `/uploads/${id}/parts/${part}`, signal, { body: bytes, headers }),
      )
    }
    await this.#insist(path, signal, () => this.#ask('POST', `/uploads/${id}/complete`, signal))
  }

  #ask(method: string, path: string, signal: AbortSignal, sent: Partial<Sent> = {}): Promise<Exchange> {
    return this.#service.ask(this.#job + path, {
      ...sent,
      method,
      token: this.#token(),
      signal,
      withinMs: TRANSFER_MS_MAX,
    })
  }

  #open(method: string, path: string, signal: AbortSignal): Promise<Response> {
    return this.#service.open(this.#job + path, { method, token: this.#token(), signal, withinMs: TRANSFER_MS_MAX })
  }

  /** Repeats a request until it is answered with success. @throws StoreRefused, or Abandoned once the signal is aborted */
  async #insist(what: string, signal: AbortSignal, request: () => Promise<Exchange>) {
    const repeated = new Repetitions(what, this.#say)
    for (;;) {
      if (signal.aborted) throw new Abandoned()
      const exchange = await request().catch((error): Exchange => ({ reply: null, why: whyOf(error) }))
      if (exchange.reply !== null && exchange.reply.status >= 200 && exchange.reply.status < 300) {
        repeated.succeeded()
        return exchange
      }
      if (exchange.reply !== null && isFinal(exchange.reply))
        throw new StoreRefused(`${what}: ${exchange.reply.status}, ${problemOf(exchange.reply)?.detail}`)
      if (signal.aborted) throw new Abandoned()
      await sleep(repeated.failed(again(exchange.reply, exchange.why)), signal)
    }
  }
}

/** What the service itself refuses. That the attempt is over is learnt by its next report. */
const isFinal = (reply: Reply): boolean =>
  problemOf(reply) !== null && [400, 403, 404, 405, 409, 411, 413, 415, 422].includes(reply.status)

function storedIn(value: unknown): Stored {
  const { path, size, sha256, attempt } = members(value)
  const by = typeof attempt === 'number' ? attempt : null
  return { path: String(path), size: Number(size), sha256: String(sha256), attempt: by }
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

async function readPart(file: FileHandle, from: number, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size)
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(bytes, done, size - done, from + done)
    if (bytesRead === 0) throw new StoreRefused('A file became shorter while it was read')
    done += bytesRead
  }
  return bytes
}

async function digestOf(file: FileHandle, size: Stats['size']): Promise<string> {
  const hash = createHash('sha256')
  for (let from = 0; from < size; from += PART_BYTES)
    hash.update(await readPart(file, from, Math.min(PART_BYTES, size - from)))
  return hash.digest('hex')
}

const digestHeader = (bytes: Uint8Array): string => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`

/** The SHA-256 in a `Repr-Digest`, in hexadecimal; `null`: there is none. */
function digestIn(header: string | null): string | null {
  const [, base64] = /sha-256=:([\w+/=]+):/.exec(header ?? '') ?? []
  return base64 === undefined ? null : Buffer.from(base64, 'base64').toString('hex')
}
