import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runScript } from '../script.ts'
import { LocalServer } from './local-server.ts'

test('npm start prints the addresses and how access is granted, nothing else, and then each request once', async () => {
  await using server = await LocalServer.startFirst()
  const url = `http://localhost:${server.port}`
  const log = join(server.state, 'state', `start-${server.port}.log`)
  expect(await server.line(/Full log/)).toContain(log)
  expect(server.lines.filter((line) => line !== '')).toEqual([
    'Preparing the local database …',
    'Starting the server …',
    'Stellwerk is running. Ctrl+C stops it.',
    `  Dashboard      ${url}`,
    `  API reference  ${url}/docs`,
    '  Access         No sign-in required on this machine (admin). To require it, put ADMIN_TOKEN into .dev.vars.',
    `  Full log       ${log}`,
  ])
  await server.ask('/api/v1/admin/training/status?access_token=hunter2')
  await server.ask('/health')
  await server.line(/"path":"\/health"/)
  expect(server.lines.filter((line) => line.includes('/status'))).toHaveLength(1)
  const kept = await readFile(log, 'utf8')
  expect(kept).toContain('/status')
  expect(kept).not.toContain('hunter2')
})

test('npm start warns of a var that has no effect', async () => {
  await using server = await LocalServer.start(['--var', 'SIMULATION_SPED:20'])
  expect(server.lines).toContain(
    'The var SIMULATION_SPED does not exist and has no effect. Did you mean SIMULATION_SPEED?',
  )
})

test('npm start stops at once if a var is out of its range, and names both', async () => {
  await using server = await LocalServer.start(['--var', 'MAX_ACTIVE_JOBS:0'])
  expect(server.said).toBe('Stopped: The var MAX_ACTIVE_JOBS must be a whole number from 1 to 100.')
  expect(await server.ended()).toBe(1)
  expect(server.lines.join('\n')).not.toMatch(/running|Dashboard/)
})

test('npm start says once that a port is in use, and asks nothing of the server that has it', async () => {
  let requests = 0
  const other = createServer((_, response) => response.end(String(++requests))).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const run = await runScript('start', ['--port', String(port)])
  const err = `Port ${port} is in use. Choose another one: npm start -- --port ${port + 1}\n`
  expect(run).toEqual({ code: 1, out: '', err })
  expect(requests).toBe(0)
  other.close()
})
