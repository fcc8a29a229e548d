import { type Answer, type Answered, send } from './answer.ts'
import { ownProblem } from './problem.ts'
import { session } from './session.ts'
import { askToSignIn } from './sign-in-again.ts'

export type { Answer }

/** What a call of the client answers when it succeeds. */
type DataOf<R> = R extends { status: 200 | 201; json(): Promise<infer Data> } ? Data : never

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
  const once = () => send(call) as Promise<Answer<DataOf<R>>>
  if (session.peek().phase === 'signed-out' && inBackground)
    return { ok: false, refusal: ownProblem('signed-out', 401) }
  const answer = await once()
  if (answer.ok || answer.refusal.status !== 401) return answer
  if (inBackground && session.peek().phase === 'signed-out') return answer
  return (await askToSignIn()) ? once() : answer
}

/** The cursor of the next page, out of an answer's `Link` header; `null`: there is none. */
export function nextCursor(headers: Headers, parameter = 'cursor'): string | null {
  const address = /<([^>]+)>;\s*rel="next"/.exec(headers.get('Link') ?? '')?.[1]
  return address === undefined ? null : new URL(address, location.origin).searchParams.get(parameter)
}

/**
 * An answer's ETag, for the `If-Match` of a command; `null`: it has none. Compression on the way marks a tag as weak,
 * and a weak one matches nothing; it still names what the server meant.
 */
export const entityTag = (headers: Headers): string | null => headers.get('ETag')?.replace(/^W\//, '') ?? null
