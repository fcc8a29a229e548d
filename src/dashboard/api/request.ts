import { ownProblem, type Problem } from './problem.ts'
import { answered, unanswered } from './reachability.ts'
import { session } from './session.ts'
import { askToSignIn } from './sign-in-again.ts'

/** What a request came to: data, or why there is none. */
export type Answer<T> = { ok: true; data: T; headers: Headers } | { ok: false; refusal: Problem }

type Answered = { ok: boolean; status: number; headers: Headers; json(): Promise<unknown> }

/** What a call of the client answers when it succeeds. */
type DataOf<R> = R extends { status: 200; json(): Promise<infer Data> } ? Data : never

export type RequestOptions = {
  /** Nobody waits for this one: a session that has ended is then a refusal, without a dialog. */
  inBackground?: boolean
}

/**
 * Sends a request of the typed client. A session that has ended is begun anew in a dialog over the page, and then the
 * request is sent again. Nothing is thrown.
 *
 *     const answer = await request(() => api.jobs.$get({ query: {} }))
 *     if (!answer.ok) return toast.refused(answer.refusal)
 */
export async function request<R extends Answered>(
  call: () => Promise<R>,
  { inBackground = false }: RequestOptions = {},
): Promise<Answer<DataOf<R>>> {
  if (session.peek().phase === 'signed-out' && inBackground)
    return { ok: false, refusal: ownProblem('signed-out', 401) }
  const answer = await once(call)
  if (answer.ok || answer.refusal.status !== 401) return answer
  if (inBackground && session.peek().phase === 'signed-out') return answer
  return (await askToSignIn()) ? once(call) : answer
}

async function once<R extends Answered>(call: () => Promise<R>): Promise<Answer<DataOf<R>>> {
  let response: R
  try {
    response = await call()
  } catch {
    unanswered()
    return { ok: false, refusal: ownProblem('offline') }
  }
  answered()
  const body = await response.json().catch(() => null)
  if (response.ok) return { ok: true, data: body as DataOf<R>, headers: response.headers }
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json') && body !== null
  const refusal = isProblem ? (body as Problem) : ownProblem('unexpected', response.status)
  const retryAfterS = Number(response.headers.get('Retry-After') ?? Number.NaN)
  return { ok: false, refusal: retryAfterS > 0 ? { ...refusal, retry_after_s: retryAfterS } : refusal }
}

/** The cursor of the next page, out of an answer's `Link` header; `null`: there is none. */
export function nextCursor(headers: Headers, parameter = 'cursor'): string | null {
  const address = /<([^>]+)>;\s*rel="next"/.exec(headers.get('Link') ?? '')?.[1]
  return address === undefined ? null : new URL(address, location.origin).searchParams.get(parameter)
}
