import type { Checker, Document } from '../document.ts'
import type { Received } from './http.ts'
import { unforeseen } from './meanings.ts'
import { isOwn, maySend, operationAt } from './operations.ts'
import { digestOf, type Plan, type Wire } from './request.ts'

/** A rule that an answer violates, and how. */
export type Fault = { rule: string; what: string }

type Problem = { type: string; status: number; detail: string; instance: string; errors?: { type: string }[] }

/** A request and its answer. */
export type Exchange = { plan: Plan; wire: Wire; answer: Received }

/** Checks each answer against the document. `changes` checks what changed in D1 meanwhile. */
export function createChecks(document: Document, checker: Checker) {
  return function faultsOf({ plan, wire, answer }: Exchange): Fault[] {
    const path = new URL(`http://localhost${wire.target}`).pathname
    const met = operationAt(document, wire.method, path)
    const problem = problemIn(answer)
    const faults: Fault[] = []
    const check = (rule: string, holds: boolean, what: string) => holds || faults.push({ rule, what })
    const attempt = (rule: string, work: () => void) => {
      try {
        work()
      } catch (error) {
        faults.push({ rule, what: error instanceof Error ? error.message : String(error) })
      }
    }
    const { status } = answer
    const said = problem ? `${status}: ${problem.detail}` : String(status)

    check('the service has no internal error', status < 500, said)
    check('unreachable limits are not reached', status !== 429, said)
    attempt('every answer fits the document', () => describedAs(path, met === null, wire, answer))
    check('HEAD, 204 and 304 have no body', hasBody(answer) === false || !isBodiless(wire.method, status), said)
    if (problem) {
      check('a problem has its own status', problem.status === status, `${status}: says ${problem.status}`)
      check('an error is in words for people', !libraryWords.test(problem.detail), said)
      check('only 422 has errors', (problem.errors !== undefined) === (status === 422), said)
    }
    check('nothing in a request becomes a header', answer.headers.get('x-injected') === null, said)
    if (isFile(answer)) check('a file has its digest', isWhole(wire, answer), String(answer.headers.get('repr-digest')))
    else attempt('every text in an answer is well-formed', () => wellFormed(answer))
    if (answer.events !== null) attempt('every event fits the document', () => events(path, answer))

    const isEntitled = met === null ? maySend(plan.who, 'viewer') : maySend(plan.who, met.role) || isOwn(plan.who, met)
    const isRefusedAs = status === 401 || status === 403
    check('no sender exceeds their role', isEntitled || isRefusedAs, `${plan.who} got ${said}`)
    check(
      'a request that the document forbids is refused',
      !plan.mustBeRefused || status >= 400,
      `${plan.mutation}: ${said}`,
    )
    if (plan.kind === 'valid' && isEntitled) {
      // A job token opens one job, which the document cannot say.
      check('a sufficient role is accepted', !isRefusedAs || plan.who === 'attempt', `${plan.who} got ${said}`)
      const isTold = wire.method !== 'HEAD'
      check(
        'a request that fits the document is not called invalid',
        !isTold || !isCalledInvalid(status, problem),
        said,
      )
    }
    return faults
  }

  /** An unauthorized sender learns nothing, not even whether a path exists. */
  function describedAs(path: string, isStray: boolean, { method }: Wire, answer: Received): void {
    const { responses } = document.components
    const shared = isStray ? { 401: responses.Unauthorized, 403: responses.Forbidden }[answer.status] : undefined
    const body = answer.events === null ? answer.body : ''
    // A file is of the type that it was stored with.
    const get = (name: string) =>
      name === 'content-type' && isFile(answer) ? 'application/octet-stream' : answer.headers.get(name)
    const answered = { ...answer, headers: { get }, body: method === 'HEAD' ? null : body }
    if (shared) checker.checkAgainst(`${method} ${path} ${answer.status}`, shared, answered)
    else checker.checkAnswer(method, path, answered)
  }

  function events(path: string, { body, events }: Received): void {
    if (body === null || !/^retry: 2000\n(?!\n)/.test(body))
      throw new Error(`A stream begins with ${body?.slice(0, 40)}`)
    for (const { id, data } of events ?? []) {
      if (!/^\d+\.\d+$/.test(id ?? '')) throw new Error(`An event has the id ${id}`)
      checker.checkEvent(path, JSON.parse(data))
    }
  }
}

/** Whether an answer is a stored file, or a part of one, which may be of any type and content. */
const isFile = ({ status, headers }: Received) =>
  (status === 200 || status === 206) && headers.get('accept-ranges') !== null

/** Whether a file that was sent as a whole has the digest that the answer names. */
const isWhole = ({ method }: Wire, { status, headers, body }: Received) =>
  method === 'HEAD' || status === 206 || headers.get('repr-digest') === digestOf(Buffer.from(body ?? '', 'latin1'))

function problemIn(answer: Received): Problem | null {
  const { headers, body } = answer
  if (isFile(answer)) return null
  if (!headers.get('content-type')?.startsWith('application/problem+json') || body === null) return null
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

/** No text, with its escapes resolved, contains a lone surrogate. */
function wellFormed({ headers, body }: Received): void {
  const type = headers.get('content-type')
  if (body === null || !type?.includes('json')) return
  for (const json of type.includes('ndjson') ? body.split('\n').slice(0, -1) : [body]) {
    JSON.parse(json, (key, value) => {
      const text = typeof value === 'string' ? value : key
      if (!text.isWellFormed()) throw new Error(`Half a character: ${JSON.stringify(text)}`)
      return value
    })
  }
}

/** How the validating library would word an error. */
const libraryWords = /\bToo (big|small): |\bInvalid (input|option|string|key)\b|expected \w+, received/

const hasBody = ({ body }: Received) => body !== null && body !== ''
const isBodiless = (method: string, status: number) => method === 'HEAD' || status === 204 || status === 304

/** Whether the answer blames the request itself rather than the state of the service. */
function isCalledInvalid(status: number, problem: Problem | null): boolean {
  if (status === 413 || status === 415 || status === 405) return true
  if (status === 400) return problem?.type === 'about:blank'
  return status === 422 && !problem?.errors?.every(({ type }) => unforeseen.includes(type))
}
