import { effect } from '@preact/signals'
import { reachable } from './reachability.ts'
import { forgetSession, readSession, session } from './session.ts'
import { onSessionChange } from './session-channel.ts'

/**
 * Keeps the session in sync: read at first, when the server is reachable again, when another tab has signed in, and
 * when a signed-out tab is focused. Signing out signs out all tabs. Called once.
 */
export function syncSession(): void {
  effect(() => {
    if (reachable.value && ['unknown', 'unclear'].includes(session.peek().phase)) void readSession()
  })
  onSessionChange((change) => {
    if (change === 'signed-out') forgetSession()
    else void readSession()
  })
  addEventListener('focus', readIfSignedOut)
  document.addEventListener('visibilitychange', readIfSignedOut)
}

function readIfSignedOut(): void {
  if (document.visibilityState === 'visible' && session.peek().phase === 'signed-out') void readSession()
}
