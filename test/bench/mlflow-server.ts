import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pythonWith } from '../clients/python.ts'
import { type Address, once } from './http.ts'
import { listenerOf } from './process.ts'

/** An MLflow server with one worker on SQLite, and the Python that has its client. */
export type Mlflow = Address & {
  pid: number
  /** As it says itself. */
  version: string
  python: string
  /** The file of its database. */
  database: string
  stop: () => void
}

const port = 5_123

/** Starts MLflow's server, as pinned in requirements.txt. @throws an Error if it does not start within three minutes */
export async function startMlflow(): Promise<Mlflow> {
  const python = pythonWith(fileURLToPath(new URL('requirements.txt', import.meta.url)), 'mlflow-server')
  const { stdout } = spawnSync(python, ['-m', 'mlflow', '--version'], { encoding: 'utf8' })
  const version = `MLflow ${/[\d.]+$/.exec(stdout.trim())?.[0]}`
  const folder = mkdtempSync(join(tmpdir(), 'stellwerk-mlflow-'))
  const options = [
    '-m',
    'mlflow',
    'server',
    '--backend-store-uri',
    'sqlite:///mlflow.db',
    '--workers',
    '1',
    '--port',
    String(port),
  ]
  // A process group of its own: the server starts others.
  const child = spawn(python, options, {
    ...{ cwd: folder, detached: true, stdio: 'ignore' },
    env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' },
  })
  const stop = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  const address = { port, host: `127.0.0.1:${port}` }
  for (let seconds = 0; seconds < 180; seconds++) {
    const isUp = await once({ ...address, path: '/health' }).then(
      () => true,
      () => false,
    )
    const pid = isUp ? listenerOf(port) : undefined
    if (pid !== undefined) return { ...address, pid, version, python, database: join(folder, 'mlflow.db'), stop }
    await sleep(1_000)
  }
  stop()
  throw new Error('MLflow does not start')
}
