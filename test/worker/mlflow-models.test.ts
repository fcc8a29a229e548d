import { evictDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, test } from 'vitest'
import { beginAtStart, createJob, request, stubOf } from './api.ts'
import { MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

let runner: Runner
let client: MlflowClient
let id: string

let admin: MlflowClient

beginAtStart()
beforeEach(async () => {
  await createJob({ trainer: 'runner' })
  runner = await new Runner().begin()
  client = new MlflowClient(runner.token)
  id = runner.job
  admin = await MlflowClient.as('admin')
})

/** Logs a model as `mlflow.log_model` does. @returns its id */
async function logModel(name = 'model', text = 'weights', by = client): Promise<string> {
  const { model } = await by.post('logged-models', { experiment_id: '1', name, source_run_id: id })
  const { model_id: modelId, artifact_uri: uri } = model.info
  const put = await request(
    `/mlflow/api/2.0/mlflow-artifacts/artifacts/${uri.replace('mlflow-artifacts:/', '')}/MLmodel`,
    {
      method: 'PUT',
      headers: { Authorization: `Bearer ${by.token}` },
      body: text,
    },
  )
  expect(put.status).toBe(200)
  await by.ask('PATCH', `mlflow/logged-models/${modelId}`, { model_id: modelId, status: 'LOGGED_MODEL_READY' })
  return modelId
}

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

  test('that is requested twice while it is pending is one, and the next of its name another', async () => {
    const ask = async () =>
      (await client.post('logged-models', { name: 'model', source_run_id: id })).model.info.model_id
    const [first, repeated] = await Promise.all([ask(), ask()])
    expect(repeated).toBe(first)
    await client.ask('PATCH', `mlflow/logged-models/${first}`, { status: 'LOGGED_MODEL_READY' })
    expect(await ask()).not.toBe(first)
  })

  test('is found by its name in its own run, and nothing is found where no run is named', async () => {
    const first = await logModel('a')
    const second = await logModel('b')
    const found = async (by: MlflowClient, filter?: string) =>
      (await by.post('logged-models/search', { experiment_ids: ['1'], ...(filter && { filter }) })).models.map(
        ({ info }: { info: { model_id: string } }) => info.model_id,
      )
    expect(await found(client, "name = 'a'")).toEqual([first])
    expect(await found(client)).toEqual([second, first])
    expect(await found(admin, `name = 'a' AND source_run_id = '${id}'`)).toEqual([first])
    expect(await found(admin)).toEqual([])
    const refused = await client.send('POST', 'mlflow/logged-models/search', { filter: 'metrics.loss < 1' })
    expect(refused.status).toBe(400)
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
