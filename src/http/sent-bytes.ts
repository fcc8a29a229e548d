import type { Context } from 'hono'
import { problem, problemResponse } from './problem.ts'

/** A body as bytes, and how many there are. */
export type SentBytes = { bytes: ReadableStream<Uint8Array> | Uint8Array; size: number }

/** Describes why `sentBytes` takes no body, in a route's `responses`. `tooLarge`: what to do with more than fits, quoted. */
export const sentBytesResponses = (tooLarge: string) => ({
  411: problemResponse('`Send a Content-Length; without one, a body has at most 8388608 bytes`', 'length-required'),
  413: problemResponse(tooLarge, 'too-large'),
  415: problemResponse('`Send the body as it is, without Content-Encoding`'),
})

/**
 * The body of a request, to be streamed. One of unknown length is collected first.
 *
 * @param bufferedMax bytes of a body of unknown length; of more, the length must be announced (411)
 * @param tooLarge what to do with more than `maxBytes` (413)
 */
export async function sentBytes(
  c: Context,
  maxBytes: number,
  bufferedMax: number,
  tooLarge: string,
): Promise<SentBytes | Response> {
  if (!/^\s*(identity)?\s*$/i.test(c.req.header('Content-Encoding') ?? '')) {
    return problem(c, 415, 'Send the body as it is, without Content-Encoding', {
      headers: { 'Accept-Encoding': 'identity' },
    })
  }
  const { body } = c.req.raw
  const announced = c.req.header('Content-Length')
  const size = announced === undefined ? null : Number(announced)
  if (size !== null && size > maxBytes) return problem(c, 413, tooLarge, { kind: 'too-large' })
  if (body === null) return { bytes: new Uint8Array(), size: 0 }
  if (size !== null) return { bytes: body, size }
  const collected = await collect(body, bufferedMax)
  if (collected === null) {
    return problem(c, 411, `Send a Content-Length; without one, a body has at most ${bufferedMax} bytes`, {
      kind: 'length-required',
    })
  }
  return { bytes: collected, size: collected.length }
}

/** All bytes of a stream; `null`: they are more than `max`. */
async function collect(stream: ReadableStream<Uint8Array>, max: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > max) return null
    chunks.push(chunk)
  }
  const all = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
