import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closeSecretFiles, isTaken } from '../../scripts/start/checks.ts'
import { readOptions } from '../../scripts/start/options.ts'
import { Filter, OWN_REQUEST } from '../../scripts/start/output.ts'
import { unknownVars, varsIn } from '../../scripts/start/vars.ts'

/** The lines of an output that are shown. */
function shown(output: string, isServing: boolean): string[] {
  const filter = new Filter()
  return output.split('\n').filter((line) => filter.shows(line, isServing))
}

const request = (id: string) => `{"level":"info","event":"request","request_id":"${id}","method":"GET","status":200}`
const heading = (sign: string, kind: string, text: string) =>
  `\u001b[33m${sign} \u001b[43;33m[\u001b[43;30m${kind}\u001b[43;33m]\u001b[0m \u001b[1m${text}\u001b[0m`

test('nothing of a start that goes well is shown', () => {
  const output = `
 ⛅️ wrangler 4.156.2 (update available 4.164.0)
───────────────────────────────────────────────
[custom build] Running: npm run build
[custom build] ✓ 289 modules transformed.
Your Worker has access to the following bindings:
env.DB (stellwerk)                                      D1 Database               local
${heading('▲', 'WARNING', 'Scheduled Workers are not automatically triggered during local development.')}

  To manually trigger a scheduled event, run:
    curl "http://localhost:8787/cdn-cgi/local/scheduled"


⎔ Starting local server...
[wrangler:info] Ready on http://localhost:8787
${request(`${OWN_REQUEST}1`)}
[wrangler:info] GET /session 200 OK (509ms)`
  expect(shown(output, false)).toEqual([])
})

test('each request is shown once, and none of those that npm start sends', () => {
  const output = [request('a'), '[wrangler:info] GET / 200 OK (3ms)', request(`${OWN_REQUEST}2`), request('b')]
  expect(shown(output.join('\n'), true)).toEqual([request('a'), request('b')])
})

test('errors are shown whole, and what the Worker prints', () => {
  const error = [heading('✘', 'ERROR', 'Uncaught Error: no'), '', '    at f (src/worker.ts:1:1)', '']
  const output = [...error, '⎔ Reloading local server...', 'console.log of somebody']
  expect(shown(output.join('\n'), true)).toEqual([...error, 'console.log of somebody'])
  expect(shown(output.join('\n'), false)).toEqual(error)
})

test('of a build that fails the reason is shown, without the traces', () => {
  const output = `[custom build] transforming...
[custom build]${' '}
[custom build] ✗ Build failed in 33ms
[custom build] [UNRESOLVED_IMPORT] Could not resolve './x.ts' in src/dashboard/main.tsx
[custom build]     at aggregateBindingErrorsIntoJsError (file:///x.mjs:50:18)
[custom build]   errors: [Getter/Setter]
${heading('✘', 'ERROR', 'k [Error]: Process exited with non-zero status (1)')}

      at I2._waitForOutput (cli.js:163185:98)
    result: I {
${heading('✘', 'ERROR', 'Running custom build `npm run build` failed.')}`
  expect(shown(output, false)).toEqual([
    '[custom build] ✗ Build failed in 33ms',
    "[custom build] [UNRESOLVED_IMPORT] Could not resolve './x.ts' in src/dashboard/main.tsx",
    heading('✘', 'ERROR', 'Running custom build `npm run build` failed.'),
  ])
})

test('npm start listens on localhost, port 8787, unless its arguments say otherwise', () => {
  expect(readOptions([])).toMatchObject({
    passed: ['--port', '8787', '--ip', 'localhost'],
    hosts: ['127.0.0.1', '::1'],
    url: 'http://localhost:8787',
    isReachable: false,
  })
  expect(readOptions(['--port=9000', '--ip', '0.0.0.0', '--verbose'])).toMatchObject({
    passed: ['--port=9000', '--ip', '0.0.0.0'],
    hosts: ['0.0.0.0'],
    url: 'http://localhost:9000',
    isReachable: true,
    isVerbose: true,
  })
  expect(readOptions(['--ip', '::1'])).toMatchObject({ url: 'http://[::1]:8787', isReachable: false })
})

test('npm start warns of a var that does not exist, and names the one that was meant', () => {
  const { vars } = readOptions(['--var', 'MAX_ACTIV_JOBS:2', 'Simulation_Speed:20', '--port', '1:2', '--var=X_Y:a:b'])
  expect(vars).toEqual(['MAX_ACTIV_JOBS', 'Simulation_Speed', 'X_Y'])
  expect(unknownVars([...vars, 'MAX_ACTIVE_JOBS', 'ADMIN_TOKEN', 'X_Y'])).toEqual([
    'The var MAX_ACTIV_JOBS does not exist and has no effect. Did you mean MAX_ACTIVE_JOBS?',
    'The var Simulation_Speed does not exist and has no effect. Did you mean SIMULATION_SPEED?',
    'The var X_Y does not exist and has no effect. The settings are listed in wrangler.toml.',
  ])
})

test('the vars of .dev.vars are read by name, those of an environment in their place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stellwerk-vars-'))
  expect(varsIn(folder, undefined)).toEqual([])
  writeFileSync(join(folder, '.dev.vars'), '# A=1\nADMIN_TOKEN="first\nNOT_A_VAR=2"\nexport SPEED=3\n')
  expect(varsIn(folder, 'staging')).toEqual(['ADMIN_TOKEN', 'SPEED'])
  writeFileSync(join(folder, '.dev.vars.staging'), 'MAX_JOBS=1\n')
  expect(varsIn(folder, 'staging')).toEqual(['MAX_JOBS'])
  rmSync(folder, { recursive: true })
})

test('npm start knows which secrets stand on its command line, and not what they are', () => {
  const args = ['--var', 'ADMIN_TOKEN:hunter2', '--var=SESSION_SECRET:hunter2', '--var', 'SIMULATION_SPEED:20']
  expect(readOptions(args).secrets).toEqual(['ADMIN_TOKEN', 'SESSION_SECRET'])
})

test('a port is taken when something listens there on either address of localhost', async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer().listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await isTaken(port, ['127.0.0.1', '::1']), host).toBe(true)
    server.close()
    await once(server, 'close')
    expect(await isTaken(port, ['127.0.0.1', '::1']), host).toBe(false)
  }
})

test.skipIf(process.platform === 'win32')(
  'files with secrets that others could read are closed to them, and no other',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'stellwerk-secrets-'))
    const modes = { '.dev.vars': 0o644, '.dev.vars.staging': 0o640, '.dev.vars.closed': 0o600, 'wrangler.toml': 0o644 }
    for (const [name, mode] of Object.entries(modes)) {
      writeFileSync(join(folder, name), '')
      chmodSync(join(folder, name), mode)
    }
    const closed = (name: string) => `Other users could read ${name}. Its mode is now 600.`
    expect(closeSecretFiles(folder).sort()).toEqual([closed('.dev.vars'), closed('.dev.vars.staging')])
    const after = Object.keys(modes).map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8))
    expect(after).toEqual(['600', '600', '600', '644'])
    expect(closeSecretFiles(folder)).toEqual([])
    rmSync(folder, { recursive: true })
  },
)
