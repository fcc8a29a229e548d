import { DatabaseSync } from 'node:sqlite'
import { type Address, once } from './http.ts'
import type { Mlflow } from './mlflow-server.ts'
import type { Server } from './server.ts'

/** The same runs on both servers, made by the same requests. */

/** The runs that are searched. */
export const RUNS = 10_000

/** The points of the curve that is read. */
export const CURVE_POINTS = 10_000

/** A server that answers MLflow's API, below a path. */
export type Door = Address & { root: string }

const names = ['loss', 'learning_rate', 'grad_norm', 'accuracy']
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n))

async function post(door: Door, path: string, body: object): Promise<{ run: { info: { run_id: string } } }> {
  const shot = { ...door, method: 'POST', path: `${door.root}/api/2.0/mlflow/${path}`, body }
  return JSON.parse((await once(shot)).body)
}

/** Opens a run. @returns its id */
export async function createRun(door: Door): Promise<string> {
  const tags = [
    { key: 'mlflow.user', value: 'root' },
    { key: 'mlflow.source.name', value: 'train.py' },
  ]
  const body = { experiment_id: '0', start_time: Date.now(), run_name: 'Benchmark', tags }
  return (await post(door, 'runs/create', body)).run.info.run_id
}

/** A run as a Trainer of Transformers leaves it: 40 metrics, 100 parameters, five tags. */
export async function fullRun(door: Door): Promise<string> {
  const run_id = await createRun(door)
  const params = many(100, (n) => ({ key: `argument_${n}`, value: `value ${n}` }))
  const tags = many(3, (n) => ({ key: `tag_${n}`, value: `value ${n}` }))
  const metrics = many(40, (n) => ({ key: `metric_${n}`, value: n / 7, step: 9, timestamp: 1_795_000_000_000 }))
  await post(door, 'runs/log-batch', { run_id, metrics, params, tags })
  return run_id
}

/** Logs the long curve to a run, a thousand points at a time. */
export async function logCurve(door: Door, run_id: string): Promise<void> {
  for (let from = 0; from < CURVE_POINTS; from += 1_000) {
    const metrics = many(1_000, (n) => {
      const step = from + n
      return { key: 'curve', value: Math.round(1e6 / (step + 1)) / 1e6, step, timestamp: 1_795_000_000_000 + step }
    })
    await post(door, 'runs/log-batch', { run_id, metrics })
  }
}

/** A finished run of four metrics, twenty parameters and two tags, of which the searched ones are copies. */
async function finishedRun(door: Door): Promise<string> {
  const run_id = await createRun(door)
  const metrics = names.map((key) => ({ key, value: 0.5, step: 99, timestamp: 1_795_000_000_000 }))
  const params = [{ key: 'seed', value: '0' }, ...many(19, (n) => ({ key: `argument_${n}`, value: `value ${n}` }))]
  await post(door, 'runs/log-batch', { run_id, metrics, params })
  await post(door, 'runs/update', { run_id, status: 'FINISHED', end_time: Date.now() })
  return run_id
}

/** Of the run numbered n: its loss, 0 … 1, in no order; and its seed. */
const LOSS = '((n * 7919) % 10000) / 10000.0'
const SEED = 'CAST(CAST(n AS INTEGER) % 10 AS TEXT)'
const numbers = 'WITH RECURSIVE seeds (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM seeds WHERE n + 1 < ?2)'

/** Fills the register with runs. @returns an answer to a search of 50 of them, as text */
export async function seedOurRuns({ ourDb }: Server, door: Door): Promise<void> {
  const id = await finishedRun(door)
  const seed = `printf('00000000-0000-4000-8000-%012d', n)`
  for (let from = 0; from < RUNS; from += 1_000) {
    await ourDb
      .prepare(
        `${numbers} INSERT INTO jobs (id, model_type, status, revision, slot, wake_by_ms, spec, summary, snapshot, experiment_id)
         SELECT ${seed}, model_type, status, revision, NULL, NULL, json_set(spec, '$.id', ${seed}),
           json_set(summary, '$.recorded.metrics.loss[0]', ${LOSS}, '$.recorded.run.params.seed', ${SEED}), '', experiment_id
         FROM seeds, jobs WHERE jobs.id = ?3`,
      )
      .bind(from, from + 1_000, id)
      .run()
  }
}

/** Fills MLflow's database with runs, all but their curves. */
export async function seedTheirRuns(mlflow: Mlflow & Door): Promise<void> {
  const id = await finishedRun(mlflow)
  const database = new DatabaseSync(mlflow.database)
  database.exec('PRAGMA busy_timeout = 10000')
  const changed: Record<string, string> = {
    run_uuid: `printf('%032d', n)`,
    start_time: 'start_time + n',
    value: `CASE key WHEN 'loss' THEN ${LOSS} WHEN 'seed' THEN ${SEED} ELSE value END`,
  }
  for (const table of ['runs', 'latest_metrics', 'metrics', 'params', 'tags']) {
    const columns = database
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map(({ name }) => String(name))
    const copied = columns.map((name) => changed[name] ?? name).join(', ')
    database
      .prepare(`${numbers} INSERT INTO ${table} (${columns}) SELECT ${copied} FROM seeds, ${table} WHERE run_uuid = ?3`)
      .run(0, RUNS, id)
  }
  database.close()
}
