/**
 * `npm start`: migrates the local database, loads the demo dataset if there is none, and serves: without credentials to
 * this machine only, unless some are configured; it prints which. Wrangler's output goes to a file. Arguments are passed to
 * `wrangler dev`, as in `npm start -- --port 9000 --var SIMULATION_SPEED:20`; `--verbose` shows that output instead.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { relative, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { wrangler, wranglerEnv } from './local-wrangler.ts'
import { closeSecretFiles, isTaken } from './start/checks.ts'
import { isExposed } from './start/exposure.ts'
import { readOptions } from './start/options.ts'
import { OWN_REQUEST, ServerOutput } from './start/output.ts'
import { unknownVars, varsIn } from './start/vars.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const options = readOptions(process.argv.slice(2))
const { port, url, isVerbose } = options

if (options.wantsHelp) {
  spawnSync(process.execPath, [wrangler, 'dev', '--help'], { env: wranglerEnv, stdio: 'inherit' })
  process.exit(0)
}
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error('--port must be a whole number from 1 to 65535.')
  process.exit(1)
}
if (await isTaken(port, options.hosts)) {
  console.error(`Port ${port} is in use. Choose another one: npm start -- --port ${port + 1}`)
  process.exit(1)
}
for (const line of closeSecretFiles(root)) console.warn(line)
for (const line of unknownVars([...options.vars, ...varsIn(root, options.env)])) console.warn(line)
if (options.secrets.length > 0) {
  console.warn(
    `Every program on this machine can read ${options.secrets.join(' and ')} on the command line: use .dev.vars.`,
  )
}

console.log('Preparing the local database …')
d1('migrations', 'apply', 'DB')
d1('execute', 'DB', '--file=demo/dataset.sql')

console.log('Starting the server …')
const log = resolve(root, options.state, `start-${port}.log`)
const output = isVerbose ? null : new ServerOutput(log)
const server = serve()
await untilServing()
const stopped = await reasonToStop()
if (stopped !== null) {
  console.error(`Stopped: ${stopped}`)
  server.removeAllListeners('close').on('close', () => process.exit(1))
  server.kill('SIGTERM')
} else {
  console.log(await summary())
  if (output !== null) output.isServing = true
  fireCronTrigger()
}

/** Runs a command on the local database without prompts; its output is shown only if it fails. */
function d1(...command: string[]) {
  const run = spawnSync(process.execPath, [wrangler, 'd1', ...command, '--local', ...options.shared], {
    cwd: root,
    env: { ...wranglerEnv, CI: '1' },
    encoding: 'utf8',
  })
  if (run.status === 0) return
  console.error(`wrangler d1 ${command.join(' ')} failed:\n${run.stdout ?? ''}${run.stderr ?? run.error ?? ''}`)
  process.exit(run.status ?? 1)
}

function serve(): ChildProcess {
  // Local access is off where a credential is configured, and for other machines (src/auth).
  const opening = ['--var', `ALLOW_ANYONE_ON_LOCALHOST:${!options.isReachable}`]
  const child = spawn(process.execPath, [wrangler, 'dev', ...opening, ...options.passed], {
    cwd: root,
    env: wranglerEnv,
    stdio: isVerbose ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
  if (child.stdout) output?.add(child.stdout, process.stdout)
  if (child.stderr) output?.add(child.stderr, process.stderr)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  process.on('SIGHUP', () => child.kill('SIGTERM'))
  process.on('exit', () => child.kill())
  child.on('close', (code, signal) => {
    if (output !== null && !output.isServing && code !== 0)
      console.error(`The server did not start: see ${shownPath(log)}`)
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0))
  })
  return child
}

/** Sends a request whose line in the server's log is not shown. */
function ask(path: string): Promise<Response> {
  return fetch(url + path, { headers: { 'X-Request-Id': `${OWN_REQUEST}${crypto.randomUUID()}` } })
}

async function untilServing(): Promise<void> {
  const answer = await ask('/health').catch(() => null)
  await answer?.body?.cancel()
  if (answer !== null) return
  await sleep(250)
  return untilServing()
}

/** Why this server must stop. Asked of itself: settings can come from the command line, .dev.vars, .env or wrangler.toml. */
async function reasonToStop(): Promise<string | null> {
  const health = await ask('/health')
  const { type, detail } = (await health.json()) as { type?: string; detail?: string }
  if (type === 'urn:stellwerk:problem:misconfigured') return `${detail?.replace(/\.$/, '')}.`
  if (!(await isExposed(port))) return null
  return (
    'with these settings anyone who reaches this machine would have access. Set ADMIN_TOKEN in .dev.vars, or leave out ' +
    'ALLOW_ANYONE_ON_LOCALHOST, --ip and --host.'
  )
}

/** What somebody who has just started it needs to know. */
async function summary(): Promise<string> {
  const session = await ask('/session')
  await session.body?.cancel()
  return [
    'Stellwerk is running. Ctrl+C stops it.',
    '',
    `  Dashboard      ${url}`,
    `  API reference  ${url}/docs`,
    `  Access         ${accessFor(session.status)}`,
    ...(isVerbose ? [] : [`  Full log       ${shownPath(log)}`]),
    '',
  ].join('\n')
}

/** How access is granted, by the status of `GET /session` without a credential. */
function accessFor(status: number): string {
  switch (status) {
    case 200:
      return 'No sign-in required on this machine (admin). To require it, put ADMIN_TOKEN into .dev.vars.'
    case 503:
      return 'Locked: no valid credential is configured. Put ADMIN_TOKEN, of 32 characters or more, into .dev.vars.'
    default:
      return 'Sign-in required: ADMIN_TOKEN, an API token or Cloudflare Access.'
  }
}

/** A path as it is shorter: from the project's folder if it lies in there. */
function shownPath(path: string): string {
  const short = relative(root, path)
  return short.startsWith('..') ? path : short
}

/** `wrangler dev` does not fire cron triggers. */
function fireCronTrigger(): void {
  setInterval(() => {
    fetch(`${url}/cdn-cgi/local/scheduled`, { signal: AbortSignal.timeout(30_000) })
      .then((response) => response.body?.cancel())
      .catch(() => {})
  }, 60_000)
}
