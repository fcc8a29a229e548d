import { applyD1Migrations, type D1Migration, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { database, installD1Probe } from './d1-probe.ts'

/** The migrations, read by vitest.config.ts on Node's side. */
const { TEST_MIGRATIONS } = env as Env & { TEST_MIGRATIONS: D1Migration[] }

// Each file begins with nothing stored. The isolate is that of the files before, whose modules it need not load again.
await reset()
await applyD1Migrations(database, TEST_MIGRATIONS)
installD1Probe()
