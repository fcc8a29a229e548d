import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { beginAtStart, createJob, getJob, startMs, stubOf } from './api.ts'
import { MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

beginAtStart()

const client = new MlflowClient()
const open = async (experiment_id: string, n = 0): Promise<string> =>
  (await client.post('runs/create', { experiment_id, start_time: startMs + n })).run.info.run_id

/** The ids of the runs that a search of experiments finds. */
const found = async (experiment: string, view: string): Promise<string[]> => {
  const { runs } = await client.post('runs/search', { experiment_ids: [experiment], run_view_type: view })
  return runs.map(({ info }: { info: { run_id: string } }) => info.run_id)
}

test('a run that is deleted is hidden, restored as it was, and all the while its job goes on and takes what comes', async () => {
  const { experiment_id: id } = await client.post('experiments/create', { name: 'with deleted runs' })
  const [kept, gone] = [await open(id), await open(id, 1)]
  for (let i = 0; i < 2; i++) await client.post('runs/delete', { run_id: gone })
  expect(await found(id, 'ACTIVE_ONLY')).toEqual([kept])
  expect(await found(id, 'DELETED_ONLY')).toEqual([gone])
  expect(await found(id, 'ALL')).toEqual([gone, kept])
  expect((await client.run(gone)).info).toMatchObject({ lifecycle_stage: 'deleted', status: 'RUNNING' })
  await client.metric(gone, 'loss', 0.5, 1)
  await client.post('runs/update', { run_id: gone, status: 'FINISHED' })
  expect(await getJob(gone)).toMatchObject({ status: 'completed', loss: 0.5 })
  expect(await found(id, 'ACTIVE_ONLY')).toEqual([kept])
  await evictDurableObject(stubOf(gone))
  await client.post('runs/restore', { run_id: gone })
  expect(await found(id, 'ACTIVE_ONLY')).toEqual([gone, kept])
  expect((await client.run(gone)).info.lifecycle_stage).toBe('active')
  const refused = await client.send('POST', 'mlflow/runs/delete', { run_id: await createJob() })
  expect(refused.status).toBe(400)
})

test('deletion requires an administrator: an operator and the token of an attempt delete nothing', async () => {
  const { experiment_id: experiment } = await client.post('experiments/create', { name: 'theirs' })
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  for (const by of [await MlflowClient.as('operator'), new MlflowClient(runner.token)]) {
    const asked = [
      ['runs/delete', { run_id: runner.job }],
      ['runs/restore', { run_id: runner.job }],
      ['experiments/delete', { experiment_id: experiment }],
      ['experiments/restore', { experiment_id: experiment }],
    ] as const
    for (const [path, sent] of asked) expect((await by.send('POST', `mlflow/${path}`, sent)).status).toBe(403)
  }
  const own = new MlflowClient(runner.token)
  const tag = { key: 'a', value: 'b' }
  const ofOthers = await own.send('POST', 'mlflow/experiments/set-experiment-tag', {
    experiment_id: experiment,
    ...tag,
  })
  expect(ofOthers.status).toBe(403)
  const { experiment_id } = (await own.run(runner.job)).info
  expect(await own.post('experiments/set-experiment-tag', { experiment_id, ...tag })).toEqual({})
})

test('experiments are renamed, tagged and found by their tags; one that is deleted is hidden with its runs', async () => {
  const sent = { name: 'old', tags: [{ key: 'team', value: 'a' }] }
  const { experiment_id: id } = await client.post('experiments/create', sent)
  await client.post('experiments/update', { experiment_id: id, new_name: 'new' })
  await client.post('experiments/set-experiment-tag', { experiment_id: id, key: 'stage', value: 'ü' })
  await client.post('experiments/delete-experiment-tag', { experiment_id: id, key: 'team' })
  const names = async (asked: object) =>
    (await client.post('experiments/search', asked)).experiments.map(({ name }: { name: string }) => name)
  expect(await names({ filter: "tags.stage = 'ü'" })).toEqual(['new'])
  expect(await names({ filter: "tags.team = 'a'" })).toEqual([])
  const run = await open(id)
  await client.post('experiments/delete', { experiment_id: id })
  expect(await names({ filter: "name LIKE 'n%'" })).toEqual([])
  expect(await names({ filter: "name LIKE 'n%'", view_type: 'DELETED_ONLY' })).toEqual(['new'])
  expect(await found(id, 'ACTIVE_ONLY')).toEqual([])
  const deleted = (await client.get('experiments/get-by-name?experiment_name=new')).experiment
  expect(deleted).toMatchObject({ lifecycle_stage: 'deleted', tags: [{ key: 'stage', value: 'ü' }] })
  const refusedRun = await client.send('POST', 'mlflow/runs/create', { experiment_id: id, start_time: 7 })
  expect(refusedRun.status).toBe(400)
  const again = await client.send('POST', 'mlflow/experiments/create', { name: 'new' })
  expect(await again.json()).toMatchObject({ message: expect.stringContaining('deleted state') })
  await client.post('experiments/restore', { experiment_id: id })
  expect(await found(id, 'ACTIVE_ONLY')).toEqual([run])
})

test('the experiments that there always are cannot be renamed or deleted, and no two have one name', async () => {
  for (const experiment_id of ['0', '1']) {
    for (const path of ['experiments/update', 'experiments/delete']) {
      const answer = await client.send('POST', `mlflow/${path}`, { experiment_id, new_name: 'x' })
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({ message: expect.stringContaining('There is always an experiment') }),
      ])
    }
  }
  const { experiment_id } = await client.post('experiments/create', { name: 'one' })
  const taken = await client.send('POST', 'mlflow/experiments/update', { experiment_id, new_name: 'zeugnis' })
  expect(await taken.json()).toMatchObject({ error_code: 'RESOURCE_ALREADY_EXISTS' })
})
