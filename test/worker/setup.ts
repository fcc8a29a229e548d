import { applyD1Migrations, type D1Migration } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { installD1Probe } from './d1-probe.ts'

/** The migrations, read by vitest.config.ts on Node's side. */
const { TEST_MIGRATIONS } = env as Env & { TEST_MIGRATIONS: D1Migration[] }

await applyD1Migrations(env.DB, TEST_MIGRATIONS)
installD1Probe()
