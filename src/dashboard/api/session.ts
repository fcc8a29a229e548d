import { computed, effect, signal } from '@preact/signals'
import { hasRole, type Role } from '../../shared/role.ts'
import { SESSION_RETRY_MAX_MS, SESSION_RETRY_MS } from '../platform/limits.ts'
import { forgetVisit } from '../platform/stored.ts'
import { type Answer, send } from './answer.ts'
import { sessionApi } from './client.ts'
import { isOffline, kindOf, newerOf, type Problem } from './problem.ts'
import { postSessionChange } from './session-channel.ts'

/** Who is signed in, as the API says. `local`: the development opening, where everybody may do everything. */
export type Session = Awaited<ReturnType<Awaited<ReturnType<typeof sessionApi.$get>>['json']>>

export type SessionState =
  | { phase: 'unknown' }
  | { phase: 'signed-in'; session: Session }
  | { phase: 'signed-out' }
  /** The service refuses everybody until authentication is set up. */
  | { phase: 'not-configured'; problem: Problem }
  /** The service does not say who is there, since something in it fails or nobody has given him a role. */
  | { phase: 'unclear'; problem: Problem }

/** Who is signed in, if anybody. */
export const session = signal<SessionState>({ phase: 'unknown' })

/** Whether somebody has been signed in since the page was loaded: then there is something on it to keep. */
export const hasBeenSignedIn = signal(false)

effect(() => {
  if (session.value.phase === 'signed-in') hasBeenSignedIn.value = true
})

/** The session itself, or `null`. */
export const who = computed(() => (session.value.phase === 'signed-in' ? session.value.session : null))

/** Whether a role hasRole, as far as the page knows; the server decides. */
export function may(role: Role): boolean {
  return who.value !== null && hasRole(who.value.role, role)
}

/** Counts what was asked of the session, so that an answer which others have overtaken does not count. */
let asked = 0
let failures = 0
let nextRead: ReturnType<typeof setTimeout> | undefined

/** Asks who is signed in; while the service does not say, again after a while. */
export async function readSession(): Promise<void> {
  const asking = ++asked
  clearTimeout(nextRead)
  const answer = await send(() => sessionApi.$get())
  const read = stateAfter(answer as Answer<Session>)
  if (asking !== asked || read === null) return
  if (read.phase === 'unclear') readLater()
  else failures = 0
  session.value = knownAfter(session.peek(), read)
}

/** What is known after a read: what was goes on to hold while it is unclear, and nothing is told twice. */
function knownAfter(known: SessionState, read: SessionState): SessionState {
  if (read.phase === 'signed-out' && known.phase === 'signed-out') return known
  if (read.phase !== 'unclear' || known.phase === 'unknown') return read
  return known.phase === 'unclear' ? { ...read, problem: newerOf(known.problem, read.problem) } : known
}

function readLater(): void {
  nextRead = setTimeout(readSession, Math.min(SESSION_RETRY_MAX_MS, SESSION_RETRY_MS * 2 ** failures++))
}

/** What the answer to `GET /session` says; `null`: there was none. */
function stateAfter(answer: Answer<Session>): SessionState | null {
  if (answer.ok) return { phase: 'signed-in', session: answer.data }
  const { refusal: problem } = answer
  if (isOffline(problem)) return null
  if (problem.status === 401) return { phase: 'signed-out' }
  const isConfigured = kindOf(problem) !== 'authentication-not-configured'
  return { phase: isConfigured ? 'unclear' : 'not-configured', problem }
}

export type SignInRefusal =
  | { reason: 'unknown-token' | 'malformed' | 'not-configured' | 'unreachable' }
  | { reason: 'too-many-attempts'; retryAfterS: number }
  | { reason: 'other'; problem: Problem }

/** Signs in with a token, which goes into the server's hands and nowhere else. @returns `null` when that worked */
export async function signIn(token: string): Promise<SignInRefusal | null> {
  const answer = (await send(() => sessionApi.$post({ json: { token } }))) as Answer<Session>
  if (!answer.ok) return refusalOf(answer.refusal)
  asked++
  session.value = { phase: 'signed-in', session: answer.data }
  postSessionChange('signed-in')
  return null
}

/** What a refusal to sign in means. */
function refusalOf(problem: Problem): SignInRefusal {
  switch (kindOf(problem)) {
    case 'offline':
      return { reason: 'unreachable' }
    case 'authentication-not-configured':
    case 'sessions-not-configured':
      return { reason: 'not-configured' }
  }
  switch (problem.status) {
    case 401:
      return { reason: 'unknown-token' }
    case 422:
      return { reason: 'malformed' }
    case 429:
      return { reason: 'too-many-attempts', retryAfterS: problem.retry_after_s ?? 60 }
    default:
      return { reason: 'other', problem }
  }
}

/** Ends the session, in all tabs, and forgets everything that it let the page show. */
export async function signOut(): Promise<void> {
  const answer = await send(() => sessionApi.$delete())
  if (!answer.ok && isOffline(answer.refusal)) return
  postSessionChange('signed-out')
  forgetSession()
}

/** Forgets everything that a session let the page show. */
export function forgetSession(): void {
  forgetVisit()
  location.reload()
}
