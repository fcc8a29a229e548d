import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { SEARCHED_ROWS_MAX } from '../../src/platform/limits.ts'
import { MlflowClient } from './mlflow.ts'

const client = new MlflowClient()

let opened = 0

/** A finished run of an experiment. */
async function finishedRun(
  experiment_id: string,
  metrics: Record<string, unknown>,
  params: Record<string, string> = {},
) {
  const { run } = await client.post('runs/create', { experiment_id, start_time: ++opened })
  const { run_id } = run.info
  await client.post('runs/log-batch', {
    run_id,
    metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, step: 1, timestamp: 1 })),
    params: Object.entries(params).map(([key, value]) => ({ key, value })),
  })
  await client.post('runs/update', { run_id, status: 'FINISHED' })
  return run_id as string
}

const createExperiment = async (name: string): Promise<string> =>
  (await client.post('experiments/create', { name })).experiment_id

async function found(experiment: string, filter: string, order_by: string[] = []): Promise<string[]> {
  const { runs } = await client.post('runs/search', { experiment_ids: [experiment], filter, order_by })
  return runs.map((run: { info: { run_id: string } }) => run.info.run_id)
}

test('a row rules out no run that meets the conditions', async () => {
  const experiment = await createExperiment('conditions')
  const [low, high, diverged, endless, none] = [
    await finishedRun(experiment, { loss: 0.25, 'val/loss': 1 }, { seed: '7', 'a"b': 'x' }),
    await finishedRun(experiment, { loss: 2 }, { seed: '8' }),
    await finishedRun(experiment, { loss: 'NaN' }, { seed: '7' }),
    await finishedRun(experiment, { loss: '-Infinity' }),
    await finishedRun(experiment, {}),
  ]
  const { run } = await client.post('runs/create', { experiment_id: experiment, start_time: ++opened })
  await client.metric(run.info.run_id, 'loss', 0.125)
  const running = run.info.run_id
  const cases: [string, (string | undefined)[]][] = [
    ['metrics.loss < 1', [running, endless, low]],
    ['metrics.loss >= 2', [high]],
    ['metrics.loss != 2', [running, endless, diverged, low]],
    ['metrics.`val/loss` = 1', [low]],
    ["params.seed = '7'", [diverged, low]],
    ["params.seed != '7'", [high]],
    ["params.seed = '7' AND metrics.loss < 1", [low]],
    ['metrics.loss IS NULL', [none]],
    ["params.`a\"b` = 'x'", [low]],
    ["params.`a\"b` = 'y'", []],
  ]
  for (const [filter, runs] of cases) expect(await found(experiment, filter), filter).toEqual(runs)
})

test('the best of many runs is found, however old it is', async () => {
  const experiment = await createExperiment('many')
  const best = await finishedRun(experiment, { loss: 0.25 })
  const other = await finishedRun(experiment, { loss: 0.5 })
  const id = `printf('00000000-0000-4000-8000-%012d', n)`
  await env.DB.prepare(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO jobs (id, model_type, status, revision, spec, summary, snapshot, experiment_id)
     SELECT ${id}, model_type, status, revision, json_set(spec, '$.id', ${id}), summary, '', experiment_id
     FROM numbers, jobs WHERE jobs.id = ?`,
  )
    .bind(SEARCHED_ROWS_MAX + 10, other)
    .run()
  expect((await found(experiment, '', ['metrics.loss']))[0]).toBe(best)
  expect(await found(experiment, 'metrics.loss < 0.3', ['metrics.loss'])).toEqual([best])
})
