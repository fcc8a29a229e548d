import { beforeEach, expect, test } from 'vitest'
import { beginAtStart, createJob, startMs } from './api.ts'
import { MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

let runner: Runner
let own: MlflowClient

beginAtStart()
beforeEach(async () => {
  await createJob({ trainer: 'runner', model_type: 'zeugnis' })
  runner = await new Runner().begin()
  own = new MlflowClient(runner.token)
  await own.post('runs/update', { run_id: runner.job, status: 'RUNNING' })
})

/** Opens a run under that of the job. @returns its id */
const nest = async (n: number, loss: number): Promise<string> => {
  const { run } = await own.post('runs/create', { experiment_id: '0', start_time: startMs + n, run_name: `fold ${n}` })
  await own.metric(run.info.run_id, 'loss', loss, 1)
  return run.info.run_id
}

/** Logs a model of a run. @returns its source, as a client registers it */
async function logModel(run: string): Promise<string> {
  const { model } = await own.post('logged-models', { experiment_id: '1', name: 'model', source_run_id: run })
  const { model_id: id, artifact_uri: uri } = model.info
  await own.ask('PUT', `mlflow-artifacts/artifacts/${uri.replace('mlflow-artifacts:/', '')}/MLmodel`, 'weights')
  await own.ask('PATCH', `mlflow/logged-models/${id}`, { status: 'LOGGED_MODEL_READY' })
  return `models:/${id}`
}

test('a script finds the best of the runs that it has opened, and no run of others', async () => {
  await new MlflowClient().post('runs/create', { experiment_id: '1', run_name: 'of somebody else' })
  const [, best] = [await nest(1, 0.5), await nest(2, 0.1), await nest(3, 0.9)]
  const find = async (more: object) =>
    (await own.post('runs/search', { experiment_ids: ['1'], ...more })).runs.map(
      ({ info }: { info: { run_id: string } }) => info.run_id,
    )
  const below = { filter: `tags.mlflow.parentRunId = '${runner.job}'`, order_by: ['metrics.loss ASC'] }
  expect(await find({ ...below, max_results: 1 })).toEqual([best])
  expect(await find(below)).toHaveLength(3)
  expect(await find({})).toHaveLength(4)
  expect(await find({ run_view_type: 'DELETED_ONLY' })).toEqual([])
  const { experiments } = await own.post('experiments/search', { max_results: 10 })
  expect(experiments).toEqual([expect.objectContaining({ experiment_id: '1' })])
})

test('a script registers and reads the models of the runs that it has opened, and nobody with another token does', async () => {
  const child = await nest(1, 0.5)
  const source = await logModel(child)
  await own.post('registered-models/create', { name: 'folds' })
  const { model_version: version } = await own.post('model-versions/create', { name: 'folds', source, run_id: child })
  expect(version).toMatchObject({ version: '1', run_id: child, status: 'READY' })
  await own.post('registered-models/alias', { name: 'folds', alias: 'best', version: '1' })
  expect((await own.get('registered-models/alias?name=folds&alias=best')).model_version.version).toBe('1')
  expect((await own.get('registered-models/get?name=folds')).registered_model.latest_versions).toHaveLength(1)
  expect((await own.get('model-versions/search')).model_versions).toHaveLength(1)
  const { artifact_uri: uri } = await own.get('model-versions/get-download-uri?name=folds&version=1')
  const file = `mlflow-artifacts/artifacts/${uri.replace('mlflow-artifacts:/', '')}/MLmodel`
  expect((await own.send('GET', file)).status).toBe(200)
  // It is no version of the job, whose completion makes that.
  await runner.finish('completed')
  await createJob({ trainer: 'runner' })
  const stranger = new MlflowClient((await new Runner('gpu-2').begin()).token)
  expect((await stranger.send('GET', file)).status).toBe(403)
  expect((await stranger.send('POST', 'mlflow/model-versions/create', { name: 'folds', source })).status).toBe(403)
  const alias = { name: 'folds', alias: 'best', version: '1' }
  expect((await stranger.send('POST', 'mlflow/registered-models/alias', alias)).status).toBe(403)
})
