/**
 * `npm start`: migrates the local database, loads the demo dataset if there is none, and serves: without credentials to
 * this machine only, unless some are configured; it prints which. Arguments are passed to `wrangler dev`, as in
 * `npm start -- --port 9000 --var SIMULATION_SPEED:20`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isExposed } from './exposure.ts'
import { wrangler, wranglerEnv } from './local-wrangler.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const args = process.argv.slice(2)
const { values } = parseArgs({
  args,
  strict: false,
  options: {
    port: { type: 'string' },
    ip: { type: 'string' },
    config: { type: 'string', short: 'c' },
    env: { type: 'string', short: 'e' },
    'persist-to': { type: 'string' },
  },
})
const port = Number(values.port ?? 8787)
/** The options that the commands on the database need as well. */
const shared = (['config', 'env', 'persist-to'] as const).flatMap((name) =>
  values[name] === undefined ? [] : [`--${name}=${values[name]}`],
)

/** Whether other machines could reach the server. */
const isReachable =
  args.some((arg) => /^(-r|--remote|--tunnel)\b/.test(arg)) ||
  !['localhost', '127.0.0.1', '::1'].includes(String(values.ip ?? 'localhost'))

/** Runs a command on the local database without prompts; its output is shown only if it fails. */
function d1(...command: string[]) {
  const run = spawnSync(process.execPath, [wrangler, 'd1', ...command, '--local', ...shared], {
    cwd: root,
    env: { ...wranglerEnv, CI: '1' },
    encoding: 'utf8',
  })
  if (run.status === 0) return
  console.error(`wrangler d1 ${command.join(' ')} failed:\n${run.stdout ?? ''}${run.stderr ?? run.error ?? ''}`)
  process.exit(run.status ?? 1)
}

console.log('Preparing the local database …')
d1('migrations', 'apply', 'DB')
d1('execute', 'DB', '--file=demo/dataset.sql')

// Always set the address: wrangler.toml could have another one, and a client that can connect could forge its headers.
// Local access is off where a credential is configured, and for other machines (src/auth).
const address = values.ip === undefined ? ['--ip', 'localhost'] : []
const opening = ['--var', `ALLOW_ANYONE_ON_LOCALHOST:${!isReachable}`]
console.log(
  `Serving on http://localhost:${port} until Ctrl+C. The cron trigger is fired each minute, as in production.`,
)
const server = spawn(
  process.execPath,
  [wrangler, 'dev', ...(values.port ? [] : ['--port', String(port)]), ...address, ...opening, ...args],
  { cwd: root, env: wranglerEnv, stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))
server.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)))

void reportAccess()

/** Asks the server once it answers: credentials can come from the command line, .dev.vars, .env or wrangler.toml. */
async function reportAccess(): Promise<void> {
  const answer = await fetch(`http://localhost:${port}/session`).catch(() => null)
  if (answer === null) {
    await sleep(250)
    return reportAccess()
  }
  await answer.body?.cancel()
  if (!(await isExposed(port))) return console.log(accessMessage(answer.status))
  console.error(
    'Stopped: with these settings it would let in whoever reaches this machine. Set ADMIN_TOKEN in .dev.vars, or leave ' +
      'out ALLOW_ANYONE_ON_LOCALHOST, --ip and --host.',
  )
  server.removeAllListeners('exit').on('exit', () => process.exit(1))
  server.kill('SIGTERM')
}

function accessMessage(status: number): string {
  switch (status) {
    case 200:
      return (
        'Open to everybody on this machine, as admin: ALLOW_ANYONE_ON_LOCALHOST is set. ' +
        'To close it, put ADMIN_TOKEN into .dev.vars.'
      )
    case 503:
      return (
        'Closed to everybody: no valid setting lets anybody in. ' +
        'Put ADMIN_TOKEN, of 32 characters, into .dev.vars. See SECURITY.md.'
      )
    default:
      return 'Closed: it lets in whom ADMIN_TOKEN, API tokens or Cloudflare Access let in. See SECURITY.md.'
  }
}

// `wrangler dev` does not fire cron triggers.
setInterval(() => {
  fetch(`http://localhost:${port}/cdn-cgi/local/scheduled`, { signal: AbortSignal.timeout(30_000) })
    .then((response) => response.body?.cancel())
    .catch(() => {})
}, 60_000)
