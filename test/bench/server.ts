import { createTestHarness, unstable_readConfig } from 'wrangler'
import type { Address } from './http.ts'
import { childrenOf, listeningPort } from './process.ts'

/** The path of the API. */
export const api = '/api/v1/admin/training'

/** A workerd with the Worker and the bare baselines in it. */
export type Server = {
  /** The Worker under test. */
  ours: Address
  /** The bare baselines. */
  bare: Address
  /** The process of workerd. */
  pid: number
  ourDb: D1Database
  bareDb: D1Database
  close: () => Promise<void>
}

/** The benchmark's settings: slots for its jobs, and the speed of the simulation. */
export type Vars = { SIMULATION_SPEED?: string }

/**
 * The Worker as in wrangler.toml, but without its static assets: wrangler emulates their router with two more Workers,
 * which would be measured as well.
 */
function workerConfig(vars: Vars) {
  const config = unstable_readConfig({ config: 'wrangler.toml' })
  const { name = 'stellwerk', main = '', compatibility_date = '', compatibility_flags } = config
  const { durable_objects, migrations, d1_databases, r2_buckets, ratelimits } = config
  return {
    ...{
      name,
      main,
      compatibility_date,
      compatibility_flags,
      durable_objects,
      migrations,
      d1_databases,
      r2_buckets,
      ratelimits,
    },
    vars: { ...config.vars, MAX_ACTIVE_JOBS: '100', ALLOW_ANYONE_ON_LOCALHOST: 'true', ...vars },
  }
}

/**
 * Starts workerd through wrangler's test harness. The harness answers through a second workerd that only forwards, so
 * requests go directly to the port of the one that runs the Workers, which is found under /proc.
 */
async function startServer(vars: Vars = {}): Promise<Server> {
  const before = new Set(childrenOf(process.pid))
  const harness = createTestHarness({
    workers: [{ config: workerConfig(vars) }, { configPath: 'test/bench/wrangler.toml' }],
  })
  const { url } = await harness.listen()
  const own = childrenOf(process.pid).filter((pid) => !before.has(pid))
  const found = own.map((pid) => ({ pid, port: listeningPort(pid) }))
  const runtime = found.find(({ port }) => port !== undefined && port !== Number(url.port))
  if (runtime?.port === undefined) throw new Error('Found no workerd under /proc: the benchmark runs on Linux only')
  await harness.getWorker<Env>('stellwerk').applyD1Migrations('DB')
  const { DB: ourDb } = await harness.getWorker<{ DB: D1Database }>('stellwerk').getEnv()
  const { DB: bareDb } = await harness.getWorker<{ DB: D1Database }>('bare').getEnv()
  await bareDb
    .prepare('CREATE TABLE bodies (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL)')
    .run()
  return {
    ours: { port: runtime.port, host: `127.0.0.1:${runtime.port}` },
    bare: { port: runtime.port, host: 'bare.test' },
    pid: runtime.pid,
    ourDb,
    bareDb,
    close: () => harness.close(),
  }
}

/** Runs some work with a server, which is stopped afterwards. */
export async function withServer<T>(work: (server: Server) => Promise<T>, vars: Vars = {}): Promise<T> {
  const server = await startServer(vars)
  try {
    return await work(server)
  } finally {
    await server.close()
  }
}
