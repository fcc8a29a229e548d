import type { FromHub, ToHub } from './protocol.ts'

/** A way to the hub. */
export type HubLink = { send: (message: ToHub) => void }

/**
 * Finds the hub: in a SharedWorker where the browser has one, else in this page. Messages wait until it is there.
 *
 * @param onLost told when another hub stands in for one that could not be started: watch everything anew
 */
export function connectToHub(onMessage: (message: FromHub) => void, onLost: () => void): HubLink {
  const shared = sharedPort()
  let link = shared === null ? ownHub() : linkOver(shared.port, onMessage)
  shared?.worker.addEventListener('error', standIn)

  function ownHub(): HubLink {
    const { port1, port2 } = new MessageChannel()
    import('./hub.ts').then(
      ({ Hub }) => new Hub().attach(port2),
      () => refuseWatches(port2, standIn),
    )
    return linkOver(port1, onMessage)
  }

  function standIn(): void {
    link = ownHub()
    onLost()
  }

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

/** What is said in place of a hub whose script could not be had, until it is worth another try. */
function refuseWatches(port: MessagePort, onRetry: () => void): void {
  port.onmessage = ({ data }: MessageEvent<ToHub>) => {
    if (data.type === 'watch')
      port.postMessage({ type: 'connection', jobId: data.jobId, connection: { state: 'refused', status: 0 } })
    if (data.type !== 'retry') return
    port.onmessage = null
    onRetry()
  }
}

function linkOver(port: MessagePort, onMessage: (message: FromHub) => void): HubLink {
  port.onmessage = ({ data }: MessageEvent<FromHub>) => onMessage(data)
  return { send: (message) => port.postMessage(message) }
}
