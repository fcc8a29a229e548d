import { effect } from '@preact/signals'
import { reachable } from './reachability.ts'
import { forgetSession, readSession, session } from './session.ts'
import { onSessionChange } from './session-channel.ts'

/**
 * Keeps what the page knows of its session true: asks who is there at first, when a server is back, when another tab has
 * signed in, and when somebody comes back to a page that is signed out. Who signs out does so in all tabs. Called once.
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
