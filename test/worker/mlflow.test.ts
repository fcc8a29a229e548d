import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { hexOf } from '../../src/platform/sha256.ts'
import worker from '../../src/worker.ts'
import { api, beginAtStart, createJob, getJob, passUntil, request, startMs } from './api.ts'
import { beginRun, MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

let runner: Runner
let client: MlflowClient
let id: string

beginAtStart()
beforeEach(async () => {
  ;({ runner, client, id } = await beginRun())
})

const job = () => getJob(id)

test('a client resumes the run of its job, logs to it, and reads back what it logged', async () => {
  const opened = await client.run(id)
  expect(opened.info).toMatchObject({ run_id: id, run_uuid: id, status: 'RUNNING', lifecycle_stage: 'active' })
  expect(opened.info.artifact_uri).toBe(`mlflow-artifacts:/${opened.info.experiment_id}/${id}/artifacts`)
  expect((await client.post('runs/update', { run_id: id, status: 'RUNNING' })).run_info.run_id).toBe(id)
  await client.post('runs/log-batch', {
    run_id: id,
    metrics: [
      { key: 'loss', value: 0.5, step: 1, timestamp: 1_795_760_970_000 },
      { key: 'loss', value: 'NaN', step: 2, timestamp: 1_795_760_971_000 },
      { key: 'acc', value: '0.25', step: '1', timestamp: '1795760970000.5' },
    ],
    params: [{ key: 'lr', value: '0.001' }],
    tags: [{ key: 'mlflow.runName', value: 'blushing-vole' }],
  })
  await client.metric(id, 'loss', 'Infinity', 3)
  const { info, data } = await client.run(id)
  expect(info.run_name).toBe('blushing-vole')
  expect(data.params).toEqual([{ key: 'lr', value: '0.001' }])
  expect(data.metrics).toContainEqual({ key: 'loss', value: 'Infinity', step: 3, timestamp: 1_795_760_970_606 })
  expect(data.metrics).toContainEqual({ key: 'acc', value: 0.25, step: 1, timestamp: 1_795_760_970_000 })
  const { metrics } = await client.get(`metrics/get-history?run_id=${id}&metric_key=loss&max_results=2`)
  expect(metrics.map(({ step, value }: { step: number; value: unknown }) => [step, value])).toEqual([
    [1, 0.5],
    [3, 'Infinity'],
  ])
  expect(await job()).toMatchObject({ status: 'training', run_params: { lr: '0.001' }, values_not_stored: 0 })
})

test('a request that comes twice is stored once, and the latest value is that of the highest step, not of the last arrival', async () => {
  for (const step of [3, 1, 2, 3, 1]) await client.metric(id, 'loss', step / 10, step, step)
  const { metrics } = await client.get(`metrics/get-history?run_id=${id}&metric_key=loss`)
  expect(metrics.map(({ step }: { step: number }) => step)).toEqual([1, 2, 3])
  expect((await client.run(id)).data.metrics[0]).toMatchObject({ step: 3, value: 0.3 })
})

test('the runner and the client report the same value once, and two values of a step stay two points', async () => {
  await client.metric(id, 'loss', 0.5, 1)
  await runner.report({ points: [{ step: 1, metrics: { loss: 0.5, grad: 2 } }] })
  await client.metric(id, 'loss', 0.6, 1, 1_795_760_970_700)
  const { metrics } = await client.get(`metrics/get-history?run_id=${id}&metric_key=loss`)
  expect(metrics.map(({ value }: { value: number }) => value)).toEqual([0.5, 0.6])
  expect((await client.run(id)).data.metrics).toContainEqual(expect.objectContaining({ key: 'grad', value: 2 }))
  // The sequence of the runner is its own.
  expect(await runner.report({ points: [{ step: 2, metrics: { loss: 0.4 } }] })).toMatchObject({ sequence: 2 })
})

test('a parameter keeps its value within an attempt, and a later attempt may log another', async () => {
  const set = (value: string) =>
    client.send('POST', 'mlflow/runs/log-parameter', { run_id: id, key: 'output_dir', value })
  expect((await set('/tmp/a')).status).toBe(200)
  expect((await set('/tmp/a')).status).toBe(200)
  const refused = await set('/tmp/b')
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({
    error_code: 'INVALID_PARAMETER_VALUE',
    message: expect.stringContaining("Param with key='output_dir' was already logged"),
  })
  await runner.finish('released')
  runner.claimId = crypto.randomUUID()
  await runner.begin()
  client = new MlflowClient(runner.token)
  expect((await set('/tmp/b')).status).toBe(200)
  expect((await client.run(id)).data.params).toEqual([{ key: 'output_dir', value: '/tmp/b' }])
})

test('long values are cut, and a repetition of one is no change', async () => {
  const long = (letter: string, length: number) => `${letter.repeat(length)}\u{1F682}`
  for (let i = 0; i < 2; i++) {
    await client.post('runs/log-parameter', { run_id: id, key: 'p', value: long('x', 5_999) })
    await client.post('runs/set-tag', { run_id: id, key: 't', value: long('y', 9_000) })
  }
  const { params, tags } = (await client.run(id)).data
  expect(params).toEqual([{ key: 'p', value: `${'x'.repeat(5_999)}\uFFFD` }])
  expect(tags).toContainEqual({ key: 't', value: 'y'.repeat(8_000) })
  expect(await job()).toMatchObject({ values_not_stored: 0 })
})

test('a tag is deleted once, and a repetition of that is no error', async () => {
  await client.post('runs/log-batch', { run_id: id, tags: ['a', 'b'].map((key) => ({ key, value: key })) })
  for (let i = 0; i < 2; i++) await client.post('runs/delete-tag', { run_id: id, key: 'a' })
  const { tags } = (await client.run(id)).data
  expect(tags.filter(({ key }: { key: string }) => key.length === 1)).toEqual([{ key: 'b', value: 'b' }])
})

test('the epoch that a trainer logs beside its loss is the epoch of the job', async () => {
  const values = [1, 2].flatMap((step) => [
    { key: 'loss', value: 1 / step, step, timestamp: step },
    { key: 'epoch', value: step / 4, step, timestamp: step },
  ])
  await client.post('runs/log-batch', { run_id: id, metrics: values })
  expect(await job()).toMatchObject({ current_epoch: 0.5 })
  await client.metric(id, 'epoch', 'NaN', 3)
  expect(await job()).toMatchObject({ current_epoch: 0.5 })
})

test("the client's FINISHED ends nothing, and what comes after the attempt's own end is late but taken", async () => {
  await client.metric(id, 'loss', 0.5, 1)
  await client.post('runs/update', { run_id: id, status: 'FINISHED', end_time: 1 })
  expect(await job()).toMatchObject({ status: 'training' })
  await runner.finish('completed')
  await client.metric(id, 'score', 0.9, 0)
  await client.post('runs/set-tag', { run_id: id, key: 'note', value: 'late' })
  await passUntil(id, startMs + 60_000)
  expect(await job()).toMatchObject({ status: 'completed', summary: { score: { latest: 0.9 } } })
  expect((await client.run(id)).info.status).toBe('FINISHED')
})

test('what is beyond the bounds of a run is counted, and refused nothing', async () => {
  const params = Array.from({ length: 1_100 }, (_, i) => ({ key: `p${i}`, value: 'v' }))
  await client.post('runs/log-batch', { run_id: id, params })
  await client.post('runs/log-batch', { run_id: id, params: params.map(({ key }) => ({ key: `q${key}`, value: 'v' })) })
  await client.metric(id, 'loss', 1, 2 ** 62)
  await client.post('runs/set-tag', { run_id: id, key: 'k'.repeat(251), value: 'v' })
  expect(await job()).toMatchObject({ values_not_stored: 200 + 2 })
  expect((await client.run(id)).data.params).toHaveLength(2_000)
})

test.each([1_795_760_970_606_000_000, -1e300])(
  'a value at the time %d, which no date can hold, is shown at one',
  async (time) => {
    for (const _ of ['sent', 'sent again']) await client.metric(id, 'loss', 1, 1, time)
    const { points } = await (await request(`${api}/jobs/${id}/history`)).json<{ points: { timestamp: number }[] }>()
    expect(points.map(({ timestamp }) => new Date(timestamp).getTime())).toEqual([Math.sign(time) * 8.64e15])
  },
)

test('a body that is larger than a run takes at once is counted and refused nothing', async () => {
  const params = Array.from({ length: 300 }, (_, i) => ({ key: `p${i}`, value: 'x'.repeat(5_000) }))
  expect(await client.post('runs/log-batch', { run_id: id, params })).toEqual({})
  const dataset = { name: 'd', profile: 'x'.repeat(2_000_000) }
  expect(await client.post('runs/log-inputs', { run_id: id, datasets: [{ dataset }] })).toEqual({})
  expect(await job()).toMatchObject({ values_not_stored: 301, run_params: {} })
  const unknown = await client.send('POST', 'mlflow/runs/log-batch', { run_id: crypto.randomUUID(), params })
  expect(unknown.status).toBe(404)
})

test.each([
  ['a body that is no JSON', 'POST', 'mlflow/runs/log-metric', '{', 400, 'INVALID_PARAMETER_VALUE'],
  [
    'a value that is no number',
    'POST',
    'mlflow/runs/log-metric',
    { key: 'a', value: 'b' },
    400,
    'INVALID_PARAMETER_VALUE',
  ],
  [
    'a folder that climbs',
    'GET',
    'mlflow-artifacts/artifacts?path=3%2F%ID%2Fartifacts%2F..%2F..',
    undefined,
    400,
    'INVALID_PARAMETER_VALUE',
  ],
  ['what is not offered', 'POST', 'mlflow/traces/search', {}, 404, 'ENDPOINT_NOT_FOUND'],
  ['a run that there is not', 'GET', 'mlflow/runs/get?run_id=deadbeef', undefined, 404, 'RESOURCE_DOES_NOT_EXIST'],
  [
    'a path that climbs',
    'PUT',
    'mlflow-artifacts/artifacts/3/%ID/artifacts/..%2fx',
    'x',
    400,
    'INVALID_PARAMETER_VALUE',
  ],
])('%s gets an answer that the client understands', async (_, method, path, body, status, code) => {
  const named = typeof body === 'object' ? { run_id: id, ...body } : body
  const answer = await client.send(method, path.replace('%ID', id), named)
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ error_code: code, message: expect.any(String), type: expect.any(String) })
})

test('a job token opens its own run, and no other', async () => {
  const other = new MlflowClient(runner.token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))
  expect((await other.send('GET', `mlflow/runs/get?run_id=${id}`)).status).toBe(401)
  await runner.finish('failed')
  await createJob({ trainer: 'runner' })
  const second = await new Runner('gpu-2').begin()
  expect(second.job).not.toBe(id)
  const stranger = new MlflowClient(second.token)
  const files = `3/${id}/artifacts`
  const requests: [method: string, path: string, body?: unknown][] = [
    ['GET', `mlflow/runs/get?run_id=${id}`],
    ['POST', 'mlflow/runs/set-tag', { run_id: id, key: 'a', value: 'b' }],
    ['GET', `mlflow/metrics/get-history?run_id=${id}&metric_key=loss`],
    ['POST', 'mlflow/logged-models', { source_run_id: id, name: 'model' }],
    ['GET', `mlflow-artifacts/artifacts?path=${files}`],
    ['GET', `mlflow-artifacts/artifacts/${files}/a.txt`],
    ['PUT', `mlflow-artifacts/artifacts/${files}/a.txt`, 'text'],
    ['DELETE', `mlflow-artifacts/artifacts/${files}/a.txt`],
    ['POST', `mlflow-artifacts/mpu/create/${files}`, { path: 'a.bin', num_parts: 1 }],
  ]
  // Of its own run it is valid: no guess, which would be counted against everybody behind the same address.
  for (const [method, path, body] of requests) {
    const refused = await stranger.send(method, path, body)
    expect([refused.status, await refused.json()], path).toEqual([
      403,
      expect.objectContaining({ error_code: 'PERMISSION_DENIED' }),
    ])
  }
})

test('files of any name, empty ones without a length too, are stored, listed by folder and read', async () => {
  const { artifact_uri: uri } = (await client.run(id)).info
  const at = `mlflow-artifacts/artifacts/${uri.replace('mlflow-artifacts:/', '')}`
  const put = (name: string, body: BodyInit) =>
    request(`/mlflow/api/2.0/${at}/${name}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${runner.token}` },
      body,
    })
  expect((await put('a%20b+%C3%BC%25.txt', 'hello')).status).toBe(200)
  expect((await put('dir/empty', new Blob([]).stream())).status).toBe(200)
  const list = (path: string) => client.ask('GET', `mlflow-artifacts/artifacts?path=${encodeURIComponent(path)}`)
  // The client asks for models of the folder's name first.
  expect(await client.post('logged-models/search', { experiment_ids: ['0'], filter: "name = 'dir'" })).toEqual({
    models: [],
  })
  const base = uri.replace('mlflow-artifacts:/', '')
  expect(await list(base)).toEqual({
    files: [
      { path: 'a b+ü%.txt', is_dir: false, file_size: 5 },
      { path: 'dir', is_dir: true },
    ],
  })
  expect(await list(`${base}/dir`)).toEqual({ files: [{ path: 'empty', is_dir: false, file_size: 0 }] })
  const read = await client.send('GET', `${at}/a%20b+%C3%BC%25.txt`)
  expect(await read.text()).toBe('hello')
  for (const _ of ['deleted', 'deleted again']) await client.ask('DELETE', `${at}/dir/empty`)
  expect(await list(`${base}/dir`)).toEqual({ files: [] })
})

test('the datasets and models that went into a run are given back, whatever tells of them', async () => {
  const dataset = { dataset: { name: 'titles', digest: '42' }, tags: [{ key: 'mlflow.data.context', value: 'eval' }] }
  const model = { model_id: 'm-1' }
  await client.post('runs/log-inputs', { run_id: id, datasets: [dataset], models: [model] })
  await client.post('runs/log-inputs', { run_id: id, models: [model, { model_id: 'm-2' }] })
  expect((await client.run(id)).inputs).toEqual({
    dataset_inputs: [dataset],
    model_inputs: [model, { model_id: 'm-2' }],
  })
})

test('with a job token every experiment is that of the run', async () => {
  const { experiment_id } = (await client.run(id)).info
  for (const path of ['experiments/get-by-name?experiment_name=mine', 'experiments/get?experiment_id=17'])
    expect((await client.get(path)).experiment).toMatchObject({ experiment_id, lifecycle_stage: 'active' })
})

test('a file comes in parts to addresses of their own, which need no credential and open nothing else', async () => {
  const { artifact_uri: uri } = (await client.run(id)).info
  const base = uri.replace('mlflow-artifacts:/', '')
  const local = { path: '/home/me/weights ü.bin', num_parts: 2 }
  const begun = await client.postArtifacts(`mpu/create/${base}/model`, local)
  const parts = [new Uint8Array(5 * 1024 * 1024).fill(1), new Uint8Array([2, 3])]
  const sent = await Promise.all(
    begun.credentials.map(async ({ url, part_number }: { url: string; part_number: number }) => {
      const path = url.replace(/^https?:\/\/[^/]+/, '')
      const answer = await request(path, { method: 'PUT', body: parts[part_number - 1] ?? null })
      expect(answer.status).toBe(200)
      const guessed = path.replace(/right=.*/, 'right=guessed')
      expect((await request(guessed, { method: 'PUT', body: 'x' })).status).toBe(401)
      return { part_number, etag: answer.headers.get('ETag'), url }
    }),
  )
  // The answer to the first one may be lost.
  for (let i = 0; i < 2; i++) {
    await client.postArtifacts(`mpu/complete/${base}/model`, { ...local, upload_id: begun.upload_id, parts: sent })
  }
  const [file] = await (await request(`${api}/jobs/${id}/artifacts?prefix=model/`)).json<
    { path: string; size: number; sha256: string }[]
  >()
  const whole = new Uint8Array([...(parts[0] ?? []), ...(parts[1] ?? [])])
  expect(file).toMatchObject({
    path: 'model/weights ü.bin',
    size: whole.length,
    sha256: hexOf(await crypto.subtle.digest('SHA-256', whole)),
  })
})

test('an upload in parts that is given up leaves nothing, and nobody gives up that of others', async () => {
  const { artifact_uri: uri } = (await client.run(id)).info
  const at = `mpu/create/${uri.replace('mlflow-artifacts:/', '')}`
  const begun = await client.postArtifacts(at, { path: 'a.bin', num_parts: 1 })
  const give = (upload_id: string) => client.postArtifacts(at.replace('create', 'abort'), { path: 'a.bin', upload_id })
  const [number] = begun.upload_id.split('.')
  await give(`${number}.guessed`)
  const [credential] = begun.credentials
  const put = () => request(credential.url.replace(/^https?:\/\/[^/]+/, ''), { method: 'PUT', body: 'x' })
  expect((await put()).status).toBe(200)
  await give(begun.upload_id)
  await passUntil(id, startMs + 60_000)
  await worker.scheduled(createScheduledController(), env)
  expect((await put()).status).toBe(401)
})

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
  'what is not offered is 404 with a sentence, by %s too',
  async (method) => {
    for (const path of [
      'mlflow/traces',
      'mlflow/traces/search',
      'mlflow/runs/log-metric',
      'mlflow-artifacts/presigned/x',
    ]) {
      if (path.endsWith('log-metric') && method === 'POST') continue
      const answer = await client.send(method, path, method === 'GET' ? undefined : {})
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        404,
        expect.objectContaining({ error_code: 'ENDPOINT_NOT_FOUND', message: expect.stringContaining('not offered') }),
      ])
    }
  },
)

test('a line break in the path of a file is refused as such', async () => {
  const at = `mlflow-artifacts/artifacts/1/${id}/artifacts/a%0Ab`
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const answer = await client.send(method, at, method === 'PUT' ? 'x' : undefined)
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({
        error_code: 'INVALID_PARAMETER_VALUE',
        message: expect.stringContaining('Invalid path'),
      }),
    ])
  }
  const answer = await request(`${api}/jobs/${id}/artifacts/a%0Ab`)
  expect(answer.status).toBe(422)
})
