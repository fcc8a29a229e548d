import { existsSync, statfsSync } from 'node:fs'
import { createTestHarness, type Unstable_Config, unstable_readConfig } from 'wrangler'
import { clientOf } from './http.ts'

/** Longer than the Worker requires of its secrets. */
export const adminToken = 'fuzz-admin-token-of-the-worker-under-test'
const sessionSecret = 'fuzz-session-secret-of-the-worker-under-test'

/** Slots for jobs: enough for most commands, few enough to take all of them. */
export const activeJobsMax = 12

/**
 * The Worker as in wrangler.toml, but with required credentials, a fast trainer, and rate limits that are never
 * reached.
 */
function workerConfig() {
  const config: Unstable_Config = unstable_readConfig({ config: 'wrangler.toml' })
  const { name = 'stellwerk', main = '', compatibility_date = '', compatibility_flags } = config
  const { assets, durable_objects, migrations, d1_databases, r2_buckets } = config
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
  return { ...worker, assets, durable_objects, migrations, d1_databases, r2_buckets, ratelimits }
}

/** Linux's file system in memory: writes mostly wait for the disk, and nothing here outlives workerd. */
const memory = '/dev/shm'
/** Free bytes required there: a long run fills some hundred MiB. */
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
  const worker = harness.getWorker<{ DB: D1Database; ARTIFACTS: R2Bucket }>(config.name)
  await worker.applyD1Migrations('DB')
  const { DB: db, ARTIFACTS: bucket } = await worker.getEnv()
  const client = clientOf(Number(url.port))
  const close = async () => {
    client.close()
    await harness.close()
  }
  /** The errors that the Worker has logged for a request; the log of other requests is discarded. */
  const errorsOf = (requestId: string): string[] => {
    const lines = harness.getLogs().map(({ message }) => message)
    harness.clearLogs()
    return lines.filter((line) => line.includes(requestId) && line.includes('error'))
  }
  return { origin: url.origin, client, db, bucket, errorsOf, close }
}

export type Server = Awaited<ReturnType<typeof startServer>>
