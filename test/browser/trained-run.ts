import assert from 'node:assert/strict'
import type { Service } from './service.ts'

/** A script that opens a run through MLflow, logs to it, and is not heard any more. @returns the id of its job */
export async function openRun(service: Service, name: string): Promise<string> {
  const nowMs = Date.now()
  const { run } = (await ask(service, 'create', { experiment_id: '0', run_name: name, start_time: nowMs })) as {
    run: { info: { run_id: string } }
  }
  const run_id = run.info.run_id
  const entries = (all: Record<string, string>) => Object.entries(all).map(([key, value]) => ({ key, value }))
  await ask(service, 'log-batch', {
    run_id,
    metrics: Array.from({ length: 40 }, (_, step) => ({
      ...{ key: 'loss', value: 0.5 + Math.exp(-step / 9), step, timestamp: nowMs - 60_000 * (40 - step) },
    })),
    params: entries({
      ...{ learning_rate: '0.0003', batch_size: '32', optimizer: 'AdamW', seed: '17' },
      'data.path': '/home/schmidt/datensaetze/2026/zeugnisse-mit-ocr-texten/aufbereitet/train.jsonl',
      // More than what is stored.
      ['x'.repeat(251)]: '1',
    }),
    tags: entries({ team: 'Zeugnisse', 'mlflow.user': 'schmidt', stand: 'vor der Umstellung' }),
  })
  return run_id
}

/** The script logs a value after all. */
export const logMetric = (service: Service, run_id: string, key: string): Promise<unknown> =>
  ask(service, 'log-batch', { run_id, metrics: [{ key, value: 0.5, step: 40, timestamp: Date.now() }] })

async function ask(service: Service, what: string, body: object): Promise<unknown> {
  const headers = { Authorization: `Bearer ${service.admin.token}`, 'Content-Type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await fetch(`${service.origin}/mlflow/api/2.0/mlflow/runs/${what}`, init)
  const text = await answer.text()
  assert.equal(answer.status, 200, `${what}: ${text}`)
  return JSON.parse(text)
}
