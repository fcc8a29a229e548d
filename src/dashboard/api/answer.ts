import { ownProblem, type Problem } from './problem.ts'
import { answered, unanswered } from './reachability.ts'

/** The result of a request: data, or a refusal. */
export type Answer<T> = { ok: true; data: T; headers: Headers } | { ok: false; refusal: Problem }

/** A response of the client or of `fetch`. */
export type Answered = { ok: boolean; status: number; headers: Headers; text(): Promise<string> }

/** Sends a request once, without signing in again. Never throws. */
export async function send(call: () => Promise<Answered>): Promise<Answer<unknown>> {
  const received = await receive(call).catch(() => null)
  if (received === null) {
    unanswered()
    return { ok: false, refusal: ownProblem('offline') }
  }
  answered()
  return read(received.response, received.text)
}

/** Reads a response to its last byte: one that breaks off counts as no response. */
async function receive(call: () => Promise<Answered>) {
  const response = await call()
  return { response, text: await response.text() }
}

function read({ ok, status, headers }: Answered, text: string): Answer<unknown> {
  if (ok && status === 204) return { ok, data: null, headers }
  const body = parse(text)
  if (ok && body !== undefined) return { ok, data: body, headers }
  const isProblem = headers.get('Content-Type')?.startsWith('application/problem+json') && body !== undefined
  const refusal = isProblem ? (body as Problem) : ownProblem('unexpected', status)
  const retryAfterS = Number(headers.get('Retry-After') ?? Number.NaN)
  return { ok: false, refusal: retryAfterS > 0 ? { ...refusal, retry_after_s: retryAfterS } : refusal }
}

/** `undefined`: not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
