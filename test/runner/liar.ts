import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from '../protocol/cases.ts'

/** An answer that is given instead of the true one, to a request of this kind. */
export type Lie = { to: 'claims' | 'reports' | 'finish'; status: number; says?: Json | undefined; html?: boolean }

type Body = Record<string, unknown>

/** A job, the lies that its runner is told before the truth, and what came of it. */
export class Play {
  readonly id = randomUUID()
  readonly name: string
  readonly lies: Lie[]
  token = ''
  /** The last report taken. */
  taken = 0
  readonly steps: number[] = []
  /** What is requested, until a lie says something else. */
  requested: { id: number; what: string } | null = null
  /** The requests of which an answer said 200 to a runner that was stopping for them. */
  readonly agreed: string[] = []
  outcome: string | null = null
  /** The attempt was said to be over; and a report that it is none. */
  isOver = false
  hasDropped = false
  isConfirmed = false
  /** What a runner must not do. */
  readonly faults: string[] = []
  underWay = 0
  readonly ended: Promise<void>
  readonly end: () => void

  constructor(name: string, lies: Lie[]) {
    this.name = name
    this.lies = lies
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.end = resolve
  }

  lie(to: Lie['to']): Lie | null {
    const at = this.lies.findIndex((lie) => lie.to === to)
    return at < 0 ? null : (this.lies.splice(at, 1)[0] ?? null)
  }
}

const problems: Record<number, string> = {
  401: 'invalid-token',
  409: 'sequence-gap',
  410: 'attempt-over',
  422: 'not-a-report',
}

/** A service that plays jobs to runners: it takes what they say, and lies in its answers. */
export class Liar implements AsyncDisposable {
  readonly #plays: Play[]
  readonly #byClaim = new Map<string, Play>()
  readonly #byToken = new Map<string, Play>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  /** Called before each answer to a play's word. */
  readonly #look: (play: Play) => void

  private constructor(plays: Play[], look: (play: Play) => void) {
    this.#plays = [...plays]
    this.#look = look
  }

  static async start(plays: Play[], look: (play: Play) => void = () => {}): Promise<Liar> {
    const liar = new Liar(plays, look)
    liar.#server.listen(0, '127.0.0.1')
    await once(liar.#server, 'listening')
    return liar
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (await request.toArray().catch(() => [])).join('')
    const [, job, kind] = /\/training(?:\/jobs\/([^/]+))?\/(claims|reports|finish)$/.exec(request.url ?? '') ?? []
    const body: Body = kind === undefined ? {} : JSON.parse(text)
    if (kind === 'claims') return this.#claim(body, response)
    const play = this.#byToken.get(request.headers.authorization ?? '')
    if (play === undefined || kind === undefined || job !== play.id)
      return problem(response, 404, { detail: 'Not here' })
    if (play.underWay++ > 0) play.faults.push('two requests at once')
    if (play.isOver) play.faults.push(`${kind} after the end`)
    this.#look(play)
    const lie = play.lie(kind as Lie['to'])
    // What is answered with 200 was heard.
    const truth = lie === null || lie.status === 200 ? hear(play, kind, body) : null
    play.underWay--
    tell(play, kind, response, lie, truth, body)
    if (play.isOver || (kind === 'finish' && play.outcome !== null)) play.end()
  }

  #claim({ claim_id: id, leaving }: Body, response: ServerResponse): void {
    const play = leaving ? undefined : (this.#byClaim.get(String(id)) ?? this.#plays.shift())
    if (play === undefined) return void response.writeHead(204, { 'Retry-After': '1' }).end()
    if (play.isOver || play.outcome !== null) play.faults.push('an old claim')
    this.#byClaim.set(String(id), play)
    const lie = play.lie('claims')
    if (lie !== null && lie.status !== 200) return void tell(play, 'claims', response, lie, null, {})
    this.#byToken.delete(`Bearer ${play.token}`)
    play.token = `stj_${play.id}_${randomUUID()}`
    this.#byToken.set(`Bearer ${play.token}`, play)
    const lease = { ttl_s: 600, heartbeat_s: 15, confirm_within_s: 60 }
    const job = { id: play.id, name: play.name, model_type: 'zeugnis', total_documents: 0, config: {}, params: {} }
    json(response, 200, { job, attempt: 1, token: play.token, sequence: play.taken, lease, resume: null })
  }
}

/** Takes a word as the service does. @returns the true answer */
function hear(play: Play, kind: string, body: Body): { status: number; body: Body } {
  const { sequence } = body
  const gap = { status: 409, body: { expected_sequence: play.taken + 1 } }
  if (kind === 'finish') {
    if (sequence !== play.taken + 1) return gap
    play.outcome = String(body.outcome)
    return { status: 200, body: { success: true, message: 'The attempt has ended' } }
  }
  const duplicate = typeof sequence === 'number' && sequence <= play.taken
  if (typeof sequence === 'number' && sequence > play.taken + 1) return gap
  if (typeof sequence === 'number' && !duplicate) {
    play.taken = sequence
    for (const { step } of (body.points ?? []) as { step: number }[]) play.steps.push(step)
  }
  play.isConfirmed = true
  return {
    status: 200,
    body: {
      sequence: play.taken,
      duplicate,
      dropped: [],
      requested: play.requested,
      lease: { ttl_s: 600 },
      next_report_s: 0.5,
    },
  }
}

/** Gives the answer, or the lie: the truth, with what the lie says instead. */
function tell(
  play: Play,
  kind: string,
  response: ServerResponse,
  lie: Lie | null,
  truth: { status: number; body: Body } | null,
  { stopping, sequence, points, output }: Body,
): void {
  if (lie?.html) return void response.writeHead(lie.status, { 'Content-Type': 'text/html' }).end('<h1>Sign in</h1>')
  const status = lie !== null && truth?.status !== 409 ? lie.status : (truth?.status ?? 200)
  const lied = plain(lie?.says)
  if (lied.requested !== undefined) play.requested = requestedIn(lied.requested, play.requested)
  const said = {
    ...truth?.body,
    ...lied,
    ...(kind === 'reports' && status === 200 ? { requested: play.requested } : {}),
  }
  if (status === 200) {
    if (play.requested !== null && play.requested.id === stopping) play.agreed.push(play.requested.what)
    json(response, 200, said)
    return
  }
  if (status === 204) return void response.writeHead(204).end()
  const type = problems[status] === undefined ? 'about:blank' : `urn:stellwerk:problem:${problems[status]}`
  if (status === 410) play.isOver = true
  // Divided down to single points, or dropped as none: those are gone.
  if (sequence !== undefined && (status === 422 || (status === 413 && size(points) + size(output) < 2)))
    play.hasDropped = true
  const kindOfInvalid = kind === 'finish' && status === 422 ? { type: 'urn:stellwerk:problem:invalid-request' } : {}
  problem(response, status, { type, expected_sequence: play.taken + 1, reason: 'given-up', ...said, ...kindOfInvalid })
}

/** What is requested: of one that was told before, an answer may name the id alone. */
function requestedIn(said: unknown, before: Play['requested']): Play['requested'] {
  if (typeof said !== 'object' || said === null) return null
  return { what: 'pause', ...before, grace_s: 2, by: 'operator', ...said } as never
}

const size = (list: unknown): number => (Array.isArray(list) ? list.length : 0)

/** The members of an expected answer that are values, not patterns or variables. */
function plain(says: Json | undefined): Body {
  if (typeof says !== 'object' || says === null || Array.isArray(says)) return {}
  const isPattern = (value: Json) => typeof value === 'string' && /^\/.*\/$|\{\w+\}/.test(value)
  const hidden = ['job', 'token', 'lease', 'attempt']
  return Object.fromEntries(Object.entries(says).filter(([name, value]) => !isPattern(value) && !hidden.includes(name)))
}

function json(response: ServerResponse, status: number, body: object, type = 'application/json'): void {
  response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(body))
}

function problem(response: ServerResponse, status: number, members: object): void {
  json(response, status, { type: 'about:blank', title: 'A problem', status, ...members }, 'application/problem+json')
}
