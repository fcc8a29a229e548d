import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import type { ModelVersion } from '../../src/models/version.ts'
import { runScript } from '../script.ts'
import { MortalServer } from './mortal-server.ts'

const api = '/api/v1/admin/training'

let server: MortalServer
beforeAll(async () => {
  // 50 ms per epoch.
  const vars = { MAX_ACTIVE_JOBS: '10', SIMULATION_SPEED: '1000', ALLOW_ANYONE_ON_LOCALHOST: 'true' }
  server = await MortalServer.create(vars, { assets: 'dist/public', copyOf: inject('emptyState') })
})
afterAll(() => server.destroy())

const get = async <T>(path: string): Promise<T> => (await server.ask(api + path)).json()

async function change(method: string, path: string, body?: object): Promise<{ id: string }> {
  const json = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
  const response = await server.ask(api + path, { method, ...json })
  expect(response.status, await response.clone().text()).toBe(200)
  return response.json()
}

async function until(id: string, status: string): Promise<void> {
  while ((await get<JobSnapshot>(`/jobs/${id}`)).status !== status) await sleep(10)
}

const create = async (name: string, epochs: number) =>
  (await change('POST', '/jobs', { name, epochs, bundeslaender: ['BY'] })).id

async function complete(name: string): Promise<string> {
  const id = await create(name, 1)
  await until(id, 'completed')
  return id
}

async function pause(name: string): Promise<string> {
  const id = await create(name, 20)
  await until(id, 'training')
  await change('POST', `/jobs/${id}/pause`)
  return id
}

/** The register, while no job runs. */
const everything = async () => ({
  status: await get('/status'),
  jobs: await get<JobSnapshot[]>('/jobs?limit=200'),
  versions: await get<ModelVersion[]>('/models?limit=200'),
})

test('after a restore of D1, npm run reconcile restores every job and every model version', async () => {
  const database = join(server.state, 'v3/d1')
  const copy = join(server.state, 'd1-earlier')
  await server.start()
  await complete('completed before')
  const deleted = await pause('paused before, deleted since')
  const resumed = await pause('paused before, completed since')
  // No job runs, so nothing is written to these files in the meantime.
  await cp(database, copy, { recursive: true })

  await change('DELETE', `/jobs/${deleted}`)
  await change('POST', `/jobs/${resumed}/resume`)
  await until(resumed, 'completed')
  await complete('completed since')
  await pause('paused since')
  const before = await everything()
  expect(before.jobs.map(({ status }) => status)).toEqual(['paused', 'completed', 'completed', 'completed'])
  expect(before.versions.map(({ version }) => version)).toEqual(['v3.0', 'v2.0', 'v1.0'])
  await server.kill()
  await rm(database, { recursive: true })
  await cp(copy, database, { recursive: true })

  await server.start()
  expect((await everything()).versions).toHaveLength(1)
  const env = { STELLWERK_URL: (await server.address).origin }
  const { code, out, err } = await runScript('reconcile', ['--persist-to', server.state], { env })
  expect({ code, err }, out).toEqual({ code: 0, err: '' })
  expect(out.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^Comparing the register of http:.* with \d objects in .*stellwerk-TrainingJob$/),
    '3 rows: 1 unchanged, 1 updated, 0 restored, 1 removed, 0 unknown, 0 failed',
    expect.stringMatching(/^\d objects: 2 unchanged, 0 updated, 2 restored, 0 removed, \d unknown, 0 failed$/),
  ])
  expect(await everything()).toEqual(before)
})
