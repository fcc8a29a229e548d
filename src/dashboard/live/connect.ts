import type { FromHub, ToHub } from './protocol.ts'

/** A connection to the hub. */
export type HubLink = { send: (message: ToHub) => void }

/**
 * Connects to the hub: in a SharedWorker where supported, else in this page. Messages are queued until it is ready.
 *
 * @param onLost called when another hub replaces one that failed to start: watch all jobs again
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
    // Partitioned or blocked storage disables SharedWorkers.
    return null
  }
}

/** Answers for a hub whose script failed to load, until a retry. */
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
