import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { type Asked, LocalServer } from './local-server.ts'

const everywhere = '0.0.0.0'
/** The addresses at which other machines can reach this one, if it has any. */
const addresses = Object.values(networkInterfaces())
  .flat()
  .flatMap((one) => (one !== undefined && !one.internal && one.family === 'IPv4' ? [one.address] : []))

/** Another machine that requests localhost and claims to be local. */
const claims: Record<string, string> = { Host: 'localhost', 'CF-Connecting-IP': '127.0.0.1' }

/** The answer's status; `refused` when nothing listens. */
const statusOf = (server: LocalServer, asked: Asked) =>
  server.ask('/api/v1/admin/training/status', asked).then(
    ({ status }) => status,
    () => 'refused',
  )

test('an address in wrangler.toml does not expose npm start to the network, whatever a client claims', async () => {
  await using server = await LocalServer.start([], { dev: { ip: everywhere } })
  expect(server.said).toMatch(/^No sign-in required on this machine/)
  expect(await statusOf(server, {})).toBe(200)
  for (const host of addresses) {
    for (const headers of [{}, { Host: 'localhost' }, claims]) {
      expect(await statusOf(server, { host, headers })).toBe('refused')
    }
  }
})

test('npm start on every address requires credentials, even if a var of the file allows local access', async () => {
  await using server = await LocalServer.start(['--ip', everywhere], { vars: { ALLOW_ANYONE_ON_LOCALHOST: 'true' } })
  expect(server.said).toMatch(/^Locked: /)
  for (const host of ['127.0.0.1', ...addresses]) {
    for (const headers of [{}, { Host: 'localhost' }, claims]) {
      expect(await statusOf(server, { host, headers })).toBe(503)
    }
  }
})

test('npm start stops at once if its arguments allow every host name', async () => {
  await using server = await LocalServer.start(['--host', 'localhost'])
  expect(server.said).toMatch(/^Stopped: /)
  expect(await server.ended()).toBe(1)
  expect(await statusOf(server, {})).toBe('refused')
})

test('npm start stops at once if its arguments expose it to the network', async () => {
  const opened = ['--ip', everywhere, '--var', 'ALLOW_ANYONE_ON_LOCALHOST:true']
  await using server = await LocalServer.start(opened)
  expect(server.said).toMatch(addresses.length === 0 ? /^No sign-in / : /^Stopped: /)
  if (addresses.length > 0) expect(await server.ended()).toBe(1)
})
