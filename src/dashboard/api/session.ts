import { computed, effect, signal } from '@preact/signals'
import { hasRole, type Role } from '../../shared/role.ts'
import { SESSION_RETRY_MAX_MS, SESSION_RETRY_MS } from '../platform/limits.ts'
import { forgetVisit } from '../platform/stored.ts'
import { type Answer, send } from './answer.ts'
import { sessionApi } from './client.ts'
import { isOffline, kindOf, newerOf, type Problem } from './problem.ts'
import { postSessionChange } from './session-channel.ts'

/** The session as the API describes it. `local`: the development mode that requires no sign-in on localhost. */
export type Session = Awaited<ReturnType<Awaited<ReturnType<typeof sessionApi.$get>>['json']>>

export type SessionState =
  | { phase: 'unknown' }
  | { phase: 'signed-in'; session: Session }
  | { phase: 'signed-out' }
  /** The service rejects all requests until authentication is set up. */
  | { phase: 'not-configured'; problem: Problem }
  /** The service does not return the session: it fails, or no role is assigned. */
  | { phase: 'unclear'; problem: Problem }

/** The state of the session. */
export const session = signal<SessionState>({ phase: 'unknown' })

/** Whether there was a session since the page was loaded: then the page has state worth keeping. */
export const hasBeenSignedIn = signal(false)

effect(() => {
  if (session.value.phase === 'signed-in') hasBeenSignedIn.value = true
})

/** Whether there is nothing to see without signing in: a page that was seen before stays. */
export const isOutside = computed(
  () => session.value.phase === 'not-configured' || (session.value.phase === 'signed-out' && !hasBeenSignedIn.value),
)

/** The session itself, or `null`. */
export const who = computed(() => (session.value.phase === 'signed-in' ? session.value.session : null))

/** Whether the user has a role, as far as the page knows; the server decides. */
export function may(role: Role): boolean {
  return who.value !== null && hasRole(who.value.role, role)
}

/** Numbers the reads, so that an outdated response is ignored. */
let reads = 0
let failures = 0
let nextRead: ReturnType<typeof setTimeout> | undefined

/** Reads the session, and retries while its state is unclear. */
export async function readSession(): Promise<void> {
  const number = ++reads
  clearTimeout(nextRead)
  const answer = await send(() => sessionApi.$get())
  const next = stateAfter(answer as Answer<Session>)
  if (number !== reads || next === null) return
  if (next.phase === 'unclear') readLater()
  else failures = 0
  session.value = knownAfter(session.peek(), next)
}

/** The state after a read: an unclear read does not replace a known state, and equal states are not replaced. */
function knownAfter(known: SessionState, next: SessionState): SessionState {
  if (next.phase === 'signed-out' && known.phase === 'signed-out') return known
  if (next.phase !== 'unclear' || known.phase === 'unknown') return next
  return known.phase === 'unclear' ? { ...next, problem: newerOf(known.problem, next.problem) } : known
}

function readLater(): void {
  nextRead = setTimeout(readSession, Math.min(SESSION_RETRY_MAX_MS, SESSION_RETRY_MS * 2 ** failures++))
}

/** The state that a response to `GET /session` means; `null`: no response. */
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

/** Signs in with a token, which is sent to the server and not kept. @returns `null` on success */
export async function signIn(token: string): Promise<SignInRefusal | null> {
  const answer = (await send(() => sessionApi.$post({ json: { token } }))) as Answer<Session>
  if (!answer.ok) return refusalOf(answer.refusal)
  reads++
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

/** Ends the session in all tabs, and forgets what it showed. */
export async function signOut(): Promise<void> {
  const answer = await send(() => sessionApi.$delete())
  if (!answer.ok && isOffline(answer.refusal)) return
  postSessionChange('signed-out')
  forgetSession()
}

/** Forgets everything that the session showed. */
export function forgetSession(): void {
  forgetVisit()
  location.reload()
}
