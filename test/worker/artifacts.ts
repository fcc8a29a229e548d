import { env } from 'cloudflare:workers'
import { reprDigest } from '../../src/http/repr-digest.ts'
import { sha256 } from '../../src/platform/sha256.ts'
import { api, request } from './api.ts'

/** What tests do with files. */

/** A file as the API shows it. */
export type ShownFile = {
  path: string
  size: number
  sha256: string
  sha256_proven: boolean
  content_type: string
  created_at: string
  attempt: number | null
}

/** Who sends a file: with the token of an attempt, or without any. */
export type Sender = { job: string; token: string }

export const hexOf = (content: string) => sha256(content)
export const digestOf = async (content: string) => reprDigest(await sha256(content))

/** A body of unknown length. */
export const bytesOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })

/** What is made chunk by chunk, when it is read. */
export const streamOf = (chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })

/** Stores a file, with its length and its digest if the content is text; an empty header is left out. */
export async function put(
  { job, token }: Sender,
  path: string,
  content: string | ReadableStream<Uint8Array>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const isText = typeof content === 'string'
  const all = {
    ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
    ...(isText ? { 'Content-Length': String(new TextEncoder().encode(content).length) } : {}),
    ...(isText ? { 'Repr-Digest': await digestOf(content) } : {}),
    ...headers,
  }
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
  return request(`${api}/jobs/${job}/artifacts/${encodeURI(path)}`, { method: 'PUT', headers: sent, body: content })
}

/** The files of a job. */
export const filesOf = async (job: string, query = '?limit=200'): Promise<ShownFile[]> =>
  (await request(`${api}/jobs/${job}/artifacts${query}`)).json()

/** The content of a file. */
export const text = async (job: string, path: string): Promise<string> =>
  (await request(`${api}/jobs/${job}/artifacts/${encodeURI(path)}`)).text()

type Faulty = {
  put?: (key: string, bytes: ReadableStream, options?: R2PutOptions) => Promise<unknown>
  get?: (key: string) => Promise<unknown>
  delete?: (keys: string[]) => Promise<void>
  head?: (key: string) => Promise<unknown>
  createMultipartUpload?: (key: string) => Promise<R2MultipartUpload>
  resumeMultipartUpload?: (key: string, id: string) => unknown
}

/** Replaces methods of the bucket until the end of the scope. */
export function withR2(methods: Faulty): Disposable {
  const bindings = env as unknown as { ARTIFACTS: R2Bucket }
  const sound = bindings.ARTIFACTS
  const replaced = new Proxy(sound, {
    get: (bucket, name) => {
      const other = methods[name as keyof typeof methods]
      const own = bucket[name as keyof R2Bucket] as unknown
      return other ?? (typeof own === 'function' ? own.bind(bucket) : own)
    },
  })
  bindings.ARTIFACTS = replaced
  const restore = () => {
    bindings.ARTIFACTS = sound
  }
  return { [Symbol.dispose]: restore }
}
