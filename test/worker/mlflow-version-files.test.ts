import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../src/platform/sha256.ts'
import { api, beginAtStart, createJob, request, runToEnd, startMs, sweepAt } from './api.ts'
import { put } from './artifacts.ts'
import { beginRun, MlflowClient } from './mlflow.ts'
import { Runner } from './runner.ts'

let runner: Runner
let client: MlflowClient
let name: string
let id: string

const admin = new MlflowClient()

beginAtStart()
beforeEach(async () => {
  ;({ runner, client, id } = await beginRun())
  name = `mine-${id}`
  await admin.post('registered-models/create', { name })
})

type Version = {
  id: string
  files: number
  size_mb: number
  manifest_sha256: string | null
  same_files_as: string | null
}

const register = async (source: string, more: object = {}, by = client) =>
  (await by.post('model-versions/create', { name, source, ...more })).model_version
const listed = async (model_type = name): Promise<Version[]> =>
  (await request(`${api}/models?model_type=${model_type}`)).json()
const filesOf = async (version: string): Promise<{ path: string; size: number }[]> =>
  (await request(`${api}/models/${version}/files`)).json()
const keys = async () => (await env.ARTIFACTS.list({ prefix: `jobs/${id}/` })).objects.length

/** Downloads a file of a version as the client does: by the address that the door gives. */
async function download(version: string, path: string, of = name, by = admin): Promise<string> {
  const asked = `name=${encodeURIComponent(of)}&version=${version}`
  const { artifact_uri: uri } = await by.get(`model-versions/get-download-uri?${asked}`)
  const place = uri.replace('mlflow-artifacts:/', '')
  const { files } = await by.ask('GET', `mlflow-artifacts/artifacts?path=${encodeURIComponent(place)}`)
  expect(files.map((file: { path: string }) => file.path)).toContain(path.split('/')[0])
  return (await by.send('GET', `mlflow-artifacts/artifacts/${place}/${path}`)).text()
}

/** Ends the job, and deletes it. */
async function deleteJob() {
  await runner.finish('completed')
  await runToEnd(id)
  expect((await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status).toBe(200)
  await runToEnd(id)
}

test('a version under a name of its own has the files of its folder, with their true size', async () => {
  for (const [path, text] of Object.entries({ 'out/MLmodel': 'flavors', 'out/a/b': 'xy', 'out2/c': 'no' }))
    await put(runner, path, text)
  await register(`runs:/${id}/out`)
  const [version] = await listed()
  const lines = [`${await sha256('flavors')} 7 MLmodel\n`, `${await sha256('xy')} 2 a/b\n`]
  expect(version).toMatchObject({ files: 2, size_mb: 0.000009, manifest_sha256: await sha256(lines.sort().join('')) })
  expect(await filesOf(version?.id ?? '')).toMatchObject([
    { path: 'MLmodel', size: 7 },
    { path: 'a/b', size: 2 },
  ])
  // What its job writes afterwards is not the version's.
  await put(runner, 'out/MLmodel', 'another')
  expect(await download('1', 'MLmodel')).toBe('flavors')
  expect(await download('1', 'a/b', name, client)).toBe('xy')
})

test('it outlives its job, as does the version of the job itself, and what nobody has any more goes', async () => {
  await put(runner, 'model/weights', 'of the job')
  await put(runner, 'out/MLmodel', 'mine')
  await put(runner, 'notes', 'n')
  await register(`mlflow-artifacts:/1/${id}/artifacts/out`)
  await deleteJob()
  await sweepAt(startMs + 7 * 86_400_000)
  const { model_versions } = await admin.get(`model-versions/search?filter=${encodeURIComponent(`run_id = '${id}'`)}`)
  const own = model_versions.find((one: { name: string }) => one.name === 'zeugnis')
  expect(await download('1', 'MLmodel')).toBe('mine')
  expect(await download(own.version, 'weights', 'zeugnis')).toBe('of the job')
  expect(await keys()).toBe(2)
  // A copy of it needs no job.
  expect(await register(`models:/${name}/1`, { name: 'copied' }, admin).catch(() => null)).toBeNull()
  await admin.post('registered-models/create', { name: 'copied' })
  const copy = await register(`models:/${name}/1`, { name: 'copied' }, admin)
  await admin.ask('DELETE', 'mlflow/registered-models/delete', { name })
  await sweepAt(startMs + 8 * 86_400_000)
  expect(await download(copy.version, 'MLmodel', 'copied')).toBe('mine')
  expect(await listed('copied')).toMatchObject([{ files: 1, size_mb: 0.000004 }])
  await admin.ask('DELETE', 'mlflow/model-versions/delete', { name: 'copied', version: copy.version })
  await sweepAt(startMs + 9 * 86_400_000)
  expect(await keys()).toBe(1)
})

test("the model of a completed job is registered under another name with the files of the job's own version", async () => {
  await put(runner, 'model/a/weights', 'w')
  await put(runner, 'model/MLmodel', 'm')
  await runner.finish('completed')
  await runToEnd(id)
  await register(`runs:/${id}/model`, {}, admin)
  await register(`runs:/${id}`, {}, admin)
  const [whole, model] = await listed()
  expect(model).toMatchObject({ files: 2, same_files_as: expect.any(String) })
  expect((await filesOf(whole?.id ?? '')).map(({ path }) => path)).toEqual(['model/MLmodel', 'model/a/weights'])
  expect(await download('1', 'a/weights')).toBe('w')
  expect(await download('2', 'model/MLmodel')).toBe('m')
})

test('the token of another run reads none of its files', async () => {
  await put(runner, 'out/MLmodel', 'mine')
  await register(`runs:/${id}/out`)
  const [version] = await listed()
  await runner.finish('failed')
  await createJob({ trainer: 'runner' })
  const stranger = new MlflowClient((await new Runner('gpu-2').begin()).token)
  const place = `1/versions/${version?.id}/artifacts`
  expect((await stranger.send('GET', `mlflow-artifacts/artifacts/${place}/MLmodel`)).status).toBe(403)
  expect((await stranger.send('GET', `mlflow-artifacts/artifacts?path=${place}`)).status).toBe(403)
  expect((await admin.send('PUT', `mlflow-artifacts/artifacts/${place}/MLmodel`, 'x')).status).toBe(404)
  const unknown = `1/versions/${crypto.randomUUID()}/artifacts/MLmodel`
  expect((await admin.send('GET', `mlflow-artifacts/artifacts/${unknown}`)).status).toBe(404)
})
