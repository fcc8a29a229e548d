import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sha256 } from '../../src/platform/sha256.ts'
import { api, cancelAll, createJob, getJob, request, runToEnd, setClock, startMs, sweepAt, versionsOf } from './api.ts'
import { filesOf, hexOf, put } from './artifacts.ts'
import { breakD1, restoreD1 } from './meters.ts'
import { Runner } from './runner.ts'

beforeEach(() => setClock(startMs))
afterEach(async () => {
  restoreD1()
  await cancelAll()
  vi.useRealTimers()
})

/** Completes a job with these files. @returns its version */
async function complete(files: Record<string, string>) {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  for (const [path, content] of Object.entries(files)) await put(runner, path, content)
  expect((await runner.finish('completed')).status).toBe(200)
  await vi.waitFor(async () => expect((await getJob(runner.job)).status).toBe('completed'))
  const [version] = await versionsOf(runner.job)
  if (version === undefined) throw new Error('There is no version')
  return { job: runner.job, token: runner.token, version }
}

const listed = async (id: string, query = '') => (await request(`${api}/models/${id}/files${query}`)).json()
const fetched = async (id: string, path: string) => {
  const answer = await request(`${api}/models/${id}/files/${path}`)
  return [answer.status, await answer.text()]
}
const remove = async (path: string) => (await request(`${api}${path}`, { method: 'DELETE' })).status
const keys = async () => (await env.ARTIFACTS.list()).objects.map(({ key }) => key)
const read = async (job: string, path: string) => {
  const answer = await request(`${api}/jobs/${job}/artifacts/${path}`)
  return [answer.status, answer.status === 200 ? await answer.text() : '']
}
/** Puts another version into use, so that those before may be deleted. */
const replace = () => complete({ 'model/other': crypto.randomUUID() })

test('the model of a completed job becomes the files of its version, with their true size', async () => {
  const { version } = await complete({ 'model/weights': 'x'.repeat(1_234_567), 'model/a/config': '{}', notes: 'n' })
  const lines = [`${await hexOf('x'.repeat(1_234_567))} 1234567 weights\n`, `${await hexOf('{}')} 2 a/config\n`]
  expect(version).toMatchObject({
    ...{ files: 2, size_mb: 1.234569, same_files_as: null },
    manifest_sha256: await sha256(lines.sort().join('')),
  })
  expect(await listed(version.id)).toEqual([
    {
      path: 'a/config',
      size: 2,
      sha256: await hexOf('{}'),
      sha256_proven: true,
      content_type: 'text/plain;charset=UTF-8',
    },
    {
      path: 'weights',
      size: 1_234_567,
      sha256: await hexOf('x'.repeat(1_234_567)),
      sha256_proven: true,
      content_type: 'text/plain;charset=UTF-8',
    },
  ])
  expect(await listed(version.id, '?limit=1&after=a/config')).toMatchObject([{ path: 'weights' }])
  expect(await fetched(version.id, 'a/config')).toEqual([200, '{}'])
  expect(await fetched(version.id, 'none')).toMatchObject([404, {}])
  expect((await request(`${api}/models/none/files`)).status).toBe(404)
  const ranged = await request(`${api}/models/${version.id}/files/weights`, { headers: { Range: 'bytes=-3' } })
  expect([ranged.status, await ranged.text()]).toEqual([206, 'xxx'])
})

test('a version without files has none, and that of a simulated job the size of the reference', async () => {
  const { version } = await complete({ notes: 'n' })
  expect(version).toMatchObject({ files: 0, size_mb: 0, manifest_sha256: null, same_files_as: null })
  expect(await listed(version.id)).toEqual([])
  const simulated = await createJob({ epochs: 1 })
  await runToEnd(simulated)
  expect(await versionsOf(simulated)).toMatchObject([{ files: 0, size_mb: 245.7, manifest_sha256: null }])
})

test('deleting the job takes nothing from the version, deleting the version takes it from the job', async () => {
  const first = await complete({ 'model/weights': 'first', notes: 'n' })
  const second = await complete({ 'model/weights': 'second', notes: 'n' })
  await remove(`/jobs/${second.job}`)
  await sweepAt(startMs + 1_000)
  expect(await fetched(second.version.id, 'weights')).toEqual([200, 'second'])
  await replace()
  expect(await read(first.job, 'model/weights')).toEqual([200, 'first'])
  expect(await remove(`/models/${first.version.id}`)).toBe(200)
  expect(await remove(`/models/${second.version.id}`)).toBe(200)
  await sweepAt(startMs + 2_000)
  expect(await read(first.job, 'model/weights')).toEqual([404, ''])
  expect((await filesOf(first.job)).map(({ path }) => path)).toEqual(['notes'])
  expect(await fetched(first.version.id, 'weights')).toMatchObject([404, {}])
  const left = (await keys()).filter((key) => key.includes(first.job) || key.includes(second.job))
  expect(left).toHaveLength(1)
  await remove(`/jobs/${first.job}`)
  await sweepAt(startMs + 3_000)
  expect((await keys()).filter((key) => key.includes(first.job))).toEqual([])
})

test('equal files are stored once, and go with the last version that has them', async () => {
  const shared = crypto.randomUUID()
  const before = (await keys()).length
  const [a, b] = [await complete({ 'model/w': shared }), await complete({ 'model/w': shared, 'model/v': shared })]
  const c = await complete({ 'model/w': shared })
  expect(c.version.same_files_as).toBe(a.version.id)
  expect(b.version).toMatchObject({ same_files_as: null, files: 2, size_mb: 72 / 1_000_000 })
  await sweepAt(startMs + 1_000)
  expect((await keys()).length).toBe(before + 1)
  for (const { job, version } of [a, b, c]) {
    expect(await fetched(version.id, 'w')).toEqual([200, shared])
    expect(await read(job, 'model/w')).toEqual([200, shared])
  }
  await replace()
  expect(await remove(`/models/${a.version.id}`)).toBe(200)
  expect(await remove(`/models/${b.version.id}`)).toBe(200)
  await sweepAt(startMs + 2_000)
  expect(await fetched(c.version.id, 'w')).toEqual([200, shared])
  expect(await versionsOf(c.job)).toMatchObject([{ same_files_as: null }])
  expect(await remove(`/models/${c.version.id}`)).toBe(200)
  await sweepAt(startMs + 3_000)
  expect((await keys()).length).toBe(before + 1)
})

test('a completion that D1 took and nobody heard of registers its files once', async () => {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  await put(runner, 'model/w', 'w')
  breakD1('unheard', 'INSERT INTO version_files')
  await runner.finish('completed')
  restoreD1()
  await sweepAt(startMs + 700_000)
  await vi.waitFor(async () => expect((await getJob(runner.job)).status).toBe('completed'))
  const [version] = await versionsOf(runner.job)
  expect(await listed(version?.id ?? '')).toMatchObject([{ path: 'w' }])
  await sweepAt(startMs + 800_000)
  expect(await read(runner.job, 'model/w')).toEqual([200, 'w'])
})

test('the model of a finished training no longer changes', async () => {
  const { job, token } = await complete({ 'model/w': 'w' })
  const operator = { job, token: '' }
  for (const path of ['model/w', 'model/other']) expect((await put(operator, path, 'other')).status).toBe(409)
  expect(await remove(`/jobs/${job}/artifacts/model/w`)).toBe(409)
  // What is late is taken at other paths.
  expect((await put({ job, token }, 'model/w', 'other')).status).toBe(409)
  expect((await put(operator, 'notes', 'other')).status).toBe(201)
})

test('no file is taken for another because of a digest that was only announced', async () => {
  const { ledger } = await import('../../src/artifacts/ledger.ts')
  const digest = await hexOf('mine')
  const evil = { path: 'w', size: 4, sha256: digest, type: 'x/y', key: 'jobs/evil/1', isProven: false }
  await env.DB.batch(ledger(env.DB).registration('evil', 'evil', [evil], startMs, '?1 = ?2'))
  const { version } = await complete({ 'model/w': 'mine' })
  expect(await fetched(version.id, 'w')).toEqual([200, 'mine'])
})
