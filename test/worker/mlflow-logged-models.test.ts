import { evictDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, test } from 'vitest'
import { beginAtStart, stubOf } from './api.ts'
import { beginRun, MlflowClient } from './mlflow.ts'

let client: MlflowClient
let id: string

let admin: MlflowClient

beginAtStart()
beforeEach(async () => {
  ;({ client, id } = await beginRun())
  admin = await MlflowClient.as('admin')
})

/** Logs a model. @returns its id */
const logModel = (name?: string, text?: string, by = client, more?: object): Promise<string> =>
  by.logModel(id, name, text, more)

/** The ids of the models that a search finds. */
const found = async (by: MlflowClient, filter = '', more: object = {}): Promise<string[]> =>
  (await by.post('logged-models/search', { experiment_ids: ['1'], filter, ...more })).models.map(
    ({ info }: { info: { model_id: string } }) => info.model_id,
  )

describe('a logged model', () => {
  test('is answered with every field of the wire, is ready once its client says so, and survives an eviction', async () => {
    const params = [{ key: 'C', value: '1.0' }]
    const tags = [{ key: 'mlflow.user', value: 'root' }]
    const sent = { experiment_id: '1', name: 'model', source_run_id: id, params, tags }
    const { model } = await client.post('logged-models', sent)
    const modelId = `m-${id.replaceAll('-', '')}-1`
    expect(model).toEqual({
      info: {
        model_id: modelId,
        experiment_id: '1',
        name: 'model',
        creation_timestamp_ms: expect.any(Number),
        last_updated_timestamp_ms: expect.any(Number),
        artifact_uri: `mlflow-artifacts:/1/models/${modelId}/artifacts`,
        status: 'LOGGED_MODEL_PENDING',
        model_type: '',
        source_run_id: id,
        tags,
      },
      data: { params },
    })
    await client.ask('PATCH', `mlflow/logged-models/${modelId}`, { model_id: modelId, status: 'LOGGED_MODEL_READY' })
    await client.ask('PATCH', `mlflow/logged-models/${modelId}/tags`, { tags: [{ key: 'a', value: 'b' }] })
    await client.post(`logged-models/${modelId}/params`, { params: [{ key: 'D', value: '2' }] })
    await evictDurableObject(stubOf(id))
    const { model: read } = await client.get(`logged-models/${modelId}`)
    expect(read.info).toMatchObject({ status: 'LOGGED_MODEL_READY', tags: [...tags, { key: 'a', value: 'b' }] })
    expect(read.data.params).toEqual([...params, { key: 'D', value: '2' }])
  })

  test('is none of the files of its run, which a client downloads as one folder', async () => {
    await logModel()
    const { artifact_uri: uri } = (await client.run(id)).info
    const path = uri.replace('mlflow-artifacts:/', '')
    const list = () => client.ask('GET', `mlflow-artifacts/artifacts?path=${path}`)
    expect(await list()).toEqual({ files: [] })
    await client.send('PUT', `mlflow-artifacts/artifacts/${path}/notes.txt`, 'text')
    expect(await list()).toEqual({ files: [{ path: 'notes.txt', is_dir: false, file_size: 4 }] })
  })

  test('that is requested twice while it is pending is one, and the next of its name another', async () => {
    const ask = async () =>
      (await client.post('logged-models', { name: 'model', source_run_id: id })).model.info.model_id
    const [first, repeated] = await Promise.all([ask(), ask()])
    expect(repeated).toBe(first)
    await client.ask('PATCH', `mlflow/logged-models/${first}`, { status: 'LOGGED_MODEL_READY' })
    expect(await ask()).not.toBe(first)
  })

  test('is found by its name: by its run among its own, by people in all runs of an experiment', async () => {
    const first = await logModel('a')
    const second = await logModel('b')
    expect(await found(client, "name = 'a'")).toEqual([first])
    expect(await found(client)).toEqual([second, first])
    expect(await found(admin, `name = 'a' AND source_run_id = '${id}'`)).toEqual([first])
    expect(await found(await MlflowClient.as('viewer'), "name = 'b'", { max_results: 1 })).toEqual([second])
    expect((await found(new MlflowClient())).slice(0, 2)).toEqual([second, first])
    expect(await found(admin, `source_run_id = '${crypto.randomUUID()}'`)).toEqual([])
    expect(await found(admin, '', { experiment_ids: ['2'] })).toEqual([])
    const refused = await client.send('POST', 'mlflow/logged-models/search', { filter: 'attributes.colour < 1' })
    expect(await refused.json()).toMatchObject({ message: expect.stringContaining('Valid ones are name, model_id') })
  })

  test('is found by parameters, tags and times, in any order and page by page', async () => {
    const ids: string[] = []
    for (const C of ['1', '2', '3'])
      ids.push(await logModel(`m${C}`, 'weights', client, { params: [{ key: 'C', value: C }] }))
    const [one, two, three] = ids
    const own = `source_run_id = '${id}'`
    await client.ask('PATCH', `mlflow/logged-models/${two}/tags`, { tags: [{ key: 'a', value: 'b' }] })
    expect(await found(admin, "params.C = '2' AND tags.a = 'b' AND status = 'READY'")).toEqual([two])
    await admin.ask('DELETE', `mlflow/logged-models/${two}/tags/a`)
    expect(await found(admin, `tags.a = 'b' AND ${own}`)).toEqual([])
    const order_by = [{ field_name: 'params.C', ascending: true }]
    expect(await found(admin, own, { order_by })).toEqual([one, two, three])
    expect(await found(admin, own, { order_by: [{ field_name: 'params.C', ascending: false }] })).toEqual(ids.reverse())
    const page = await admin.post('logged-models/search', { experiment_ids: ['1'], max_results: 1 })
    const next = { experiment_ids: ['1'], max_results: 1, page_token: page.next_page_token }
    expect([page, await admin.post('logged-models/search', next)].map(({ models }) => models[0].info.model_id)).toEqual(
      [three, two],
    )
  })

  test('is found by its metrics, the best first, by those who search all runs and by its script', async () => {
    const models = [await logModel('a'), await logModel('b'), await logModel('c')]
    for (const [i, model_id] of models.entries()) {
      await client.post('runs/log-metric', { run_id: id, key: 'acc', value: (i + 1) / 10, timestamp: i, model_id })
    }
    const [a, b, c] = models
    const best = { order_by: [{ field_name: 'metrics.acc', ascending: false }] }
    for (const by of [admin, client]) {
      expect(await found(by, 'metrics.acc > 0.15', best)).toEqual([c, b])
      expect(await found(by, `metrics.acc < 0.15 AND source_run_id = '${id}'`)).toEqual([a])
      const search = await by.post('logged-models/search', { experiment_ids: ['1'], filter: "name = 'b'" })
      expect(search.models[0].data.metrics).toEqual([
        { key: 'acc', value: 0.2, step: 0, timestamp: 1, model_id: b, run_id: id },
      ])
    }
  })

  test('has the latest values of metrics that are said to be its own, in whatever order they come', async () => {
    const modelId = await logModel()
    const value = (step: number, value: unknown, model_id = modelId) => ({
      key: 'score',
      value,
      step,
      timestamp: 1,
      model_id,
    })
    const metrics = [value(2, 'NaN'), value(1, 0.5), { ...value(0, 0.9), key: 'auc' }]
    for (let i = 0; i < 2; i++) await client.post('runs/log-batch', { run_id: id, metrics })
    await client.post('runs/log-metric', { run_id: id, ...value(0, 7) })
    await client.post('runs/log-metric', { run_id: id, ...value(9, 7, `m-${'0'.repeat(32)}-1`) })
    await evictDurableObject(stubOf(id))
    expect((await admin.get(`logged-models/${modelId}`)).model.data.metrics).toEqual([
      { key: 'score', value: 'NaN', step: 2, timestamp: 1, model_id: modelId, run_id: id },
      { key: 'auc', value: 0.9, step: 0, timestamp: 1, model_id: modelId, run_id: id },
    ])
    expect((await client.run(id)).data.metrics).toContainEqual(
      expect.objectContaining({ key: 'score', value: 7, step: 9 }),
    )
  })

  test('of a run that a script has opened is of its experiment, and its token finds it among those of its attempt', async () => {
    const { experiment_id } = await admin.post('experiments/create', { name: 'with models' })
    const { run } = await admin.post('runs/create', { experiment_id })
    const sent = { name: 'of its own', source_run_id: run.info.run_id }
    const { model } = await admin.post('logged-models', sent)
    expect(model.info).toMatchObject({
      experiment_id,
      artifact_uri: expect.stringContaining(`:/${experiment_id}/models/`),
    })
    expect(await found(admin, '', { experiment_ids: [experiment_id] })).toEqual([model.info.model_id])
    expect(await found(client)).toEqual([])
    await client.post('runs/create', {})
    const { run: below } = await client.post('runs/create', { start_time: 1 })
    const nested = await client.post('logged-models', { name: 'nested', source_run_id: below.info.run_id })
    expect(await found(client, "name = 'nested'")).toEqual([nested.model.info.model_id])
  })

  test('that an administrator deletes is shown to nobody any more, also after a word of its client, and its files stay', async () => {
    const modelId = await logModel('gone')
    expect((await client.send('DELETE', `mlflow/logged-models/${modelId}`)).status).toBe(403)
    for (let i = 0; i < 2; i++) await admin.ask('DELETE', `mlflow/logged-models/${modelId}`)
    await client.send('PATCH', `mlflow/logged-models/${modelId}`, { status: 'LOGGED_MODEL_READY' })
    expect((await admin.send('GET', `mlflow/logged-models/${modelId}`)).status).toBe(404)
    expect(await found(admin, "name = 'gone'")).toEqual([])
    const place = `1/models/${modelId}/artifacts/MLmodel`
    expect((await admin.send('GET', `mlflow-artifacts/artifacts/${place}`)).status).toBe(200)
  })

  test('belongs to the attempt: nobody else changes more than its tags, and what there is not is 404', async () => {
    const modelId = await logModel()
    const tags = { tags: [{ key: 'mlflow.modelVersions', value: '[]' }] }
    expect((await admin.send('PATCH', `mlflow/logged-models/${modelId}/tags`, tags)).status).toBe(200)
    const failed = { status: 'LOGGED_MODEL_UPLOAD_FAILED' }
    expect((await admin.send('PATCH', `mlflow/logged-models/${modelId}`, failed)).status).toBe(403)
    expect((await admin.send('POST', 'mlflow/logged-models', { name: 'x', source_run_id: id })).status).toBe(403)
    expect((await client.send('GET', `mlflow/logged-models/${modelId}7`)).status).toBe(404)
    expect((await client.send('GET', 'mlflow/logged-models/m-1')).status).toBe(404)
    expect((await client.send('PATCH', `mlflow/logged-models/${modelId}`, { status: 'no' })).status).toBe(400)
  })

  test('of an older client is its files', async () => {
    expect(await client.post('runs/log-model', { run_id: id, model_json: '{}' })).toEqual({})
  })
})
