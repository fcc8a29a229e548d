import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { hasTag } from '../../http/preconditions.ts'
import { problem, problemResponse } from '../../http/problem.ts'
import { readRange, type Span } from '../../http/range.ts'
import { reprDigest } from '../../http/repr-digest.ts'
import { Bytes, FileHeaders } from './schema.ts'

/** Describes what `serveFile` answers, but for a file that is not there, in a route's `responses`. */
export const fileResponses = {
  200: {
    description: 'The file, of the type that it was stored with',
    headers: FileHeaders,
    content: { 'application/octet-stream': { schema: Bytes } },
  },
  206: {
    description: 'Some of its bytes',
    headers: FileHeaders.extend({
      'Content-Range': z.string().openapi({ description: 'Which bytes', example: 'bytes 0-1023/4096' }),
    }),
    content: { 'application/octet-stream': { schema: Bytes } },
  },
  304: { description: 'Not modified' },
  416: problemResponse('`The file has 4096 bytes`'),
}

/** A file that is sent: its name, and what is known of its content. */
export type ServedFile = { path: string; size: number; sha256: string; type: string }

/**
 * Sends a file, or some of its bytes. It is never shown or run in this origin, whatever it holds: it is an attachment, of
 * exactly the type that it was stored with, and sandboxed.
 *
 * @param open its bytes; `null`: there are none
 */
export async function serveFile(
  c: Context<AppEnv>,
  file: ServedFile,
  open: (span?: Span) => Promise<ReadableStream<Uint8Array> | null>,
): Promise<Response> {
  const etag = `"${file.sha256}"`
  c.set('isUntrusted', true)
  const headers = {
    ETag: etag,
    'Repr-Digest': reprDigest(file.sha256),
    'Accept-Ranges': 'bytes',
    'Content-Disposition': `attachment; filename*=UTF-8''${encoded(file.path.split('/').at(-1) ?? '')}`,
  }
  if (hasTag(c.req.header('If-None-Match'), etag)) return c.body(null, 304, headers)
  const isHead = c.req.method === 'HEAD'
  const condition = c.req.header('If-Range')
  const asked = isHead || (condition !== undefined && condition !== etag) ? undefined : c.req.header('Range')
  const span = readRange(asked, file.size)
  if (span === 'unsatisfiable') {
    return problem(c, 416, `The file has ${file.size} bytes`, {
      headers: { 'Content-Range': `bytes */${file.size}` },
    })
  }
  const sent = { ...headers, 'Content-Type': file.type, 'Content-Length': String(span?.length ?? file.size) }
  if (isHead) return c.body(null, 200, sent)
  const bytes = span === null ? await open() : await open(span)
  if (bytes === null) return noFile(c)
  if (span === null) return c.body(bytes, 200, sent)
  const { offset, length } = span
  return c.body(bytes, 206, { ...sent, 'Content-Range': `bytes ${offset}-${offset + length - 1}/${file.size}` })
}

/** Answers that there is no such file. */
export const noFile = (c: Context) => problem(c, 404, 'File not found', { kind: 'artifact-not-found' })

/** As RFC 8187 wants it in a header. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
