import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { RUN_LOST_AFTER_TIMES } from '../../src/platform/limits.ts'
import {
  api,
  beginAtStart,
  createJob,
  getJob,
  passUntil,
  post,
  refusal,
  registerRow,
  request,
  startMs,
  stubOf,
} from './api.ts'
import { asAdmin, closed, makeToken } from './attacks/closed.ts'
import { MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests say which
type Json = any

beginAtStart()

const client = new MlflowClient()
const body = (more: object = {}) => ({
  experiment_id: '0',
  user_id: 'root',
  start_time: startMs,
  tags: [
    { key: 'mlflow.user', value: 'root' },
    { key: 'mlflow.source.name', value: 'a1.py' },
  ],
  ...more,
})
const open = async (more: object = {}): Promise<string> =>
  (await client.post('runs/create', body(more))).run.info.run_id
const end = (id: string, status: string) => client.post('runs/update', { run_id: id, status, end_time: startMs })

test('a script that nobody claimed a job for opens a run, which is a job without a slot', async () => {
  const training = await createJob()
  const created = await client.post('runs/create', body({ run_name: 'blushing-vole' }))
  const { run_id: id } = created.run.info
  expect(created.run.info).toMatchObject({
    run_name: 'blushing-vole',
    user_id: 'root',
    status: 'RUNNING',
    experiment_id: '0',
  })
  await client.metric(id, 'loss', 0.5, 1)
  await client.post('runs/log-parameter', { run_id: id, key: 'lr', value: '0.1' })
  expect(await getJob(id)).toMatchObject({
    ...{ name: 'blushing-vole', status: 'training', trainer: 'mlflow', model_type: 'general', waiting_for: null },
    ...{ loss: 0.5, run_params: { lr: '0.1' }, total_epochs: 0, created_by: 'anonymous' },
    attempt: { number: 1, runner: 'root' },
  })
  expect(await registerRow(id)).toMatchObject({ slot: null, status: 'training' })
  expect(await getJob(training)).toMatchObject({ status: 'preparing' })
})

test.each([
  ['FINISHED', 'completed', 'FINISHED'],
  ['FAILED', 'failed', 'FAILED'],
  ['KILLED', 'cancelled', 'KILLED'],
])('it ends by the word of its client: %s', async (said, status, shown) => {
  const id = await open()
  await end(id, said)
  await end(id, 'RUNNING')
  expect(await getJob(id)).toMatchObject({ status, attempt: { ended: status } })
  expect((await client.run(id)).info).toMatchObject({ status: shown, end_time: expect.any(Number) })
  // It registers nothing by itself.
  expect(await (await request(`${api}/models`)).json()).toEqual([])
})

test('a run that nobody claimed has the times that its client says, also where a search finds it', async () => {
  const times = { start_time: startMs - 5_000, end_time: startMs - 1_000 }
  const id = await open({ start_time: times.start_time, run_name: 'timed' })
  expect((await client.run(id)).info.start_time).toBe(times.start_time)
  const { run_info } = await client.post('runs/update', { run_id: id, status: 'FINISHED', end_time: times.end_time })
  expect(run_info).toMatchObject(times)
  await passUntil(id, startMs + 60_000)
  const { runs } = await client.post('runs/search', {
    experiment_ids: ['0'],
    filter: `attributes.end_time = ${times.end_time} AND run_name = 'timed'`,
  })
  expect(runs[0].info).toMatchObject({ run_id: id, ...times })
})

test.each([
  ['READY', 'completed'],
  ['UPLOAD_FAILED', 'failed'],
])('a model that is logged of no run has one that holds it, once, and ends with it: %s', async (said, status) => {
  const sent = { experiment_id: '0', name: 'alone', tags: [{ key: 'mlflow.user', value: 'root' }] }
  const models = [1, 2].map(() => client.post('logged-models', { ...sent, params: [{ key: 'said', value: said }] }))
  const [{ model }, { model: again }] = (await Promise.all(models)) as [Json, Json]
  const { model_id: modelId, source_run_id: id, artifact_uri: uri } = model.info
  expect(again).toEqual(model)
  expect(model.info).toMatchObject({ name: 'alone', experiment_id: '0', status: 'LOGGED_MODEL_PENDING' })
  expect(await getJob(id)).toMatchObject({ name: 'alone', status: 'training', trainer: 'mlflow' })
  const file = `mlflow-artifacts/artifacts/${uri.replace('mlflow-artifacts:/', '')}/MLmodel`
  await client.ask('PUT', file, 'weights')
  await client.ask('PATCH', `mlflow/logged-models/${modelId}`, { status: `LOGGED_MODEL_${said}` })
  expect(await getJob(id)).toMatchObject({ status })
  await client.ask('PATCH', `mlflow/logged-models/${modelId}/tags`, { tags: [{ key: 'late', value: '1' }] })
  const found = await client.post('logged-models/search', { experiment_ids: ['0'], filter: "name = 'alone'" })
  expect(found.models[0].info).toMatchObject({ model_id: modelId, status: `LOGGED_MODEL_${said}` })
  expect((await client.run(id)).info.status).toBe(said === 'READY' ? 'FINISHED' : 'FAILED')
})

test.each([1.5, -1, 1e300, 'soon', {}])(
  'a time that makes no sense refuses no run, and no end of one: %j',
  async (time) => {
    const { run } = await client.post('runs/create', body({ start_time: time }))
    await client.post('runs/update', { run_id: run.info.run_id, status: 'FINISHED', end_time: time })
    expect((await client.run(run.info.run_id)).info.status).toBe('FINISHED')
  },
)

test('a Transformers training that finishes without its final report has failed', async () => {
  const logged = async (...metrics: string[]) => {
    const id = await open({ start_time: startMs + metrics.length })
    const params = ['per_device_train_batch_size', 'num_train_epochs'].map((key) => ({ key, value: '1' }))
    await client.post('runs/log-batch', { run_id: id, params })
    for (const key of metrics) await client.metric(id, key, 1, 1)
    await end(id, 'FINISHED')
    return (await getJob(id)).status
  }
  expect(await logged('loss')).toBe('failed')
  expect(await logged('loss', 'train_runtime')).toBe('completed')
  expect(await logged('eval_loss', 'eval_accuracy', 'eval_runtime')).toBe('completed')
})

test('the same request again opens no second run, until another request has named the first', async () => {
  const id = await open()
  expect(await open()).toBe(id)
  await client.metric(id, 'loss', 1)
  const other = await open()
  expect(other).not.toBe(id)
  expect(await open()).toBe(other)
  expect(await open({ start_time: startMs + 1 })).not.toBe(other)
})

test('threads that send the same request at once, and log as soon as they are answered, have a run each', async () => {
  const search = { run_name: 'candidate', start_time: startMs + 77 }
  const ids = await Promise.all(
    [1, 2, 3, 4].map(async (c) => {
      const id = await open(search)
      await client.post('runs/log-parameter', { run_id: id, key: 'C', value: String(c) })
      return id
    }),
  )
  expect(new Set(ids).size).toBe(4)
})

test('what comes after its end is taken, and changes no state', async () => {
  const id = await open()
  await end(id, 'FINISHED')
  const { completed_at } = await getJob(id)
  expect(await getJob(id)).toMatchObject({ attempt: { heard_at: completed_at } })
  await passUntil(id, startMs + 30_000)
  await client.metric(id, 'score', 0.9)
  await client.post('runs/set-tag', { run_id: id, key: 'note', value: 'late' })
  await passUntil(id, startMs + 60_000)
  expect(await getJob(id)).toMatchObject({
    status: 'completed',
    completed_at,
    attempt: { heard_at: new Date(startMs + 30_000).toISOString() },
    summary: { score: { latest: 0.9 } },
    run_tags: { note: 'late' },
  })
})

test('it cannot be paused, and an operator’s cancel takes effect at once', async () => {
  const id = await open()
  expect(await refusal(await post(`${api}/jobs/${id}/pause`))).toEqual([
    400,
    expect.stringContaining('cannot pause it'),
  ])
  await post(`${api}/jobs/${id}/cancel`)
  expect(await getJob(id)).toMatchObject({ status: 'cancelled', attempt: { ended: 'given_up' } })
  const events = await (await request(`${api}/jobs/${id}/events`)).json<{ type: string; message: string | null }[]>()
  expect(events.find(({ type }) => type === 'given_up')?.message).toContain('may still run')
})

test('its silence changes nothing for an hour, then it is shown as lost, and its word ends that; after a day it fails', async () => {
  const id = await open()
  await client.metric(id, 'loss', 1, 1)
  const lostAfterMs = RUN_LOST_AFTER_TIMES * 600_000
  await passUntil(id, startMs + lostAfterMs - 120_000)
  expect(await getJob(id)).toMatchObject({ status: 'training', attempt: { silent_since: null } })
  await passUntil(id, startMs + lostAfterMs + 120_000)
  expect(await getJob(id)).toMatchObject({ status: 'training', attempt: { silent_since: expect.any(String) } })
  await client.metric(id, 'loss', 0.5, 2)
  expect(await getJob(id)).toMatchObject({ status: 'training', attempt: { silent_since: null } })
  await passUntil(id, startMs + 3 * lostAfterMs + 86_400_000)
  expect(await getJob(id)).toMatchObject({
    status: 'failed',
    error_message: expect.stringContaining('not been heard of'),
  })
})

test('experiments that scripts make up keep their id, and a model type is one', async () => {
  const { experiment_id: id } = await client.post('experiments/create', { name: 'mine' })
  expect((await client.get('experiments/get-by-name?experiment_name=mine')).experiment.experiment_id).toBe(id)
  const again = await client.send('POST', 'mlflow/experiments/create', { name: 'mine' })
  expect([again.status, (await again.json<{ error_code: string }>()).error_code]).toEqual([
    400,
    'RESOURCE_ALREADY_EXISTS',
  ])
  const { experiment } = await client.get('experiments/get-by-name?experiment_name=klausur')
  const run = await open({ experiment_id: experiment.experiment_id })
  expect(await getJob(run)).toMatchObject({ model_type: 'klausur' })
  expect((await client.run(run)).info.experiment_id).toBe(experiment.experiment_id)
  const unknown = await client.send('GET', 'mlflow/experiments/get-by-name?experiment_name=nobody')
  expect(unknown.status).toBe(404)
})

test('the first run that an attempt opens is that of its job, further ones are under it and end with it', async () => {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  const own = new MlflowClient(runner.token)
  const opened = async (n: number) => (await own.post('runs/create', body({ start_time: startMs + 100 + n }))).run
  expect((await opened(0)).info.run_id).toBe(runner.job)
  const [open, ended] = [await opened(1), await opened(2)]
  expect(open.data.tags).toContainEqual({ key: 'mlflow.parentRunId', value: runner.job })
  const { run_id: id } = open.info
  await own.metric(id, 'loss', 0.5, 1)
  await own.post('runs/update', { run_id: ended.info.run_id, status: 'FINISHED' })
  expect(await getJob(id)).toMatchObject({ status: 'training', trainer: 'mlflow', loss: 0.5 })
  const stranger = new MlflowClient(`${runner.token.slice(0, -1)}${runner.token.endsWith('A') ? 'B' : 'A'}`)
  expect((await stranger.send('GET', `mlflow/runs/get?run_id=${id}`)).status).toBe(401)
  await runner.finish('failed')
  await passUntil(runner.job, startMs + 60_000)
  expect(await getJob(id)).toMatchObject({ status: 'failed' })
  expect(await getJob(ended.info.run_id)).toMatchObject({ status: 'completed' })
})

test('the request that opens the run of an attempt may come twice, and what opens further ones says nothing of it', async () => {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  const own = new MlflowClient(runner.token)
  const opened = async (more: object = {}) => (await own.post('runs/create', body(more))).run.info.run_id
  const first = { run_name: 'the first' }
  for (let i = 0; i < 2; i++) {
    expect(await opened(first)).toBe(runner.job)
    await evictDurableObject(stubOf(runner.job))
  }
  const nested = { run_name: 'nested', tags: [{ key: 'mlflow.parentRunId', value: runner.job }] }
  const child = await opened(nested)
  expect(child).not.toBe(runner.job)
  expect(await opened(nested)).toBe(child)
  const { info, data } = await own.run(runner.job)
  expect(info.run_name).toBe('the first')
  expect(data.tags.map(({ key }: { key: string }) => key)).not.toContain('mlflow.parentRunId')
  // It has been named by other requests since.
  expect(await opened(first)).not.toBe(runner.job)
})

test('an operator logs to runs of its own, a viewer to none, and names are cleaned', async () => {
  using _ = closed()
  const [mine, other, viewer] = await Promise.all(
    ['operator', 'operator', 'viewer'].map((role) => makeToken(role as 'viewer')),
  )
  const as = (made: { headers: { Authorization: string } } | undefined) =>
    new MlflowClient(made?.headers.Authorization.slice(7) ?? '')
  const created = await as(mine).post('runs/create', body({ run_name: 'a\u0000b\u202e' }))
  const id = created.run.info.run_id
  const tag = { run_id: id, key: 'a', value: 'b' }
  expect((await as(mine).send('POST', 'mlflow/runs/set-tag', tag)).status).toBe(200)
  for (const made of [other, viewer]) expect((await as(made).send('POST', 'mlflow/runs/set-tag', tag)).status).toBe(403)
  expect((await as(viewer).run(id)).info.run_id).toBe(id)
  const job = await (await request(`${api}/jobs/${id}`, { headers: asAdmin })).json<{ name: string }>()
  expect(job.name).toBe('a b')
})

test('runs are found by what they logged, and come in the order that is asked for', async () => {
  const ids: string[] = []
  for (const [i, loss] of [0.5, 0.25, Number.NaN].entries()) {
    const id = await open({ start_time: startMs + 10 + i, run_name: `searched ${i}` })
    await client.post('runs/log-batch', {
      run_id: id,
      metrics: [{ key: 'eval/loss', value: Number.isNaN(loss) ? 'NaN' : loss, step: 3, timestamp: startMs }],
      params: [{ key: 'lr', value: `0.00${i}` }],
      tags: [{ key: 'mlflow.note', value: 'Zeugnis Bayern' }],
    })
    if (i === 0) await end(id, 'FINISHED')
    ids.push(id)
  }
  const find = async (filter: string, more: object = {}): Promise<number[]> => {
    const { runs } = await client.post('runs/search', { experiment_ids: ['0'], filter, ...more })
    return runs.map(({ info }: { info: { run_id: string } }) => ids.indexOf(info.run_id)).filter((i: number) => i >= 0)
  }
  expect(await find("run_name LIKE 'searched%'")).toEqual([2, 1, 0])
  expect(await find('metrics."eval/loss" < 0.4')).toEqual([1])
  expect(await find("params.lr = '0.001' AND tags.`mlflow.note` ILIKE '%bayern'")).toEqual([1])
  expect(await find("attributes.status = 'FINISHED' and params.lr IN ('0.000', '0.001')")).toEqual([0])
  expect(await find("attributes.run_name LIKE 'searched%'", { order_by: ['metrics.`eval/loss` ASC'] })).toEqual([
    1, 0, 2,
  ])
  const first = await client.post('runs/search', { experiment_ids: ['0'], max_results: 1 })
  const second = await client.post('runs/search', {
    experiment_ids: ['0'],
    max_results: 1,
    page_token: first.next_page_token,
  })
  expect([first, second].map(({ runs }) => ids.indexOf(runs[0].info.run_id))).toEqual([2, 1])
  // What a row says is what the object says.
  const [found] = (
    await client.post('runs/search', { experiment_ids: ['0'], filter: `attributes.run_id = '${ids[0]}'` })
  ).runs
  expect(found.data).toEqual((await client.run(ids[0] ?? '')).data)
})

test.each([
  ['metrics.loss <', 'expected a value at its end'],
  ['metrics.loss < 1 OR params.lr = 1', 'expected AND'],
  ['colour.x = 1', "Invalid entity type 'colour'"],
  ['params.lr = 1', 'Expected a quoted string'],
  ['attributes.secret = 1', 'Invalid attribute key'],
  ["params.lr > '0.1'", "param 'lr' is a text"],
  ['attributes.run_name = 5', 'Expected a quoted string'],
  ["metrics.loss LIKE '1%'", "metric 'loss' is a number"],
  ["metrics.loss = '1'", "Expected a number for metric 'loss'"],
  ["attributes.start_time > 'soon'", "Expected a number for attribute 'start_time'"],
  ["tags.a = 'x", 'Invalid filter string at character 10'],
  ['('.repeat(5_000), 'expected a name'],
  ['a'.repeat(20_000), 'at most'],
])('a filter that makes no sense is refused with its place: %s', async (filter, message) => {
  await open({ start_time: startMs + 20 })
  const answer = await client.send('POST', 'mlflow/runs/search', { experiment_ids: ['0'], filter })
  expect(answer.status).toBe(400)
  expect((await answer.json<{ message: string }>()).message).toContain(message)
})

test('runs come by the time at which they began, as their clients say', async () => {
  const experiment_id = String((await client.post('experiments/create', { name: 'by time' })).experiment_id)
  const ids: string[] = []
  for (const ms of [2, 3, 1]) ids.push(await open({ experiment_id, start_time: startMs + ms }))
  for (const order_by of [[], ['attribute.start_time DESC']]) {
    const { runs } = await client.post('runs/search', { experiment_ids: [experiment_id], order_by })
    expect(runs.map(({ info }: Json) => ids.indexOf(info.run_id))).toEqual([1, 0, 2])
  }
  // Those that an order leaves equal, too.
  const { runs } = await client.post('runs/search', { experiment_ids: [experiment_id], order_by: ['params.lr DESC'] })
  expect(runs.map(({ info }: Json) => ids.indexOf(info.run_id))).toEqual([1, 0, 2])
})

test('the last page names no next one, also where others have runs', async () => {
  const experiment_id = String((await client.post('experiments/create', { name: 'paged' })).experiment_id)
  await open()
  for (const ms of [1, 2]) await open({ experiment_id, start_time: startMs + ms })
  const page = (more: object) =>
    client.post('runs/search', { experiment_ids: [experiment_id], max_results: 1, ...more })
  const first = await page({})
  const last = await page({ page_token: first.next_page_token })
  expect([first, last].map(({ runs }) => runs.length)).toEqual([1, 1])
  expect(last).not.toHaveProperty('next_page_token')
})

test('a run is of the user whom its client names, with a tag or without', async () => {
  const id = await open({ user_id: 'ada', tags: [] })
  await end(id, 'FINISHED')
  const { runs } = await client.post('runs/search', { experiment_ids: ['0'], filter: "attributes.user_id = 'ada'" })
  expect(runs.map(({ info }: Json) => [info.run_id, info.user_id])).toEqual([[id, 'ada']])
  expect((await client.run(id)).info.user_id).toBe('ada')
})

test('a name that says nothing is none: the run is called by its script, and keeps the name that it has', async () => {
  const tags = [{ key: 'mlflow.source.name', value: 'a1.py' }]
  const { info, data } = (await client.post('runs/create', body({ tags, run_name: '' }))).run
  expect([info.run_name, data.tags]).toEqual(['a1.py', [...tags, { key: 'mlflow.runName', value: 'a1.py' }]])
  const { run_info } = await client.post('runs/update', { run_id: info.run_id, run_name: '' })
  expect(run_info.run_name).toBe('a1.py')
})

test.each([
  ['runs/search', { order_by: Array.from({ length: 21 }, () => 'metrics.loss ASC') }],
  ['runs/search', { page_token: '-1' }],
  ['experiments/search', { max_results: -1 }],
])('a search that asks for too much or for nothing is refused: %s %j', async (path, asked) => {
  expect((await client.send('POST', `mlflow/${path}`, { experiment_ids: ['0'], ...asked })).status).toBe(400)
})

test.each(['max_results=-1', 'max_results=0', 'page_token=-1'])('a history has no page of %s', async (asked) => {
  const id = await open()
  const history = `mlflow/metrics/get-history?run_id=${id}&metric_key=loss&${asked}`
  expect((await client.send('GET', history)).status).toBe(400)
})

test('experiments are found by name', async () => {
  await client.post('experiments/create', { name: 'exp-x' })
  const { experiments } = await client.post('experiments/search', { filter: "name LIKE 'exp-%'", max_results: 10 })
  expect(experiments).toMatchObject([{ name: 'exp-x', lifecycle_stage: 'active' }])
})
