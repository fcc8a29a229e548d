import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, inject } from 'vitest'
import { type Folder, Machine } from '../runner/machine.ts'
import type { Service } from '../runner/service.ts'

/** What a client sees of a run. */
export type SeenRun = {
  info: { status: string; run_name: string }
  data: Record<'metrics' | 'params' | 'tags', { key: string; value: unknown; step?: number }[]>
}

/** Pauses between repetitions that a test can wait for; the client's own double from two seconds. */
const retries = { MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '1', MLFLOW_HTTP_REQUEST_BACKOFF_JITTER: '0' }

/** The runner with a script of this folder as its command, and the variables that the runner sets alone. */
export function machineFor(
  service: Service,
  folder: Folder,
  [script = '', ...args]: string[],
  env: object = {},
): Machine {
  const path = fileURLToPath(new URL(`scripts/${script}`, import.meta.url))
  return new Machine({
    ...service.at,
    workdir: folder.at('w'),
    args: ['--once', '--no-system-metrics'],
    env: { PYTHONUNBUFFERED: '1', RESULT: folder.at('result.json'), GO: folder.at('go'), ...retries, ...env },
    command: [inject('python'), path, ...args],
  })
}

/** Runs a script of this folder as a person does, with a token and without a runner. What it said is shown if it fails. */
export async function runAlone(service: Service, folder: Folder, script: string, token: string): Promise<void> {
  const path = fileURLToPath(new URL(`scripts/${script}`, import.meta.url))
  const env = {
    ...process.env,
    ...{ RESULT: folder.at('result.json'), MLFLOW_DISABLE_TELEMETRY: 'true', ...retries },
    ...{ MLFLOW_TRACKING_URI: `${service.at.url}/mlflow`, MLFLOW_TRACKING_TOKEN: token },
  }
  const child = spawn(inject('python'), [path], { cwd: folder.path, env, stdio: 'pipe' })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += String(data)))
  const [status] = await once(child, 'close')
  expect(status, said).toBe(0)
}

/** The exit status of a machine, once it has ended. What its process said is shown if it is another one than expected. */
export async function expectEnd(service: Service, id: string, machine: Machine, status = 0): Promise<void> {
  const ended = await machine.ended()
  const output = ended === status ? [] : (await service.output(id)).map(({ text }) => text)
  expect(ended, [machine.err, ...output].join('\n')).toBe(status)
}

/** What a script has written into the file RESULT. */
export const resultIn = (folder: Folder): unknown => JSON.parse(readFileSync(folder.at('result.json'), 'utf8'))

/** Asks the door as an administrator's client of MLflow does. */
async function ask<T>(service: Service, path: string): Promise<T> {
  const answer = await service.server.ask(`/mlflow/api/2.0/mlflow/${path}`, {
    headers: { Authorization: `Bearer ${service.adminToken}` },
  })
  return (await answer.json()) as T
}

/** The run of a job. */
export const runOf = async (service: Service, id: string): Promise<SeenRun> =>
  (await ask<{ run: SeenRun }>(service, `runs/get?run_id=${id}`)).run

/** All values of a metric, each with its step, in the order in which they are answered. */
export async function valuesOf(service: Service, id: string, metric: string): Promise<[number, unknown][]> {
  const path = `metrics/get-history?run_id=${id}&metric_key=${encodeURIComponent(metric)}&max_results=25000`
  const { metrics } = await ask<{ metrics: { step: number; value: unknown }[] }>(service, path)
  return metrics.map(({ step, value }) => [step, value])
}

/** The values of a metric that is 1 at step 0, a half at step 1, and so on. */
export const falling = (steps: number): [number, number][] =>
  Array.from({ length: steps }, (_, step) => [step, 1 / (step + 1)])
