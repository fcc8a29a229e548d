import { expect, test } from 'vitest'
import { isTaken } from '../../scripts/start/checks.ts'
import { LocalServer } from './local-server.ts'

/** A deadline for what hangs: wrangler gives its runtime some seconds to end. */
const ENDS_MS = 30_000

test.each([
  ['npm', 'SIGTERM'],
  ['launcher', 'SIGTERM'],
  ['launcher', 'SIGHUP'],
  ['script', 'SIGHUP'],
] as const)('a server started by %s ends when only that process gets a %s', async (by, signal) => {
  await using server = await LocalServer.start([], {}, by)
  const { port } = server
  expect(await isTaken(port, ['127.0.0.1'])).toBe(true)
  server.signal(signal)
  await expect.poll(() => isTaken(port, ['127.0.0.1']), { timeout: ENDS_MS }).toBe(false)
})
