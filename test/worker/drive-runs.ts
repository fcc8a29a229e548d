import { createJob, runAlarm } from './api.ts'
import { MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

/** Everything that clients of MLflow do: of a job that a runner has claimed, and of a run that a script has opened itself. */
export async function driveRuns(): Promise<void> {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  await runner.steps(1)
  await log(new MlflowClient(runner.token), runner.job)
  await runner.finish('released')
  runner.claimId = crypto.randomUUID()
  await runner.begin()
  await log(new MlflowClient(runner.token), runner.job)
  for (let n = 0; n < 2; n++) await new MlflowClient(runner.token).post('runs/create', { start_time: n })
  await runner.finish('failed')
  await new MlflowClient(runner.token).metric(runner.job, 'late', 1)
  for (let n = 0; n < 5 && (await runAlarm(runner.job)); n++);

  const client = new MlflowClient()
  await client.post('experiments/create', { name: 'driven' })
  await client.get('experiments/get-by-name?experiment_name=driven')
  const opened = { experiment_id: '0', start_time: 1, tags: [{ key: 'mlflow.user', value: 'root' }] }
  await client.post('experiments/search', { max_results: 10 })
  for (let n = 0; n < 2; n++) await client.post('runs/create', opened)
  const { run } = await client.post('runs/create', opened)
  await log(client, run.info.run_id)
  await client.post('runs/update', { run_id: run.info.run_id, status: 'FINISHED' })
  await client.post('runs/search', {
    experiment_ids: ['0', '3'],
    filter: 'metrics.loss < 2',
    order_by: ['metrics.loss'],
  })
  for (const path of ['runs/delete', 'runs/restore']) await client.post(path, { run_id: run.info.run_id })
  const { experiment } = await client.get('experiments/get-by-name?experiment_name=driven')
  const { experiment_id } = experiment
  await client.post('experiments/update', { experiment_id, new_name: 'driven on' })
  await client.post('experiments/set-experiment-tag', { experiment_id, key: 'a', value: 'b' })
  await client.post('experiments/delete-experiment-tag', { experiment_id, key: 'a' })
  await client.post('experiments/delete', { experiment_id })
  for (const filter of ['', "name = 'model'"])
    await client.post('logged-models/search', { experiment_ids: ['0', '3'], filter })
  const { models } = await client.post('logged-models/search', { experiment_ids: ['0'] })
  await client.ask('DELETE', `mlflow/logged-models/${models[0].info.model_id}/tags/a`)
  await client.ask('DELETE', `mlflow/logged-models/${models[0].info.model_id}`)
  await client.get('model-versions/search')
}

async function log(client: MlflowClient, id: string): Promise<void> {
  const value = crypto.randomUUID()
  await client.post('runs/update', { run_id: id, status: 'RUNNING' })
  await client.post('runs/log-batch', {
    run_id: id,
    metrics: [{ key: 'loss', value: 1, step: 1, timestamp: 1 }],
    params: [{ key: 'output_dir', value }],
    tags: [{ key: 'note', value }],
  })
  await client.post('runs/log-inputs', { run_id: id, datasets: [{ dataset: { name: 'titles' } }] })
  await client.post('runs/outputs', { run_id: id, models: [{ model_id: 'm-1' }] })
  await client.post('logged-models', { experiment_id: '0', name: 'model', source_run_id: id })
  await client.post('logged-models/search', { experiment_ids: ['0'], filter: "name = 'model'" })
  await client.get(`metrics/get-history?run_id=${id}&metric_key=loss`)
  await client.run(id)
  await client.post('runs/delete-tag', { run_id: id, key: 'note' })
}
