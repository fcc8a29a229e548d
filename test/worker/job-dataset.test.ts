import { env } from 'cloudflare:workers'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { jobRegister } from '../../src/jobs/register/job-register.ts'
import type { JobSnapshot } from '../../src/jobs/rules/shown.ts'
import { DATASET_PAGE_DOCUMENTS } from '../../src/platform/limits.ts'
import { bundeslandCodes } from '../../src/shared/bundeslaender.ts'
import { api, cancelAll, request, setClock, startMs } from './api.ts'
import {
  create,
  dataset,
  digested,
  document,
  download,
  emptyDataset,
  lines,
  remove,
  sha256,
  text,
  titles,
  upload,
} from './documents.ts'
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

test('a job keeps the revision of the dataset at its creation, and the documents as they were then', async () => {
  await upload(
    document('a'),
    document('b'),
    document('c', { bundesland: 'HE' }),
    document('d', { training_allowed: false }),
  )
  const id = await create()
  const before = await dataset(id)
  expect(before).toMatchObject({ documents: 2, sha256: null, withdrawn: 0 })

  await upload(document('b', { title: 'Anders' }), document('e'), document('d'))
  await upload(document('a', { bundesland: 'HE' }))
  expect(await lines(id)).toEqual(
    ['a', 'b'].map((name) => {
      const { training_allowed: _, ...line } = document(name)
      return line
    }),
  )
  expect(await dataset(id)).toEqual(before)
  await cancelAll()
  const later = await create()
  expect(await titles(later)).toEqual(['Anders', 'Zeugnisordnung d', 'Zeugnisordnung e'])
  expect((await dataset(later)).revision).toBe(before.revision + 4)
})

test('every change of a document raises the revision by one, and an upload that changes nothing does not', async () => {
  const revision = async () => {
    const id = await create()
    const { revision } = await dataset(id)
    await cancelAll()
    return revision
  }
  const first = await revision()
  await upload(document('a'), document('b', { training_allowed: false }))
  expect(await revision()).toBe(first + 2)
  await upload(document('a'), document('b', { training_allowed: false }))
  expect(await revision()).toBe(first + 2)
  await upload(document('a', { chunks: 11 }))
  await upload(document('b', { training_allowed: true }))
  expect(await revision()).toBe(first + 4)
  await remove('a')
  await remove('a')
  expect(await revision()).toBe(first + 5)
})

test('what has lost its permission or was deleted is left out of a later download, and counted', async () => {
  await upload(...['a', 'b', 'c', 'd'].map((id) => document(id)))
  const id = await create()
  await upload(document('a', { title: 'Anders' }))
  await upload(document('a', { title: 'Anders', training_allowed: false }))
  await remove('b')
  expect(await titles(id)).toEqual(['Zeugnisordnung c', 'Zeugnisordnung d'])
  expect(await dataset(id)).toMatchObject({ documents: 4, withdrawn: 2 })

  // Permission that is given back holds for what the job trains on, too: as it was then.
  await upload(document('a', { title: 'Wieder anders' }), document('b', { title: 'Neu' }))
  expect(await titles(id)).toEqual(['a', 'b', 'c', 'd'].map((name) => `Zeugnisordnung ${name}`))
  expect(await dataset(id)).toMatchObject({ documents: 4, withdrawn: 0 })
})

test('what was added, approved or moved here since is neither in the download nor counted, even once withdrawn', async () => {
  await upload(document('a'), document('b', { training_allowed: false }), document('c', { bundesland: 'HE' }))
  const id = await create()
  await upload(document('b'), document('c'), document('d'))
  for (const name of ['b', 'c', 'd']) await remove(name)
  expect(await titles(id)).toEqual(['Zeugnisordnung a'])
  expect(await dataset(id)).toMatchObject({ documents: 1, withdrawn: 0 })
})

test('the digest is that of the download: null until a claim, then in the job, and behind every answer', async () => {
  await upload(...['a', 'b', 'ü'.repeat(3)].map((title, n) => document(`d${n}`, { title })))
  const id = await create()
  const content = await text(id)
  expect((await dataset(id)).sha256).toBeNull()
  const digest = sha256(content)
  const answer = await download(id)
  expect(answer.headers.get('ETag')).toBe(`"${digest}"`)
  expect(answer.headers.get('Repr-Digest')).toBe(`sha-256=:${createHash('sha256').update(content).digest('base64')}:`)
  expect(answer.headers.get('Content-Type')).toBe('application/x-ndjson')
  expect((await download(id, { headers: { 'If-None-Match': `"${digest}"` } })).status).toBe(304)

  const runner = new Runner()
  await runner.claim()
  expect(runner.claimed.job.dataset).toMatchObject({ documents: 3, sha256: null, withdrawn: 0 })
  expect(await digested(id)).toBe(digest)
  // The next job on the same documents has it at once.
  await runner.finish('completed')
  await cancelAll()
  const next = await create()
  const other = new Runner('gpu-2')
  await other.claim()
  expect(other.claimed.job).toMatchObject({ id: next, dataset: { sha256: digest } })
})

test('the digest is that of what the latest attempt was given, whatever is withdrawn later', async () => {
  await upload(document('a'), document('b'), document('c'))
  const id = await create()
  const first = await new Runner().begin()
  const all = sha256(await text(id))
  expect(await digested(id)).toBe(all)
  await upload(document('b', { training_allowed: false }))
  expect(await dataset(id)).toMatchObject({ documents: 3, sha256: all, withdrawn: 1 })

  await first.finish('released')
  const second = new Runner('gpu-2')
  await vi.waitFor(async () => expect((await second.claim()).status).toBe(200))
  const rest = sha256(await text(id))
  expect(rest).not.toBe(all)
  await vi.waitFor(async () => expect(await dataset(id)).toMatchObject({ sha256: rest, withdrawn: 1 }))
})

test('what an earlier attempt was given never replaces what a later one was given', async () => {
  await upload(document('a'), document('b'))
  const id = await create()
  await new Runner().begin()
  const early = await digested(id)
  await remove('b')
  const { revision } = await dataset(id)
  const given = { revision: revision + 1, withdrawn: 1, sha256: sha256(await text(id)) }
  const { noteGiven } = jobRegister(env.DB)
  await noteGiven(id, given)
  await noteGiven(id, { revision, withdrawn: 0, sha256: early as string })
  expect(await dataset(id)).toMatchObject({ sha256: given.sha256 })
})

test('the ETag of a job changes with its digest, and with what is withdrawn', async () => {
  await upload(document('a'), document('b'))
  const id = await create()
  const tag = async () => (await request(`${api}/jobs/${id}`)).headers.get('ETag')
  const before = await tag()
  await remove('a')
  const withdrawn = await tag()
  expect(withdrawn).not.toBe(before)
  await new Runner().begin()
  await digested(id)
  const claimed = await tag()
  await env.DB.prepare('UPDATE jobs SET dataset_given = NULL WHERE id = ?').bind(id).run()
  expect(await tag()).not.toBe(claimed)
})

test('a download of many pages has every document once, by Bundesland and id, and reads a page when it is asked for', async () => {
  const count = DATASET_PAGE_DOCUMENTS * 2 + 1
  await env.DB.prepare(
    `INSERT INTO documents (id, title, bundesland, doc_type, chunks, training_allowed)
     SELECT printf('d%06d', value), 'x', iif(value % 10 = 0, 'HE', 'BY'), 'erlass', 1, 1
     FROM json_each(?)`,
  )
    .bind(JSON.stringify(Array.from({ length: count }, (_, n) => n)))
    .run()
  const id = await create({ bundeslaender: ['HE', 'BY', 'SH'] })
  await upload(document('d000001', { title: 'Anders' }))
  const all = await lines(id)
  expect(all).toHaveLength(count)
  const expected = Array.from({ length: count }, (_, n) => `d${String(n).padStart(6, '0')}`)
  const isHessen = (name: string) => Number(name.slice(1)) % 10 === 0
  expect(all.map((line) => line.id)).toEqual([
    ...expected.filter((name) => !isHessen(name)),
    ...expected.filter(isHessen),
  ])
  expect(all.every(({ title }) => title === 'x')).toBe(true)

  await new Runner().claim()
  await digested(id)
  const reader = (await download(id)).body?.getReader()
  const meter = meterD1()
  await reader?.read()
  await reader?.cancel()
  restoreD1()
  expect(meter.rowsRead).toBeLessThan(2 * DATASET_PAGE_DOCUMENTS)
})

test('a download writes nothing, whether its digest is stored or not', async () => {
  await upload(document('a'), document('b'))
  const id = await create()
  const unknown = meterD1()
  await text(id)
  restoreD1()
  await new Runner().claim()
  await digested(id)
  const known = meterD1()
  await text(id)
  restoreD1()
  expect([unknown.rowsWritten, known.rowsWritten]).toEqual([0, 0])
  expect(known.rowsRead).toBeLessThan(unknown.rowsRead)
})

test('a job token opens the dataset of its own job while its attempt is live, and no other', async () => {
  await upload(document('a'))
  const id = await create()
  const runner = await new Runner().begin()
  const headers = { Authorization: `Bearer ${runner.token}` }
  expect((await download(id, { headers })).status).toBe(200)
  expect((await download(crypto.randomUUID(), { headers })).status).toBe(403)
  await runner.finish('failed')
  expect((await download(id, { headers })).status).toBe(401)
  expect((await download(id)).status).toBe(200)
  expect((await download(crypto.randomUUID())).status).toBe(404)
  expect((await download('x')).status).toBe(404)
})

test('a job of before revisions, and one of a dataset that was restored since, say that its documents are not known', async () => {
  await upload(document('a'))
  const id = await create()
  await env.DB.prepare(`UPDATE jobs SET spec = json_set(spec, '$.dataset.revision', 1000000) WHERE id = ?`)
    .bind(id)
    .run()
  const refused = await download(id)
  expect([refused.status, await refused.json()]).toMatchObject([
    409,
    { type: 'urn:stellwerk:problem:dataset-unknown', detail: expect.stringContaining('not known') },
  ])
  await env.DB.prepare(`UPDATE jobs SET spec = json_remove(spec, '$.dataset') WHERE id = ?`).bind(id).run()
  expect((await download(id)).status).toBe(409)
  const listed: JobSnapshot[] = await (await request(`${api}/jobs`)).json()
  expect(listed.find((job) => job.id === id)?.dataset).toBeNull()
})

test('documents of before revisions are as they were from the beginning', async () => {
  await upload(...bundeslandCodes.map((bundesland) => document(bundesland, { bundesland })))
  await env.DB.prepare('UPDATE documents SET since_revision = 0').run()
  const id = await create({ bundeslaender: [...bundeslandCodes] })
  expect(await dataset(id)).toMatchObject({ documents: 16 })
  await remove('BY')
  await upload(document('BW', { bundesland: 'BW', title: 'Anders' }))
  expect(await titles(id)).toEqual(
    bundeslandCodes.toSorted().flatMap((code) => (code === 'BY' ? [] : [`Zeugnisordnung ${code}`])),
  )
})
