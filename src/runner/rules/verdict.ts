/** An answer to a request, read; `null`: there was none. */
export type Reply = {
  status: number
  /** The content type, without its parameters. */
  type: string
  retryAfterS: number
  /** The body, if it is JSON. */
  body: unknown
}

/** What an operator wants of a running attempt. */
export type Requested = { id: number; what: 'pause' | 'cancel'; graceS: number; by: string | null }

export type Taken = { sequence: number; dropped: string[]; requested: Requested | null; nextReportS: number }

/** The word that an answer means, as docs/PROTOCOL.md lists them. Everything else is `again`. */
export type Verdict =
  | ({ is: 'taken' } & Taken)
  | { is: 'gap'; expected: number }
  | { is: 'over'; reason: string }
  | { is: 'too-large' }
  | { is: 'invalid'; why: string }
  | { is: 'token-unknown' }
  | { is: 'again'; why: string; retryAfterS: number; isRejection: boolean }

const problem = (kind: string) => `urn:stellwerk:problem:${kind}`

type Members = Record<string, unknown>
export const members = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}

/** The type and members of a problem document of the service; `null`: the answer is somebody else's. */
export function problemOf(reply: Reply): Members | null {
  if (reply.type !== 'application/problem+json') return null
  const body = members(reply.body)
  return typeof body.type === 'string' ? body : null
}

/** Any answer that says nothing about the attempt, such as the page of a proxy. */
export function again(reply: Reply | null, why = 'no answer'): Verdict & { is: 'again' } {
  const detail = reply && problemOf(reply)?.detail
  return {
    is: 'again',
    why: reply === null ? why : `${reply.status}${typeof detail === 'string' ? `, ${detail}` : ''}`,
    retryAfterS: reply?.retryAfterS ?? 0,
    isRejection: reply?.status === 401,
  }
}

/** What is the same for a report and a finish. */
function wordVerdict(reply: Reply): Verdict | null {
  const said = problemOf(reply)
  if (reply.status === 410 && said?.type === problem('attempt-over'))
    return { is: 'over', reason: typeof said.reason === 'string' ? said.reason : 'unknown' }
  if (reply.status === 409 && said?.type === problem('sequence-gap') && isSequence(said.expected_sequence))
    return { is: 'gap', expected: said.expected_sequence }
  if (reply.status === 413) return { is: 'too-large' }
  if (reply.status === 401 && typeof said?.type === 'string' && said.type.startsWith(problem('')))
    return { is: 'token-unknown' }
  return null
}

/** @param why with no answer: the reason */
export function reportVerdict(reply: Reply | null, why?: string): Verdict {
  if (reply === null) return again(null, why)
  const said = problemOf(reply)
  if (reply.status === 422 && said?.type === problem('not-a-report')) return { is: 'invalid', why: String(said.detail) }
  const word = wordVerdict(reply)
  if (word !== null) return word
  const body = members(reply.body)
  if (reply.status !== 200 || !isCount(body.sequence)) return again(reply)
  const { next_report_s: next, dropped } = body
  return {
    is: 'taken',
    sequence: body.sequence,
    dropped: Array.isArray(dropped) ? dropped.map(droppedText) : [],
    requested: requestIn(body.requested),
    nextReportS: typeof next === 'number' && next > 0 ? next : 15,
  }
}

/** @returns `taken` once the attempt has ended as it was said */
export function finishVerdict(reply: Reply | null, why?: string): Verdict {
  if (reply === null) return again(null, why)
  const word = wordVerdict(reply)
  if (word !== null) return word
  if (reply.status === 422 && problemOf(reply)?.type !== undefined)
    return { is: 'invalid', why: String(problemOf(reply)?.detail) }
  if (reply.status !== 200 || members(reply.body).success !== true) return again(reply)
  return { is: 'taken', sequence: 0, dropped: [], requested: null, nextReportS: 15 }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isSequence = (value: unknown): value is number => isCount(value) && value > 0

function requestIn(value: unknown): Requested | null {
  const { id, what, grace_s: graceS, by } = members(value)
  if (!isSequence(id) || (what !== 'pause' && what !== 'cancel')) return null
  return {
    id,
    what,
    graceS: typeof graceS === 'number' && graceS >= 0 ? graceS : 60,
    by: typeof by === 'string' ? by : null,
  }
}

function droppedText(value: unknown): string {
  const { part, index, metric, why } = members(value)
  return `${[part, index, metric].filter((one) => one !== undefined).join('.')}: ${why}`
}
