import { type Answer, type Answered, send } from './answer.ts'
import { ownProblem } from './problem.ts'
import { session } from './session.ts'
import { askToSignIn } from './sign-in-again.ts'

export type { Answer }

/** The data of a successful call. */
type DataOf<R> = R extends { status: 200 | 201; json(): Promise<infer Data> } ? Data : never

export type RequestOptions = {
  /** Not triggered by the user: a session that has ended is then a refusal, without a dialog. */
  inBackground?: boolean
}

/**
 * Sends a request of the typed client. A session that has ended is renewed in a dialog over the page, then the
 * request is sent again. Never throws.
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

/** The cursor of the next page from a `Link` header; `null` on the last page. */
export function nextCursor(headers: Headers, parameter = 'cursor'): string | null {
  const address = /<([^>]+)>;\s*rel="next"/.exec(headers.get('Link') ?? '')?.[1]
  return address === undefined ? null : new URL(address, location.origin).searchParams.get(parameter)
}

/** Reads a list page by page, at most so many. `isWhole`: whether these are all of its pages. `parameter`: of a page's cursor. */
export async function readPages<T>(
  readPage: (cursor: string | null) => Promise<Answer<T[]>>,
  pagesMax: number,
  parameter?: string,
): Promise<Answer<{ items: T[]; isWhole: boolean }>> {
  const items: T[] = []
  for (let page = 1, cursor: string | null = null; ; page++) {
    const answer: Answer<T[]> = await readPage(cursor)
    if (!answer.ok) return answer
    items.push(...answer.data)
    cursor = nextCursor(answer.headers, parameter)
    if (cursor === null || page >= pagesMax) return { ...answer, data: { items, isWhole: cursor === null } }
  }
}

/**
 * The ETag of a response for the `If-Match` of a command, or `null`. Compression on the way marks a tag as weak, and a
 * weak tag matches nothing, so the mark is removed.
 */
export const entityTag = (headers: Headers): string | null => headers.get('ETag')?.replace(/^W\//, '') ?? null
