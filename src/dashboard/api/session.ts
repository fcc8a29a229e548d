import { computed, effect, signal } from '@preact/signals'
import { forgetVisit } from '../stored.ts'
import type { Problem } from './problem.ts'
import { ownProblem } from './problem.ts'
import { answered, unanswered } from './reachability.ts'

export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who is signed in, as the API says. `local`: the development opening, where everybody may do everything. */
export type Session = {
  kind: 'token' | 'session' | 'access' | 'local'
  name: string
  role: Role
  expires_at: string | null
}

export type SessionState =
  | { phase: 'unknown' }
  | { phase: 'signed-in'; session: Session }
  | { phase: 'signed-out' }
  /** The service refuses everybody until authentication is set up. */
  | { phase: 'not-configured'; problem: Problem }

/** Who is signed in, if anybody. */
export const session = signal<SessionState>({ phase: 'unknown' })

/** Whether somebody has been signed in since the page was loaded: then there is something on it to keep. */
export const hasBeenSignedIn = signal(false)

effect(() => {
  if (session.value.phase === 'signed-in') hasBeenSignedIn.value = true
})

/** The session itself, or `null`. */
export const who = computed(() => (session.value.phase === 'signed-in' ? session.value.session : null))

/** Whether a role suffices, as far as the page knows; the server decides. */
export function may(role: Role): boolean {
  return who.value !== null && roles.indexOf(who.value.role) >= roles.indexOf(role)
}

const address = '/session'
const headers = { Accept: 'application/json' }

/** Asks who is signed in. */
export async function readSession(): Promise<void> {
  const response = await fetch(address, { headers }).catch(() => null)
  if (response === null) return unanswered()
  answered()
  if (response.ok) session.value = { phase: 'signed-in', session: await response.json() }
  else if (response.status === 401) session.value = { phase: 'signed-out' }
  else if (response.status === 503) session.value = { phase: 'not-configured', problem: await problemOf(response) }
}

export type SignInRefusal =
  | { reason: 'unknown-token' | 'malformed' | 'not-configured' | 'unreachable' }
  | { reason: 'too-many-attempts'; retryAfterS: number }
  | { reason: 'other'; problem: Problem }

/** Signs in with a token, which goes into the server's hands and nowhere else. @returns `null` when that worked */
export async function signIn(token: string): Promise<SignInRefusal | null> {
  const body = JSON.stringify({ token })
  const response = await fetch(address, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body,
  }).catch(() => null)
  if (response === null) return { reason: 'unreachable' }
  switch (response.status) {
    case 200:
      session.value = { phase: 'signed-in', session: await response.json() }
      return null
    case 401:
      return { reason: 'unknown-token' }
    case 422:
      return { reason: 'malformed' }
    case 429:
      return { reason: 'too-many-attempts', retryAfterS: Number(response.headers.get('Retry-After')) || 60 }
    case 503:
      return { reason: 'not-configured' }
    default:
      return { reason: 'other', problem: await problemOf(response) }
  }
}

/** Ends the session, and forgets everything that it let the page show. */
export async function signOut(): Promise<void> {
  const response = await fetch(address, { method: 'DELETE' }).catch(() => null)
  if (response === null) return unanswered()
  forgetVisit()
  location.reload()
}

async function problemOf(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => null)
  return (body ?? ownProblem('unexpected', response.status)) as Problem
}
