import { ANSWER_BYTES_MAX, REQUEST_MS_MAX, RETRY_AFTER_S_MAX } from './limits.ts'
import type { Reply } from './rules/verdict.ts'

/** Where the service is, and who speaks. */
export type Sent = {
  method?: string
  token: string | null
  body?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
  /** Milliseconds that it may take. */
  withinMs?: number
  signal?: AbortSignal
}

/** An answer, or why there was none. */
export type Exchange =
  | { reply: Reply; headers: Headers; why?: undefined }
  | { reply: null; headers?: undefined; why: string }

/** The service, at its address. */
export class Service {
  readonly #api: string

  constructor(url: string) {
    this.#api = `${url.replace(/\/+$/, '')}/api/v1/admin/training`
  }

  /** Sends a request whose answer is JSON. Never throws: no answer is an answer, too. */
  async ask(path: string, sent: Sent): Promise<Exchange> {
    try {
      const response = await this.open(path, sent)
      const text = await readText(response)
      return { reply: replyOf(response, text), headers: response.headers }
    } catch (error) {
      return { reply: null, why: whyOf(error) }
    }
  }

  /** Sends a request. Redirects are not followed: the token is for this service alone. @throws when there is no answer */
  open(path: string, { method = 'POST', token, body, headers = {}, withinMs = REQUEST_MS_MAX, signal }: Sent) {
    const timeout = AbortSignal.timeout(withinMs)
    return fetch(this.#api + path, {
      method,
      redirect: 'manual',
      headers: {
        Accept: 'application/json',
        'User-Agent': 'stellwerk-runner',
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    })
  }
}

export function replyOf({ status, headers }: Pick<Response, 'status' | 'headers'>, text: string): Reply {
  const type = headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  const retryAfterS = Number(headers.get('Retry-After') ?? 0)
  return {
    status,
    type,
    retryAfterS: retryAfterS > 0 ? Math.min(retryAfterS, RETRY_AFTER_S_MAX) : 0,
    body: parse(text),
  }
}

/** The text of an answer, which is cut where it is too long to be one of the service's. */
export async function readText({ body }: Pick<Response, 'body'>): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > ANSWER_BYTES_MAX) break
  }
  return text
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Why a request failed, for people. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause as (Error & { code?: string }) | undefined
  return error.name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message ?? error.message)
}
