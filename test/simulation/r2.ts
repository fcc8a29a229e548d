import { createHash } from 'node:crypto'
import type { Caller } from './d1.ts'
import type { World } from './world.ts'

/** SHA-256 of bytes, in hex. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A delayed request to R2 is carried out within so long, ms: a store that was slow, or a proxy in between. */
const LATE_MAX_MS = 20 * 60_000

type Part = { etag: string; bytes: Uint8Array }
type OpenMultipart = { key: string; parts: Map<number, Part> }

/** What R2 has: the bytes under each key, and the multipart uploads that are open. */
export class Bucket {
  readonly objects = new Map<string, Uint8Array>()
  readonly uploads = new Map<string, OpenMultipart>()
  /** Called before a key is deleted. */
  deleting: (key: string) => void = () => {}
  #ids = 0

  /** An id or an etag, never given before. */
  nextId(): string {
    this.#ids++
    return `r2-${this.#ids}`
  }

  delete(key: string): void {
    if (this.objects.has(key)) this.deleting(key)
    this.objects.delete(key)
  }

  complete(id: string, parts: readonly { partNumber: number; etag: string }[]): void {
    const { key, parts: stored } = this.open(id)
    const chosen = parts.map(({ partNumber, etag }) => {
      const part = stored.get(partNumber)
      if (part?.etag !== etag) throw new Error('completeMultipartUpload: There is no such part. (10025)')
      return part.bytes
    })
    this.uploads.delete(id)
    this.objects.set(key, new Uint8Array(Buffer.concat(chosen)))
  }

  open(id: string): OpenMultipart {
    const upload = this.uploads.get(id)
    if (upload === undefined) throw new Error('The specified multipart upload does not exist. (10024)')
    return upload
  }
}

/**
 * Stand-in for an R2 binding over an unreliable network: requests can be refused, answers lost, writes delayed, and of the
 * keys that are to be deleted some left. A request that was sent is carried out even if the caller dies.
 */
export function bindR2(world: World, bucket: Bucket, caller: Caller) {
  async function send<T>(isWrite: boolean, work: () => T): Promise<T> {
    caller.gate()
    if (!caller.alive()) return new Promise<T>(() => {})
    if (isWrite && world.strikes('r2-late', 0.05)) {
      const lateMs = world.random.int(1, LATE_MAX_MS)
      world.note(`a write to R2 is delayed by ${lateMs} ms`)
      world.after(lateMs, () => attempt(work))
      await world.travel()
      throw new Error('put: network connection lost (10043)')
    }
    await world.travel()
    if (world.strikes('r2-refused', 0.08)) throw new Error('put: We encountered an internal error. (10001)')
    const result = work()
    await world.travel()
    if (!caller.alive()) return new Promise<T>(() => {})
    if (isWrite && world.strikes('r2-unheard', 0.08)) {
      world.note('R2 has done it, but the answer is lost')
      throw new Error('put: network connection lost (10043)')
    }
    return result
  }

  const put = async (key: string, body: ReadableStream<Uint8Array>, { sha256 }: { sha256?: string } = {}) => {
    const bytes = await collect(body)
    if (sha256 !== undefined && sha256Of(bytes) !== sha256)
      throw new Error('put: The SHA-256 checksum you specified did not match what we received. (10037)')
    await send(true, () => bucket.objects.set(key, bytes))
  }
  const head = (key: string) =>
    send(false, () => {
      const bytes = bucket.objects.get(key)
      return bytes === undefined ? null : { size: bytes.length }
    })
  const get = (key: string) =>
    send(false, () => {
      const bytes = bucket.objects.get(key)
      return bytes === undefined ? null : { size: bytes.length, body: streamOf(bytes) }
    })
  const remove = (keys: string[]) =>
    send(true, () => {
      const isCut = world.strikes('r2-delete-lost', 0.2)
      const reached = isCut ? keys.slice(0, world.random.int(0, keys.length - 1)) : keys
      for (const key of reached) bucket.delete(key)
      if (isCut) throw new Error('delete: network connection lost (10043)')
    })
  const createMultipartUpload = (key: string) =>
    send(true, () => {
      const uploadId = bucket.nextId()
      bucket.uploads.set(uploadId, { key, parts: new Map() })
      return { uploadId }
    })
  const resumeMultipartUpload = (_: string, id: string) => ({
    uploadPart: async (number: number, body: ReadableStream<Uint8Array>) => {
      const bytes = await collect(body)
      return send(true, () => {
        const etag = bucket.nextId()
        bucket.open(id).parts.set(number, { etag, bytes })
        return { partNumber: number, etag }
      })
    },
    complete: (parts: { partNumber: number; etag: string }[]) => send(true, () => bucket.complete(id, parts)),
    abort: () =>
      send(true, () => {
        bucket.open(id)
        bucket.uploads.delete(id)
      }),
  })
  return { put, head, get, delete: remove, createMultipartUpload, resumeMultipartUpload }
}

/** All that comes; rejects when less comes than was announced. */
async function collect(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

const streamOf = (bytes: Uint8Array) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })

/** Nobody awaits this any more, so its failure is ignored. */
function attempt(work: () => unknown): void {
  try {
    work()
  } catch {
    // Ignored, see above.
  }
}
