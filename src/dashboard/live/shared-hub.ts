import { Hub } from './hub.ts'

/** The SharedWorker's script: one hub for all tabs of the browser. */
const hub = new Hub()

addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0]
  if (port === undefined) return
  const leave = hub.attach(port)
  // A crashed tab sends no message; some browsers report closed ports.
  port.addEventListener('close', leave)
})
