import { effect } from '@preact/signals'
import { reachable } from './reachability.ts'
import { forgetSession, readSession, session } from './session.ts'
import { hearOtherTabs } from './session-channel.ts'

/**
 * Keeps what the page knows of its session true: asks who is there at first, when a server is back, when another tab has
 * signed in, and when somebody comes back to a page that is signed out. Who signs out does so in all tabs. Called once.
 */
export function keepSession(): void {
  effect(() => {
    if (reachable.value && ['unknown', 'unclear'].includes(session.peek().phase)) void readSession()
  })
  hearOtherTabs((tidings) => {
    if (tidings === 'signed-out') forgetSession()
    else void readSession()
  })
  addEventListener('focus', lookWhetherSignedIn)
  document.addEventListener('visibilitychange', lookWhetherSignedIn)
}

function lookWhetherSignedIn(): void {
  if (document.visibilityState === 'visible' && session.peek().phase === 'signed-out') void readSession()
}
