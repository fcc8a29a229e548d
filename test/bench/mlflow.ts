import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { curvesOf, reading } from './curves.ts'
import type { Comparison, Rounds } from './figures.ts'
import { type Address, Connection, encodeRequest, once } from './http.ts'
import { listenerOf } from './process.ts'
import { reporting } from './reports.ts'
import type { Rate } from './requests.ts'
import { type Server, withServer } from './server.ts'
import { type Batch, batches, timeAt, valueAt } from './trained.ts'
import { inTurns, type Sender } from './turns.ts'

/** How many times as fast as MLflow reports and histories are to be. */
const TARGET = 10

/** Points of the history that both read: MLflow answers all of them, and takes minutes to be given a million. */
const POINTS = 10_000

const port = 5_123
const path = (name: string) => `/api/2.0/mlflow/${name}`

/** Reports and a history, compared with an MLflow server on SQLite with one worker: the same values, in turns. */
export async function measureMlflow(rounds: Rounds): Promise<{ version: string; figures: Comparison<Rate>[] }> {
  const peer = await startMlflow()
  try {
    return await withServer(async (server) => {
      const figures: Comparison<Rate>[] = []
      for (const batch of batches) {
        const name = `report of ${batch.name}`
        const sides = await rounds(`MLflow: ${name}`, async () => {
          const ours = await reporting(server, batch, 1)
          const bare = await logging(peer, batch)
          const rates = await inTurns({ ours, bare })
          await ours.end()
          bare.end()
          return rates
        })
        figures.push({ name, base: batch.steps === 1 ? 'log-metric' : 'log-batch', target: TARGET, ...sides })
      }
      figures.push(await histories(server, peer, rounds))
      return { version: peer.version, figures }
    })
  } finally {
    peer.stop()
  }
}

async function histories(server: Server, peer: Mlflow, rounds: Rounds): Promise<Comparison<Rate>> {
  const { ours: shot } = await curvesOf(server, POINTS)
  const run = await createRun(peer)
  for (let step = 0; step < POINTS; step += 1_000) {
    const body = { run_id: run, metrics: metricsOf({ name: '', steps: 1_000, metrics: ['loss'] }, step) }
    await once({ ...peer, method: 'POST', path: path('runs/log-batch'), body })
  }
  const theirs = { ...peer, path: `${path('metrics/get-history')}?run_id=${run}&metric_key=loss` }
  const sides = await rounds('MLflow: history', async () => {
    const [ours, bare] = [reading(shot, server.pid), reading(theirs, peer.pid)]
    const rates = await inTurns({ ours, bare })
    ours.end()
    bare.end()
    return rates
  })
  return { name: `history of ${POINTS.toLocaleString('en')} points`, base: 'get-history', target: TARGET, ...sides }
}

type Mlflow = Address & { pid: number; version: string; stop: () => void }

/** Installs MLflow's newest release into a temporary folder, and starts its server. */
async function startMlflow(): Promise<Mlflow> {
  const folder = mkdtempSync(join(tmpdir(), 'stellwerk-mlflow-'))
  const bin = (name: string) => join(folder, 'venv', 'bin', name)
  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${command}: ${stderr}`)
    return stdout
  }
  process.stderr.write('installing MLflow … ')
  run('python3', '-m', 'venv', 'venv')
  run(bin('pip'), 'install', '--quiet', 'mlflow')
  const version = run(bin('mlflow'), '--version').trim()
  process.stderr.write(`${version}\n`)
  const options = ['--backend-store-uri', 'sqlite:///mlflow.db', '--workers', '1', '--port', String(port)]
  // A process group of its own: the server starts others.
  const child = spawn(bin('mlflow'), ['server', ...options], { cwd: folder, detached: true, stdio: 'ignore' })
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
    if (pid !== undefined) return { ...address, pid, version, stop }
    await sleep(1_000)
  }
  stop()
  throw new Error('MLflow does not start')
}

async function createRun(peer: Mlflow): Promise<string> {
  const body = { experiment_id: '0', start_time: Date.now() }
  const answer = await once({ ...peer, method: 'POST', path: path('runs/create'), body })
  return JSON.parse(answer.body).run.info.run_id
}

const metricsOf = ({ steps, metrics }: Batch, from: number) =>
  Array.from({ length: steps }, (_, i) => from + i).flatMap((step) =>
    metrics.map((key, n) => ({ key, value: valueAt(step, n), timestamp: timeAt(step), step })),
  )

/** A run to which one batch after another is logged, over one connection. */
async function logging(peer: Mlflow, batch: Batch): Promise<Sender & { end: () => void }> {
  const run = await createRun(peer)
  const connection = new Connection(peer.port)
  let step = 0
  return {
    send: async () => {
      const metrics = metricsOf(batch, step)
      step += batch.steps
      const shot =
        batch.steps === 1
          ? { path: path('runs/log-metric'), body: { run_id: run, ...metrics[0] } }
          : { path: path('runs/log-batch'), body: { run_id: run, metrics } }
      const answer = await connection.send(encodeRequest({ ...peer, method: 'POST', ...shot }))
      if (answer.status !== 200) throw new Error(`MLflow: ${answer.status} ${answer.body.slice(0, 300)}`)
    },
    pid: peer.pid,
    connections: 1,
    end: () => connection.close(),
  }
}
