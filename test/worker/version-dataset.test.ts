import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ModelVersion } from '../../src/models/version.ts'
import { SEARCHED_ROWS_MAX } from '../../src/platform/limits.ts'
import { api, cancelAll, createJob, request, runToEnd, setClock, startMs, versionsOf } from './api.ts'
import { interceptD1 } from './d1-probe.ts'
import { create, dataset, digested, document, emptyDataset, remove, upload } from './documents.ts'
import { meterD1, restoreD1 } from './meters.ts'
import { Runner } from './runner.ts'

beforeEach(async () => {
  setClock(startMs)
  restoreD1()
  await emptyDataset()
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

/** A job that a runner trains to its end. @returns its id */
async function train(more: Record<string, unknown> = {}) {
  const id = await create(more)
  const runner = await new Runner().begin()
  expect(runner.job).toBe(id)
  await digested(id)
  await runner.finish('completed')
  await vi.waitFor(async () => expect(await versionsOf(id)).toHaveLength(1))
  return id
}
const versionOf = async (jobId: string) => (await versionsOf(jobId))[0] as ModelVersion
const trainedOn = async (document: string, filter = '') => {
  const versions: ModelVersion[] = await (await request(`${api}/models?trained_on=${document}${filter}`)).json()
  return versions.map(({ job_id }) => job_id)
}

describe('a version', () => {
  test('has the dataset of its job, and says how many of its documents have been withdrawn since', async () => {
    await upload(document('a'), document('b'), document('c'), document('d'))
    const id = await create()
    await remove('d')
    const runner = await new Runner().begin()
    const sha256 = await digested(id)
    await runner.finish('completed')
    await vi.waitFor(async () => expect(await versionsOf(id)).toHaveLength(1))
    const { revision } = await dataset(id)
    const before = await versionOf(id)
    // What was left out was not trained on: it does not count as withdrawn from the version.
    expect(before).toMatchObject({
      dataset: { revision, documents: 4, sha256, withdrawn: 1 },
      training_withdrawn: 0,
    })
    const tagOf = async () => (await request(`${api}/models/${before.id}`)).headers.get('ETag') as string
    const tag = await tagOf()

    await upload(document('a', { title: 'Anders', bundesland: 'HE' }))
    await upload(document('a', { title: 'Anders', bundesland: 'HE', training_allowed: false }))
    await remove('b')
    expect(await versionOf(id)).toEqual({ ...before, training_withdrawn: 2 })
    expect(await (await request(`${api}/models/${before.id}`)).json()).toMatchObject({ training_withdrawn: 2 })
    expect(await tagOf()).toBe(tag.replace(/"$/, '-w2"'))
    const headers = { 'If-Match': await tagOf() }
    const activated = await request(`${api}/models/${before.id}/activate`, { method: 'POST', headers })
    expect(activated.status).toBe(200)

    await upload(document('a'), document('b'))
    expect(await versionOf(id)).toMatchObject({ training_withdrawn: 0 })
  })

  test('gets its digest also if the job was completed before that was made', async () => {
    await upload(document('a'))
    await remove('a')
    const made = Promise.withResolvers<void>()
    interceptD1(async (statements, send) => {
      if (statements.some(({ sql }) => sql.includes('INTO dataset_digests'))) await made.promise
      return send()
    })
    await upload(document('a'))
    const id = await create()
    const runner = await new Runner().begin()
    await runner.finish('completed')
    await vi.waitFor(async () => expect(await versionsOf(id)).toHaveLength(1))
    expect(await versionOf(id)).toMatchObject({ dataset: { sha256: null } })
    made.resolve()
    const sha256 = await digested(id)
    await vi.waitFor(async () => expect(await versionOf(id)).toMatchObject({ dataset: { sha256 } }))
  })

  test('of a simulated job was trained on the documents of its creation', async () => {
    await upload(document('a'), document('b'))
    const id = await createJob({ epochs: 1 })
    await runToEnd(id)
    await remove('b')
    expect(await versionOf(id)).toMatchObject({
      dataset: { documents: 2, sha256: null, withdrawn: 0 },
      training_withdrawn: 1,
    })
  })

  test('of before revisions knows neither', async () => {
    await upload(document('a'))
    const id = await train()
    await env.DB.prepare('UPDATE model_versions SET dataset_revision = NULL WHERE job_id = ?').bind(id).run()
    await remove('a')
    expect(await versionOf(id)).toMatchObject({ dataset: null, training_withdrawn: null })
    expect(await trainedOn('a')).toEqual([])
  })

  test('is found by every document that it was trained on, whatever has become of it, and by no other', async () => {
    await upload(document('a'), document('b'), document('c', { bundesland: 'HE' }), document('d'))
    const first = await create()
    await remove('d')
    const runner = await new Runner().begin()
    await digested(first)
    await runner.finish('completed')
    await upload(document('e'), document('a', { bundesland: 'HE' }))
    const second = await train({ bundeslaender: ['HE'], model_type: 'klausur' })
    await remove('b')
    await upload(document('a', { training_allowed: false }))

    const found = await Promise.all(['a', 'b', 'c', 'd', 'e', 'none'].map((name) => trainedOn(name)))
    expect(found).toEqual([[second, first], [first], [second], [], [], []])
    expect(await trainedOn('a', '&model_type=zeugnis')).toEqual([first])
    expect(await trainedOn('a', '&active=false')).toEqual([])
    expect(await trainedOn('a', '&active=true&limit=1')).toEqual([second])
    expect((await request(`${api}/models?trained_on=a/b`)).status).toBe(422)
  })
})

test('a search for versions by a document looks at a thousand at a time, and leads to the next', async () => {
  await upload(document('a'))
  const id = await train()
  await env.DB.prepare(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO model_versions (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender)
     SELECT 'v' || n, 'j' || n, 'general', n, 0, '{}', 1, '["BY"]' FROM numbers`,
  )
    .bind(SEARCHED_ROWS_MAX)
    .run()
  const first = await request(`${api}/models?trained_on=a`)
  expect(await first.json()).toEqual([])
  const meter = meterD1()
  const next = await request(/<(.*)>/.exec(first.headers.get('Link') ?? '')?.[1] ?? '')
  restoreD1()
  expect(await next.json()).toMatchObject([{ job_id: id }])
  expect(next.headers.get('Link')).toBeNull()
  expect(meter.rowsRead).toBeLessThan(100)
})
