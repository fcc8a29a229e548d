import { effect, signal } from '@preact/signals'
import { ACCESS_RELOAD_MIN_MS } from '../platform/limits.ts'
import { hasBeenSignedIn, session, who } from './session.ts'

/** Whether the sign-in dialog is open, and whether it is there because a session ended. */
export const signInDialog = signal<'closed' | 'first' | 'again'>('closed')

let decision: PromiseWithResolvers<boolean> | null = null

/**
 * Opens the sign-in dialog over the page, once for all pending requests. A session of Cloudflare Access is renewed by
 * reloading the page; the dialog is the fallback.
 *
 * @returns whether the user has signed in; `false` when the dialog was dismissed
 */
export function askToSignIn(): Promise<boolean> {
  if (decision === null) {
    if (who.peek()?.kind === 'access') reloadForAccess(Date.now())
    decision = Promise.withResolvers()
    signInDialog.value = hasBeenSignedIn.peek() ? 'again' : 'first'
    session.value = { phase: 'signed-out' }
  }
  return decision.promise
}

/** Closes the dialog without signing in. */
export function dismissSignIn(): void {
  settle(false)
}

function settle(signedIn: boolean): void {
  signInDialog.value = 'closed'
  decision?.resolve(signedIn)
  decision = null
}

effect(() => {
  if (session.value.phase === 'signed-in') settle(true)
})

const storageKey = 'access-reloaded-ms'

/**
 * Reloads the page, so that Cloudflare Access signs in on the way. At most once in ACCESS_RELOAD_MIN_MS, and never
 * where the browser does not keep the time of the last reload.
 */
export function reloadForAccess(nowMs: number): void {
  try {
    if (nowMs - Number(sessionStorage.getItem(storageKey)) < ACCESS_RELOAD_MIN_MS) return
    sessionStorage.setItem(storageKey, String(nowMs))
    location.reload()
  } catch {
    // The sign-in dialog is open anyway.
  }
}
