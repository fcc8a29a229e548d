import { spawn } from 'node:child_process'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Address } from './http.ts'

/** A request as MLflow's client has sent it. */
export type Recorded = {
  method: string
  path: string
  headers: readonly (readonly [name: string, value: string])[]
  body: string
}

/** What client_requests.py has the client do, in this order. */
const operations = [
  'log-metric',
  'log-batch-40',
  'log-batch-1000',
  'get',
  'get-history',
  'search',
  'search-filtered',
] as const
export type Operation = (typeof operations)[number]

/** The Authorization that the recorded client sends, in whose place each side gets its own. */
const TOKEN = 'st_recorded'

/** Runs a script with MLflow's client. @returns what it prints @throws an Error if it fails */
export async function runScript(python: string, name: string, args: readonly string[], env: object): Promise<string> {
  const script = fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(python, [script, ...args], {
    env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, status] = await Promise.all([
    text(child.stdout),
    new Promise((resolve) => {
      child.once('close', resolve)
    }),
  ])
  if (status !== 0) throw new Error(`${name}: status ${status}`)
  return output
}

/** Records what MLflow's client sends to its own server for each operation, on a run that there is. */
export async function recordRequests(
  { port, python }: Address & { python: string },
  experiment: string,
  run: string,
): Promise<Record<Operation, Recorded>> {
  const recorded: Recorded[] = []
  const proxy = createServer(async (sent, answer) => {
    const [method, path] = [sent.method ?? '', sent.url ?? '']
    const body = await text(sent)
    const { rawHeaders } = sent
    const headers = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ''] as const] : []))
    if (!path.endsWith('/server-info')) recorded.push({ method, path, headers, body })
    const onward = request({ port, method, path, headers: { ...sent.headers, host: `127.0.0.1:${port}` } }, (came) => {
      answer.writeHead(came.statusCode ?? 500, came.headers)
      came.pipe(answer)
    })
    onward.end(body)
  })
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve)
  })
  const uri = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  try {
    const env = { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: TOKEN }
    await runScript(python, 'client_requests.py', [experiment, run], env)
  } finally {
    proxy.close()
    proxy.closeAllConnections()
  }
  if (recorded.length !== operations.length) throw new Error(`MLflow's client has sent ${recorded.length} requests`)
  return Object.fromEntries(operations.map((name, i) => [name, recorded[i]])) as Record<Operation, Recorded>
}

/** Where a recorded request is sent: in its text, these take the places of what was recorded. */
export type Target = Address & {
  /** The path before that of MLflow's API. */
  root: string
  token: string | null
  /** The ids of the run and the experiment, and those that were recorded. */
  ids: readonly (readonly [recorded: string, own: string])[]
}

/** The bytes of a recorded request, for another server. `text`: its body, if it has changed. */
export function replayed({ method, path, headers, body }: Recorded, target: Target, text = body): string {
  const own = (one: string) => target.ids.reduce((all, [from, to]) => all.replaceAll(from, to), one)
  const content = own(text)
  const lines = headers.flatMap(([name, value]) => {
    switch (name.toLowerCase()) {
      case 'host':
        return `${name}: ${target.host}`
      case 'content-length':
        return `${name}: ${Buffer.byteLength(content)}`
      case 'authorization':
        return target.token === null ? [] : `${name}: ${value.replace(TOKEN, target.token)}`
      default:
        return `${name}: ${value}`
    }
  })
  return `${method} ${target.root}${own(path)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${content}`
}

/** The body of a log call, so many steps (and as many milliseconds) later than it was recorded: a new one. */
export const later = (body: string, steps: number): string =>
  body
    .replace(/("step": ?)(\d+)/g, (_, name: string, step: string) => `${name}${Number(step) + steps}`)
    .replace(/("timestamp": ?)(\d+)/g, (_, name: string, ms: string) => `${name}${Number(ms) + steps}`)
