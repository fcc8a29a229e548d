import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { api, beginAtStart, createJob, request, runToEnd } from './api.ts'
import { beginRun, MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

let runner: Runner
let client: MlflowClient
let id: string

let admin: MlflowClient

beginAtStart()
beforeEach(async () => {
  ;({ runner, client, id } = await beginRun())
  admin = await MlflowClient.as('admin')
})

/** Logs a model. @returns its id */
const logModel = (name?: string, text?: string): Promise<string> => client.logModel(id, name, text)

/** Registers a version of a source. @returns it */
const register = async (name: string, source: string, by = client, more: Record<string, unknown> = {}) =>
  (await by.post('model-versions/create', { name, source, ...more })).model_version

const alias = (name: string, to: string, version: string, by: MlflowClient) =>
  by.send('POST', 'mlflow/registered-models/alias', { name, alias: to, version })

const download = async (by: MlflowClient, name: string, version: string) => {
  const { artifact_uri: uri } = await by.get(`model-versions/get-download-uri?name=${name}&version=${version}`)
  const path = uri.replace('mlflow-artifacts:/', 'mlflow-artifacts/artifacts/')
  return (await by.send('GET', `${path}/MLmodel`)).text()
}

const listed = async (query = ''): Promise<{ version: string; is_active: boolean; model_type: string }[]> =>
  (await request(`${api}/models${query}`)).json()

describe('a registered name', () => {
  test('is created once, described, tagged, found, renamed and deleted with its versions and aliases', async () => {
    const fresh = { name: 'reg-b', description: 'd', tags: [{ key: 'k', value: 'v' }] }
    const { registered_model: created } = await admin.post('registered-models/create', fresh)
    expect(created).toEqual({
      name: 'reg-b',
      creation_timestamp: Date.now(),
      last_updated_timestamp: Date.now(),
      description: 'd',
      tags: [{ key: 'k', value: 'v' }],
    })
    const again = await client.send('POST', 'mlflow/registered-models/create', fresh)
    expect([again.status, await again.json()]).toMatchObject([400, { error_code: 'RESOURCE_ALREADY_EXISTS' }])
    const version = await register('reg-b', `models:/${await logModel()}`)
    await alias('reg-b', 'champ', version.version, admin)
    await admin.post('registered-models/set-tag', { name: 'reg-b', key: 't', value: '1' })
    await admin.ask('DELETE', 'mlflow/registered-models/delete-tag', { name: 'reg-b', key: 'k' })
    await admin.ask('PATCH', 'mlflow/registered-models/update', { name: 'reg-b', description: 'z' })
    await admin.post('registered-models/rename', { name: 'reg-b', new_name: 'reg-b2' })
    expect((await admin.send('GET', 'mlflow/registered-models/get?name=reg-b')).status).toBe(404)
    const { registered_model: found } = await admin.get('registered-models/get?name=reg-b2')
    expect(found).toMatchObject({
      description: 'z',
      tags: [{ key: 't', value: '1' }],
      aliases: [{ alias: 'champ', version: '1' }],
      latest_versions: [{ name: 'reg-b2', version: '1', run_id: id, aliases: ['champ'] }],
    })
    const filter = encodeURIComponent("name LIKE 'reg%' AND tag.`mlflow.prompt.is_prompt` != 'true'")
    const search = await admin.get(`registered-models/search?filter=${filter}&max_results=1`)
    expect(search.registered_models).toEqual([found])
    await admin.ask('DELETE', 'mlflow/registered-models/delete', { name: 'reg-b2' })
    expect((await admin.send('GET', 'mlflow/model-versions/get?name=reg-b2&version=1')).status).toBe(404)
    expect(await listed('?model_type=reg-b2')).toEqual([])
  })

  test.each(['a/b', 'a:b', ' ', 'x'.repeat(257), 'a\u200bb'])('%j is none', async (name) => {
    const answer = await admin.send('POST', 'mlflow/registered-models/create', { name })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error_code: 'INVALID_PARAMETER_VALUE' }])
  })

  test('is no prompt: those are not offered, whoever asks for one', async () => {
    const name = `prompt-${id}`
    const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }]
    for (const by of [client, admin]) {
      const refused = await by.send('POST', 'mlflow/registered-models/create', { name, tags })
      expect([refused.status, await refused.json()]).toEqual([
        404,
        expect.objectContaining({
          error_code: 'ENDPOINT_NOT_FOUND',
          message: expect.stringMatching(/^Prompts are not/),
        }),
      ])
    }
    expect((await admin.send('GET', `mlflow/registered-models/get?name=${name}`)).status).toBe(404)
  })

  test('that is a model type exists, and is neither renamed nor deleted', async () => {
    const exists = await client.send('POST', 'mlflow/registered-models/create', { name: 'zeugnis' })
    expect(await exists.json()).toMatchObject({ error_code: 'RESOURCE_ALREADY_EXISTS' })
    const names = (await admin.get('registered-models/search')).registered_models
    expect(names.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['general', 'klausur', 'zeugnis']),
    )
    expect((await admin.send('DELETE', 'mlflow/registered-models/delete', { name: 'zeugnis' })).status).toBe(400)
    const renamed = { name: 'zeugnis', new_name: 'other' }
    expect((await admin.send('POST', 'mlflow/registered-models/rename', renamed)).status).toBe(400)
  })
})

describe('a version of another name', () => {
  beforeEach(() => admin.post('registered-models/create', { name: `mine-${id}` }))

  test('is registered while its run goes on, loads the files of its model, and is in no list without its name', async () => {
    const name = `mine-${id}`
    const modelId = await logModel('model', 'flavors')
    const before = await listed()
    const version = await register(name, `models:/${modelId}`, client, {
      description: 'first',
      tags: [{ key: 'a', value: 'b' }],
    })
    expect(version).toEqual({
      name,
      version: '1',
      creation_timestamp: Date.now(),
      last_updated_timestamp: Date.now(),
      current_stage: 'None',
      description: 'first',
      source: `models:/${modelId}`,
      run_id: id,
      status: 'READY',
      run_link: '',
      tags: [{ key: 'a', value: 'b' }],
    })
    expect(await download(client, name, '1')).toBe('flavors')
    expect(await listed()).toEqual(before)
    expect(await listed(`?model_type=${name}`)).toMatchObject([
      { version: 'v1.0', is_active: false, model_type: name, job_id: id },
    ])
  })

  test('is one for a request that comes twice, and another for another source', async () => {
    const name = `mine-${id}`
    const [first, second] = [await logModel('a'), await logModel('b')]
    const asked = await Promise.all([1, 2, 3].map(() => register(name, `models:/${first}`)))
    expect(asked.map(({ version }) => version)).toEqual(['1', '1', '1'])
    expect(await register(name, `models:/${second}`)).toMatchObject({ version: '2' })
    const found = await client.get(
      `model-versions/search?filter=${encodeURIComponent(`name='${name}'`)}&max_results=10000`,
    )
    expect(found.model_versions.map(({ version }: { version: string }) => version).sort()).toEqual(['1', '2'])
    const latest = await admin.post('registered-models/get-latest-versions', { name })
    expect(latest.model_versions).toMatchObject([{ version: '2' }])
  })

  test('is found by its aliases, active only by that alias, and goes with them', async () => {
    const name = `mine-${id}`
    await register(name, `models:/${await logModel()}`)
    expect((await alias(name, 'champion', '1', client)).status).toBe(200)
    expect((await alias(name, 'größe', '1', client)).status).toBe(200)
    const byAlias = (which: string) => client.send('GET', `mlflow/registered-models/alias?name=${name}&alias=${which}`)
    expect((await byAlias('active')).status).toBe(400)
    expect((await alias(name, 'active', '1', admin)).status).toBe(200)
    const { model_version: found } = (await (await byAlias('active')).json()) as { model_version: object }
    expect(found).toMatchObject({ version: '1', aliases: ['active', 'champion', 'größe'] })
    expect(await listed(`?model_type=${name}&active=true`)).toMatchObject([{ is_active: true }])
    const remove = () => admin.send('DELETE', 'mlflow/model-versions/delete', { name, version: '1' })
    expect((await remove()).status).toBe(400)
    expect((await admin.send('DELETE', 'mlflow/registered-models/alias', { name, alias: 'active' })).status).toBe(200)
    expect((await remove()).status).toBe(200)
    expect(await (await byAlias('champion')).json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' })
  })

  test('is found among all of them, the reserved ones first, by any filter, in any order, page by page', async () => {
    const name = `mine-${id}`
    const [a, b] = [await logModel('a'), await logModel('b')]
    for (const model of [a, b]) await register(name, `models:/${model}`)
    await register('zeugnis', `models:/${a}`)
    const search = async (more: Record<string, string>) => {
      const { model_versions } = await admin.get(`model-versions/search?${new URLSearchParams(more)}`)
      return model_versions.map((one: { name: string; version: string }) => `${one.name}/${one.version}`)
    }
    expect((await search({})).slice(0, 3)).toEqual([expect.stringMatching(/^zeugnis/), `${name}/2`, `${name}/1`])
    expect(await search({ filter: `name LIKE 'mine-${id.slice(0, 8)}%' AND version_number < '2'` })).toEqual([
      `${name}/1`,
    ])
    expect(await search({ filter: `name = '${name}'`, order_by: 'version_number ASC' })).toEqual([
      `${name}/1`,
      `${name}/2`,
    ])
    const page = await admin.get('model-versions/search?max_results=2')
    const next = await admin.get(`model-versions/search?max_results=2&page_token=${page.next_page_token}`)
    expect(next.model_versions[0]).toMatchObject({ name, version: '1' })
    expect((await admin.send('GET', 'mlflow/model-versions/search?filter=color%3D1')).status).toBe(400)
  })

  test('is described, tagged and staged', async () => {
    const name = `mine-${id}`
    await register(name, `mlflow-artifacts:/1/${id}/artifacts/folder`)
    await client.post('model-versions/set-tag', { name, version: '1', key: 't', value: '1' })
    await client.ask('PATCH', 'mlflow/model-versions/update', { name, version: '1', description: 'y' })
    const staged = await client.post('model-versions/transition-stage', { name, version: '1', stage: 'production' })
    expect(staged.model_version).toMatchObject({
      current_stage: 'Production',
      description: 'y',
      tags: [{ key: 't', value: '1' }],
    })
    await admin.ask('DELETE', 'mlflow/model-versions/delete-tag', { name, version: '1', key: 't' })
    const { model_version: read } = await client.get(`model-versions/get?name=${name}&version=1`)
    expect(read.tags).toBeUndefined()
  })

  test('takes the place of the other ones at its stage, and leaves them there unless that is asked for', async () => {
    const name = `mine-${id}`
    for (const folder of ['one', 'two']) await register(name, `mlflow-artifacts:/1/${id}/artifacts/${folder}`)
    const stage = (version: string, more: object = {}) =>
      admin.post('model-versions/transition-stage', { name, version, stage: 'Production', ...more })
    const inProduction = async () =>
      (await admin.post('registered-models/get-latest-versions', { name, stages: ['Production'] })).model_versions.map(
        ({ version }: { version: string }) => version,
      )
    await stage('2')
    const { registered_model: shown } = await admin.get(`registered-models/get?name=${name}`)
    const stages = shown.latest_versions.map((one: Record<string, string>) => [one.version, one.current_stage])
    expect(stages).toEqual([
      ['2', 'Production'],
      ['1', 'None'],
    ])
    await stage('1', { archive_existing_versions: false })
    expect(await inProduction()).toEqual(['2'])
    const unknown = { name, stages: ['Foo'] }
    expect((await admin.send('POST', 'mlflow/registered-models/get-latest-versions', unknown)).status).toBe(400)
    await stage('1', { archive_existing_versions: true })
    expect(await inProduction()).toEqual(['1'])
    expect((await admin.get(`model-versions/get?name=${name}&version=2`)).model_version.current_stage).toBe('Archived')
  })

  test.each([
    ['runs:/x/y', 400],
    ['/tmp/model', 400],
    ['s3://bucket/model', 400],
    ['mlflow-artifacts:/1/%ID/artifacts/../../x', 400],
    ['mlflow-artifacts:/1/x/artifacts', 404],
    ['models:/%ID-9', 400],
    ['models:/zeugnis/999', 400],
    ['models:/m-00000000000040008000000000000000-1', 404],
    ['models:/m-%HEX-7', 404],
  ])('of the source %s is refused', async (source, status) => {
    const sent = source.replace('%ID', id).replace('%HEX', id.replaceAll('-', ''))
    const body = { name: `mine-${id}`, source: sent }
    expect((await admin.send('POST', 'mlflow/model-versions/create', body)).status).toBe(status)
  })
})

describe('rights', () => {
  test('a job token may neither activate, delete, nor touch what is of another run', async () => {
    await admin.post('registered-models/create', { name: 'shared' })
    const source = `models:/${await logModel()}`
    await register('shared', source)
    expect((await alias('shared', 'active', '1', client)).status).toBe(403)
    for (const [path, body] of [
      ['model-versions/delete', { name: 'shared', version: '1' }],
      ['registered-models/delete', { name: 'shared' }],
      ['registered-models/alias', { name: 'shared', alias: 'x' }],
      ['registered-models/delete-tag', { name: 'shared', key: 'x' }],
    ] as const)
      expect((await client.send('DELETE', `mlflow/${path}`, body)).status, path).toBe(403)
    await runner.finish('failed')
    await createJob({ trainer: 'runner' })
    const stranger = new MlflowClient((await new Runner('gpu-2').begin()).token)
    expect((await alias('shared', 'mine', '1', stranger)).status).toBe(403)
    expect((await stranger.send('GET', 'mlflow/model-versions/get?name=shared&version=1')).status).toBe(403)
    const tag = { name: 'shared', version: '1', key: 'a', value: 'b' }
    expect((await stranger.send('POST', 'mlflow/model-versions/set-tag', tag)).status).toBe(403)
    expect((await stranger.send('POST', 'mlflow/model-versions/create', { name: 'shared', source })).status).toBe(403)
    expect((await stranger.get('registered-models/get?name=shared')).registered_model.latest_versions).toBeUndefined()
  })

  test('a job token describes and tags the names that it has created, and no others', async () => {
    await client.post('registered-models/create', { name: 'of-the-script' })
    await admin.post('registered-models/create', { name: 'of-a-person' })
    await runner.finish('failed')
    await createJob({ trainer: 'runner' })
    const stranger = new MlflowClient((await new Runner('gpu-2').begin()).token)
    const write = async (by: MlflowClient, name: string) => [
      (await by.send('PATCH', 'mlflow/registered-models/update', { name, description: 'd' })).status,
      (await by.send('POST', 'mlflow/registered-models/set-tag', { name, key: 'k', value: 'v' })).status,
    ]
    expect(await write(client, 'of-the-script')).toEqual([200, 200])
    expect(await write(admin, 'of-the-script')).toEqual([200, 200])
    for (const [by, name] of [
      [stranger, 'of-the-script'],
      [client, 'of-a-person'],
      [client, 'zeugnis'],
    ] as const)
      expect(await write(by, name)).toEqual([403, 403])
    const { registered_model: named } = await client.get('registered-models/get?name=of-the-script')
    expect(named).toMatchObject({ description: 'd', tags: [{ key: 'k', value: 'v' }] })
  })

  test('a token that its job does not know is told nothing, by no route of the registry', async () => {
    const forged = new MlflowClient(runner.token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))
    for (const [method, path, body] of [
      ['GET', 'registered-models/get?name=zeugnis'],
      ['GET', 'registered-models/search'],
      ['POST', 'registered-models/create', { name: 'forged' }],
      ['POST', 'registered-models/alias', { name: 'zeugnis', alias: 'x', version: '1' }],
      ['GET', 'registered-models/alias?name=zeugnis&alias=active'],
      ['GET', 'model-versions/search'],
      ['POST', 'logged-models/search', {}],
    ] as const)
      expect((await forged.send(method, `mlflow/${path}`, body)).status, path).toBe(401)
    expect((await admin.send('GET', 'mlflow/registered-models/get?name=forged')).status).toBe(404)
  })

  test('operators register and set aliases, but only administrators activate and delete; viewers read', async () => {
    await admin.post('registered-models/create', { name: 'roles' })
    const source = `models:/${await logModel()}`
    const operator = await MlflowClient.as('operator')
    const viewer = await MlflowClient.as('viewer')
    expect(await register('roles', source, operator)).toMatchObject({ version: '1' })
    expect((await alias('roles', 'x', '1', operator)).status).toBe(200)
    expect((await alias('roles', 'active', '1', operator)).status).toBe(403)
    expect((await alias('roles', 'y', '1', viewer)).status).toBe(403)
    const version = { name: 'roles', version: '1' }
    expect((await operator.send('DELETE', 'mlflow/model-versions/delete', version)).status).toBe(403)
    expect((await viewer.get('registered-models/alias?name=roles&alias=x')).model_version).toMatchObject(version)
  })
})

describe("the version of a running job's own model type", () => {
  /** Ends the job, so that its completion has reached D1. */
  async function complete(outcome = 'completed') {
    await runner.finish(outcome)
    await runToEnd(id)
  }

  test('has its number at once, loads, is in the list with the completion, which activates it, and keeps number and id', async () => {
    const modelId = await logModel('model', 'mine')
    const before = await listed()
    const version = await register('zeugnis', `models:/${modelId}`)
    expect(version).toMatchObject({ status: 'READY', run_id: id, version: expect.stringMatching(/^[1-9]\d*$/) })
    expect(await download(client, 'zeugnis', version.version)).toBe('mine')
    expect((await alias('zeugnis', 'mine', version.version, client)).status).toBe(200)
    expect((await alias('zeugnis', 'active', version.version, admin)).status).toBe(400)
    expect(await listed()).toEqual(before)
    expect((await register('zeugnis', `models:/${modelId}`, admin)).version).toBe(version.version)
    await complete()
    expect((await listed())[0]).toMatchObject({
      ...{ version: `v${version.version}.0`, is_active: true, job_id: id, files: 1 },
    })
    expect((await listed()).length).toBe(before.length + 1)
    const active = await admin.get('registered-models/alias?name=zeugnis&alias=active')
    expect(active.model_version).toMatchObject({
      version: version.version,
      source: `models:/${modelId}`,
      aliases: ['active', 'mine'],
    })
    expect(await download(admin, 'zeugnis', version.version)).toBe('mine')
    expect((await register('zeugnis', `models:/${modelId}`, admin)).version).toBe(version.version)
  })

  test('moves to the model that is registered last', async () => {
    const first = await register('zeugnis', `models:/${await logModel('a', 'old')}`)
    const second = await register('zeugnis', `models:/${await logModel('b', 'new')}`)
    expect(second.version).toBe(first.version)
    await logModel('c', 'not registered')
    await complete()
    expect(await download(admin, 'zeugnis', first.version)).toBe('new')
    const [version] = (await (await request(`${api}/models`)).json()) as { id: string }[]
    expect(await (await request(`${api}/models/${version?.id}/files/MLmodel`)).text()).toBe('new')
  })

  test('is unused if the job does not complete: the next completion has the next number', async () => {
    const { version } = await register('zeugnis', `models:/${await logModel()}`)
    const before = await listed()
    await complete('failed')
    expect(await listed()).toEqual(before)
    expect((await admin.send('GET', `mlflow/model-versions/get?name=zeugnis&version=${version}`)).status).toBe(404)
    const next = await createJob({ trainer: 'runner' })
    const second = await new Runner('gpu-2').begin()
    await second.finish('completed')
    await runToEnd(next)
    expect((await listed())[0]).toMatchObject({ version: `v${Number(version) + 1}.0`, is_active: true })
  })

  test('is active even if another job with a higher number has completed in between', async () => {
    const { version } = await register('zeugnis', `models:/${await logModel()}`)
    await env.DB.prepare(
      `INSERT INTO model_versions (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender)
       SELECT ?1, ?1, 'zeugnis', 1 + last_number, 0, '{}', 0, '[]' FROM model_types WHERE model_type = 'zeugnis'`,
    )
      .bind(crypto.randomUUID())
      .run()
    await complete()
    expect((await listed('?model_type=zeugnis&active=true'))[0]).toMatchObject({ version: `v${version}.0`, job_id: id })
  })

  test('has the files of the model that was logged last where the script left none in the usual folder', async () => {
    await logModel('a', 'first')
    await logModel('b', 'last')
    await complete()
    const [version] = (await (await request(`${api}/models`)).json()) as {
      id: string
      files: number
      version: string
    }[]
    expect(version?.files).toBe(1)
    expect(await (await request(`${api}/models/${version?.id}/files/MLmodel`)).text()).toBe('last')
    expect(await download(admin, 'zeugnis', version?.version.slice(1, -2) ?? '')).toBe('last')
    const job = `${api}/jobs/${id}`
    expect(await (await request(`${job}/artifacts/logged-models/2/MLmodel`)).text()).toBe('last')
    await request(`${job}`, { method: 'DELETE' })
    expect(await (await request(`${api}/models/${version?.id}/files/MLmodel`)).text()).toBe('last')
  })

  test('has the files of the usual folder where there are any', async () => {
    await logModel('a', 'logged')
    const url = `${api}/jobs/${id}/artifacts/model/weights`
    await request(url, { method: 'PUT', headers: { Authorization: `Bearer ${runner.token}` }, body: 'weights' })
    await complete()
    const [version] = (await (await request(`${api}/models`)).json()) as { id: string }[]
    expect(await (await request(`${api}/models/${version?.id}/files`)).json()).toMatchObject([{ path: 'weights' }])
  })
})
