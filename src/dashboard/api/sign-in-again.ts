import { effect, signal } from '@preact/signals'
import { hasBeenSignedIn, session } from './session.ts'

/** Whether the sign-in dialog is open, and whether it is there because a session ended. */
export const signInDialog = signal<'closed' | 'first' | 'again'>('closed')

let decided: PromiseWithResolvers<boolean> | null = null

/**
 * Opens the sign-in dialog over the page, once for all who ask meanwhile.
 *
 * @returns whether somebody has signed in; `false` when the dialog was dismissed
 */
export function askToSignIn(): Promise<boolean> {
  if (decided === null) {
    decided = Promise.withResolvers()
    signInDialog.value = hasBeenSignedIn.peek() ? 'again' : 'first'
    session.value = { phase: 'signed-out' }
  }
  return decided.promise
}

/** Closes the dialog without anybody having signed in. */
export function dismissSignIn(): void {
  settle(false)
}

function settle(signedIn: boolean): void {
  signInDialog.value = 'closed'
  decided?.resolve(signedIn)
  decided = null
}

effect(() => {
  if (session.value.phase === 'signed-in') settle(true)
})
