import { readD1Migrations } from '@cloudflare/vitest-plugin'
import type { TestProject } from 'vitest/node'
import { createTestHarness } from 'wrangler'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the service under test, without a trailing slash. */
    baseUrl: string
  }
}

/** Provides the service's address: CONTRACT_URL, or a workerd started here with short simulations. */
export default async function setup(project: TestProject) {
  const given = process.env.CONTRACT_URL
  if (given) {
    project.provide('baseUrl', given.replace(/\/+$/, ''))
    return
  }
  // Local access, whatever .dev.vars configures for `npm start`.
  const open = { ALLOW_ANYONE_ON_LOCALHOST: 'true', ADMIN_TOKEN: '', SESSION_SECRET: '' }
  const harness = createTestHarness({
    workers: [{ configPath: 'wrangler.toml', vars: { SIMULATION_SPEED: '50', ...open } }],
  })
  const { url } = await harness.listen()
  const { DB } = await harness.getWorker<{ DB: D1Database }>().getEnv()
  for (const migration of await readD1Migrations('migrations')) {
    await DB.batch(migration.queries.map((query) => DB.prepare(query)))
  }
  project.provide('baseUrl', url.origin)
  return () => harness.close()
}
