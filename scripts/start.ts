/**
 * `npm start`: brings the local database up to date, loads the demo dataset if there is none, and serves, to everybody
 * on this machine unless credentials are set; which of the two, it says. Arguments go on to `wrangler dev`, as in
 * `npm start -- --port 9000 --var SIMULATION_SPEED:20`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const wrangler = fileURLToPath(new URL('../node_modules/wrangler/bin/wrangler.js', import.meta.url))
const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' }

const args = process.argv.slice(2)
const { values } = parseArgs({
  args,
  strict: false,
  options: { port: { type: 'string' }, 'persist-to': { type: 'string' }, ip: { type: 'string' } },
})
const port = String(values.port ?? 8787)
const persistTo = values['persist-to'] ? [`--persist-to=${values['persist-to']}`] : []

/** Whether others could reach the server, however they name it. */
const isReachable = () =>
  args.some((arg) => /^(-r|--remote|--tunnel)\b/.test(arg)) ||
  !['localhost', '127.0.0.1', '::1'].includes(String(values.ip ?? 'localhost'))

/** Runs a command on the local database without asking anything; what it printed is shown only if it fails. */
function d1(...command: string[]) {
  const run = spawnSync(process.execPath, [wrangler, 'd1', ...command, '--local', ...persistTo], {
    cwd: root,
    env: { ...env, CI: '1' },
    encoding: 'utf8',
  })
  if (run.status === 0) return
  console.error(`wrangler d1 ${command.join(' ')} failed:\n${run.stdout ?? ''}${run.stderr ?? run.error ?? ''}`)
  process.exit(run.status ?? 1)
}

console.log('Preparing the local database …')
d1('migrations', 'apply', 'DB')
d1('execute', 'DB', '--file=demo/dataset.sql')

// Opens nothing where a credential is set, nor to anybody who is not on this machine (src/auth).
const opening = isReachable() ? [] : ['--var', 'ALLOW_ANYONE_ON_LOCALHOST:true']
console.log(
  `Serving on http://localhost:${port} until Ctrl+C. The cron trigger is fired each minute, as in production.`,
)
const server = spawn(
  process.execPath,
  [wrangler, 'dev', ...(values.port ? [] : ['--port', port]), ...opening, ...args],
  {
    cwd: root,
    env,
    stdio: 'inherit',
  },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))
server.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)))

void sayWhoIsLetIn()

/** Asks the server itself, once it answers: credentials come from the command line, .dev.vars, .env or wrangler.toml. */
async function sayWhoIsLetIn(): Promise<void> {
  const answer = await fetch(`http://localhost:${port}/session`).catch(() => null)
  if (answer === null) {
    await sleep(250)
    return sayWhoIsLetIn()
  }
  await answer.body?.cancel()
  console.log(whoIsLetIn(answer.status))
}

function whoIsLetIn(status: number): string {
  switch (status) {
    case 200:
      return 'Open to everybody on this machine, as admin: ALLOW_ANYONE_ON_LOCALHOST is set. Set ADMIN_TOKEN to close it.'
    case 503:
      return 'Closed to everybody: no valid setting lets anybody in. Set ADMIN_TOKEN, of 32 characters. See SECURITY.md.'
    default:
      return 'Closed: it lets in whom ADMIN_TOKEN, API tokens or Cloudflare Access let in. See SECURITY.md.'
  }
}

// Cron triggers do not fire by themselves in `wrangler dev`.
setInterval(() => {
  fetch(`http://localhost:${port}/cdn-cgi/local/scheduled`, { signal: AbortSignal.timeout(30_000) })
    .then((response) => response.body?.cancel())
    .catch(() => {})
}, 60_000)
