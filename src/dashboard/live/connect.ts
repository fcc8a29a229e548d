import type { FromHub, ToHub } from './protocol.ts'

/** A way to the hub. */
export type HubLink = { send: (message: ToHub) => void }

/**
 * Finds the hub: in a SharedWorker where the browser has one, else in this page. Messages wait until it is there.
 *
 * @param onLost told when the worker could not be started and the page's own hub stands in: watch everything anew
 */
export function connectToHub(onMessage: (message: FromHub) => void, onLost: () => void): HubLink {
  const shared = sharedPort()
  if (shared === null) return ownHub(onMessage)
  let link = linkOver(shared.port, onMessage)
  shared.worker.addEventListener('error', () => {
    link = ownHub(onMessage)
    onLost()
  })
  return { send: (message) => link.send(message) }
}

function sharedPort() {
  if (typeof SharedWorker === 'undefined') return null
  try {
    const worker = new SharedWorker(new URL('./shared-hub.ts', import.meta.url), { type: 'module', name: 'stellwerk' })
    return { worker, port: worker.port }
  } catch {
    // Storage that is partitioned or blocked takes SharedWorkers along.
    return null
  }
}

/** The hub in this page, loaded only where it is needed. */
function ownHub(onMessage: (message: FromHub) => void): HubLink {
  const { port1, port2 } = new MessageChannel()
  void import('./hub.ts').then(({ Hub }) => new Hub().attach(port2))
  return linkOver(port1, onMessage)
}

function linkOver(port: MessagePort, onMessage: (message: FromHub) => void): HubLink {
  port.onmessage = ({ data }: MessageEvent<FromHub>) => onMessage(data)
  return { send: (message) => port.postMessage(message) }
}
