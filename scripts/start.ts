/**
 * `npm start`: brings the local database up to date, loads the demo dataset if there is none, and serves, to everybody
 * on this machine unless credentials are set. Arguments go on to `wrangler dev`, as in
 * `npm start -- --port 9000 --var SIMULATION_SPEED:20`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
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

/** Whether somebody has said who is to be let in: as a var on the command line, or as a secret in .dev.vars. */
function hasCredentials(): boolean {
  const file = `${root}.dev.vars`
  const secrets = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return (
    /^\s*(ADMIN_TOKEN|ACCESS_TEAM_DOMAIN)\s*=\s*\S/m.test(secrets) ||
    /\b(ADMIN_TOKEN|ACCESS_TEAM_DOMAIN):./.test(args.join(' '))
  )
}

/** Whether others could reach the server, however they name it. */
const isReachable = () =>
  /--(remote|tunnel)\b/.test(args.join(' ')) ||
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

const isOpen = !hasCredentials() && !isReachable()
const opening = isOpen ? ['--var', 'ALLOW_ANYONE_ON_LOCALHOST:true'] : []
console.log(
  isOpen
    ? 'Open to everybody on this machine, as admin: ALLOW_ANYONE_ON_LOCALHOST is set. Set ADMIN_TOKEN to close it.'
    : 'Closed: it lets in whom ADMIN_TOKEN, API tokens or Cloudflare Access let in. See SECURITY.md.',
)
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

// Cron triggers do not fire by themselves in `wrangler dev`.
setInterval(() => {
  fetch(`http://localhost:${port}/cdn-cgi/local/scheduled`, { signal: AbortSignal.timeout(30_000) })
    .then((response) => response.body?.cancel())
    .catch(() => {})
}, 60_000)
