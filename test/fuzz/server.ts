import { existsSync, statfsSync } from 'node:fs'
import { createTestHarness, type Unstable_Config, unstable_readConfig } from 'wrangler'
import { clientOf } from './http.ts'

/** Longer than the Worker asks of its secrets. */
export const adminToken = 'fuzz-admin-token-of-the-worker-under-test'
const sessionSecret = 'fuzz-session-secret-of-the-worker-under-test'

/** Slots for jobs: enough that most commands find one, few enough that all of them can be taken. */
export const activeJobsMax = 12

/**
 * The Worker as in wrangler.toml, closed to whoever shows nothing, with a quick trainer, and with limits on rates that
 * nobody meets.
 */
function workerConfig() {
  const config: Unstable_Config = unstable_readConfig({ config: 'wrangler.toml' })
  const { name = 'stellwerk', main = '', compatibility_date = '', compatibility_flags } = config
  const { assets, durable_objects, migrations, d1_databases } = config
  const ratelimits = config.ratelimits.map((one) => ({ ...one, simple: { limit: 1_000_000_000, period: 60 as const } }))
  const vars = {
    ...config.vars,
    ADMIN_TOKEN: adminToken,
    SESSION_SECRET: sessionSecret,
    MAX_ACTIVE_JOBS: String(activeJobsMax),
    MAX_STREAMS_PER_CREDENTIAL: '10000',
    SIMULATION_SPEED: '50',
  }
  const worker = { name, main, compatibility_date, compatibility_flags, vars }
  return { ...worker, assets, durable_objects, migrations, d1_databases, ratelimits }
}

/** Where Linux keeps files in memory. Waiting for the disk is most of what a write takes; nothing here outlives workerd. */
const memory = '/dev/shm'
/** Bytes that must be free there: a long run fills some hundred MiB. */
const MEMORY_BYTES_MIN = 1024 ** 3

function hasMemory(): boolean {
  const free = existsSync(memory) ? statfsSync(memory) : { bavail: 0, bsize: 0 }
  return free.bavail * free.bsize >= MEMORY_BYTES_MIN
}

/** Starts the Worker in workerd, with an empty database. */
export async function startServer() {
  if (hasMemory()) process.env.TMPDIR = memory
  const config = workerConfig()
  const harness = createTestHarness({ workers: [{ config }] })
  const { url } = await harness.listen()
  const worker = harness.getWorker<{ DB: D1Database }>(config.name)
  await worker.applyD1Migrations('DB')
  const { DB: db } = await worker.getEnv()
  const client = clientOf(Number(url.port))
  const close = async () => {
    client.close()
    await harness.close()
  }
  /** What the Worker has logged about a request that went wrong, so far; what it logged of others is forgotten. */
  const errorsOf = (requestId: string): string[] => {
    const lines = harness.getLogs().map(({ message }) => message)
    harness.clearLogs()
    return lines.filter((line) => line.includes(requestId) && line.includes('error'))
  }
  return { origin: url.origin, client, db, errorsOf, close }
}

export type Server = Awaited<ReturnType<typeof startServer>>
