import { createHash } from 'node:crypto'

/** A request as planned by the fuzz, and as sent. */

/** Senders of requests. `root` has ADMIN_TOKEN; an attempt has the token of a runner's attempt; a stranger has a credential that was never valid. */
export const senders = [
  ...['root', 'admin', 'operator', 'viewer', 'admin session', 'operator session', 'viewer session'],
  ...['runner', 'attempt'],
  ...['nobody', 'stranger'],
] as const
export type Sender = (typeof senders)[number]

/** Valid by the document; valid except for one change; or as an attacker or a broken client sends it. */
export const kinds = ['valid', 'near-valid', 'hostile'] as const
export type Kind = (typeof kinds)[number]

export type Body = {
  contentType: string | null
  text: string
  /** Number of spaces after the text, which JSON ignores. */
  padding: number
  flaw: 'none' | 'BOM' | 'invalid UTF-8' | 'UTF-16'
  isChunked: boolean
}

/** The body of a well-behaved client. */
export const plain: Body = { contentType: 'application/json', text: '', padding: 0, flaw: 'none', isChunked: false }

/**
 * A request before it is sent. Everything in it follows from the seed: values that only the server knows are references
 * such as `{job:3}`, which the population resolves. `{digest}` in a header is that of the body.
 */
export type Plan = {
  /** The operation's id in the document; or `unknownPath`, `wrongMethod`. */
  operation: string
  kind: Kind
  /** What differs from the document. */
  mutation: string
  /** Whether the request is invalid by the document. */
  mustBeRefused: boolean
  who: Sender
  method: string
  path: string
  /** `name=value`, encoded. */
  query: string[]
  headers: [name: string, value: string][]
  body: Body | null
}

/** A request as sent. */
export type Wire = {
  method: string
  /** Path and query. */
  target: string
  headers: [name: string, value: string][]
  body: Buffer | null
  isChunked: boolean
}

const reference = /\{(job|attempt|upload|version|document|token|secret|image|cursor|etag|digest)(?::([a-z]+|\d+))?\}/g

/** Resolves a reference: `of` is the kind, `at` which one; `path` is the request's, resolved. */
export type Resolve = (of: string, at: string, path: string) => Promise<string>

/** The request with its references resolved and its sender's credential. */
export async function render(plan: Plan, resolve: Resolve, credential: [string, string][]): Promise<Wire> {
  const path = await fill(plan.path, resolve, '')
  const query = await fill(plan.query.join('&'), resolve, path)
  const { body } = plan
  const bytes = body && bytesOf({ ...body, text: await fill(body.text, resolve, path) })
  const inHeader: Resolve = async (of, ...where) => (of === 'digest' ? digestOf(bytes) : resolve(of, ...where))
  const headers: [string, string][] = [...credential]
  for (const [name, value] of plan.headers) headers.push([name, await fill(value, inHeader, path)])
  if (body !== null && body.contentType !== null) headers.push(['Content-Type', body.contentType])
  const target = query === '' ? path : `${path}?${query}`
  return { method: plan.method, target, headers, body: bytes, isChunked: body?.isChunked ?? false }
}

async function fill(text: string, resolve: Resolve, path: string): Promise<string> {
  const found = [...text.matchAll(reference)]
  const values = await Promise.all(found.map(([, of = '', at = '']) => resolve(of, at, path)))
  let next = 0
  return text.replace(reference, () => values[next++] ?? '')
}

/** The digest of bytes as it stands in a header. */
export const digestOf = (bytes: Buffer | null): string =>
  `sha-256=:${createHash('sha256')
    .update(bytes ?? '')
    .digest('base64')}:`

function bytesOf({ text, padding, flaw }: Body): Buffer {
  const padded = text + ' '.repeat(padding)
  if (flaw === 'UTF-16') return Buffer.from(`\ufeff${padded}`, 'utf16le')
  const bytes = Buffer.from(flaw === 'BOM' ? `\ufeff${padded}` : padded)
  if (flaw === 'invalid UTF-8' && text.length > 0) bytes[Math.floor(text.length / 2)] = 0xff
  return bytes
}

const shown = 300

/** The request as a line for the shell; what is long is cut, and said so. */
export function curlLine(origin: string, { method, target, headers, body, isChunked }: Wire): string {
  const quote = (text: string) => `$'${inShell(text)}'`
  const cut = (text: string) => (text.length > shown ? `${text.slice(0, shown)}…` : text)
  const fields = headers.map(([name, value]) => `-H ${quote(value === '' ? `${name};` : cut(`${name}: ${value}`))}`)
  if (isChunked) fields.push("-H 'Transfer-Encoding: chunked'")
  const bytes = body?.toString('latin1') ?? ''
  const rest = bytes.length > shown ? ` # … ${bytes.length} bytes in all` : ''
  const data = body === null ? [] : [`--data-binary ${quote(bytes.slice(0, shown))}`]
  const how = method === 'HEAD' ? '-I' : `-X ${method}`
  return ['curl -gi --path-as-is', how, quote(origin + target), ...fields, ...data].join(' ') + rest
}

/** For bash's $'…'. */
const inShell = (text: string) =>
  text.replace(/[^ -~]|['\\]/g, (one) =>
    one > '\xff'
      ? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
      : `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
