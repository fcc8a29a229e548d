import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DOCUMENTS_PER_UPLOAD_MAX } from '../../src/platform/limits.ts'
import { COMMAND_ROWS, COMMAND_TRIPS, DATASET_DOWNLOAD_ROWS, DATASET_ROWS, ROWS_READ } from '../budgets.ts'
import { api, cancelAll, createJob, request, runToEnd, setClock, startMs, versionsOf } from './api.ts'
import { type Cost, costOf, expectWithin } from './cost.ts'
import { create, digested, document, emptyDataset, remove, text, upload } from './documents.ts'
import { restoreD1 } from './meters.ts'
import { copyJob } from './register.ts'
import { Runner } from './runner.ts'

/** The tests so far. */
let tests = 0

beforeEach(async () => {
  tests++
  setClock(startMs)
  restoreD1()
  await emptyDataset()
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

const rows = async (work: () => Promise<unknown>) => {
  const { read, written } = await costOf(work)
  return { read, written }
}
/** A thousand documents, of which the numbers say what they are called; no test knows those of another. */
const batch = (from: number, more: Record<string, unknown> = {}) =>
  Array.from({ length: DOCUMENTS_PER_UPLOAD_MAX }, (_, n) =>
    document(`t${tests}-${String(from + n).padStart(6, '0')}`, more),
  )

/** What each change of a document costs, among the documents and jobs that there are. */
async function costOfChanges() {
  const costs = {
    add: await rows(() => upload(document('a'))),
    repeat: await rows(() => upload(document('a'))),
    rename: await rows(() => upload(document('a', { title: 'Anders' }))),
    withdraw: await rows(() => upload(document('a', { title: 'Anders', training_allowed: false }))),
    approve: await rows(() => upload(document('a', { title: 'Anders' }))),
    remove: await rows(() => remove('a')),
  }
  await env.DB.prepare(`DELETE FROM document_history WHERE id = 'a'`).run()
  return costs
}

test('a change of a document costs the same however many documents, jobs and versions there are', async () => {
  await upload(document('first'))
  const few = await costOfChanges()
  const id = await createJob({ epochs: 1 })
  await runToEnd(id)
  await copyJob(id, 0, 1_000)
  for (let from = 0; from < 10_000; from += DOCUMENTS_PER_UPLOAD_MAX) await upload(...batch(from))
  expect(await costOfChanges()).toEqual(few)
  expect(few).toEqual(DATASET_ROWS)
  await env.DB.prepare('DELETE FROM jobs').run()
})

test('an import of ten thousand documents costs as much per document as one, and an equal one writes nothing', async () => {
  const written = { added: 0, repeated: 0, renamed: 0 }
  for (let from = 0; from < 10_000; from += DOCUMENTS_PER_UPLOAD_MAX) {
    written.added += (await rows(() => upload(...batch(from)))).written
    written.repeated += (await rows(() => upload(...batch(from)))).written
    written.renamed += (await rows(() => upload(...batch(from, { title: 'Anders' })))).written
  }
  const { add, rename } = DATASET_ROWS
  expect(written).toEqual({ added: 10_000 * add.written, repeated: 0, renamed: 10_000 * rename.written })
})

describe('a download reads', () => {
  const fixed = DATASET_DOWNLOAD_ROWS

  test('each document once, or twice while its digest is not stored, whatever has changed before', async () => {
    await upload(...batch(0))
    for (const title of ['x', 'y', 'z']) await upload(...batch(0, { title }))
    const id = await create()
    expect(await rows(() => text(id))).toEqual({ read: 2 * 1_000 + fixed.computed, written: 0 })
    const runner = new Runner()
    const claim = await costOf(() => runner.claim())
    await digested(id)
    expect(await rows(() => text(id))).toEqual({ read: 1_000 + fixed.stored, written: 0 })
    // The next attempt at any job on the same documents finds the digest.
    await runner.finish('failed')
    await create()
    const next = await costOf(() => new Runner('gpu-2').claim())
    expect(next.read).toBeLessThan(claim.read - 900)
  })

  test('what has changed since once more, and two rows to know whether it may still be given out', async () => {
    await upload(...batch(0))
    const id = await create()
    await new Runner().claim()
    await digested(id)
    await upload(...batch(0, { title: 'Anders' }).slice(0, 100))
    // Those that have changed are skipped in the table, and found in the history.
    expect((await rows(() => text(id))).read).toBe(1_000 + 100 * 2 + fixed.stored - 1)
  })
})

test('a job and a version are read in a few rows, and two or three for each document that was withdrawn since', async () => {
  await upload(...batch(0))
  const id = await createJob({ epochs: 1 })
  await runToEnd(id)
  const [version] = await versionsOf(id)
  const costs = async () => ({
    job: (await rows(() => request(`${api}/jobs/${id}`))).read,
    version: (await rows(() => request(`${api}/models/${version?.id}`))).read,
    jobs: (await rows(() => request(`${api}/jobs`))).read,
  })
  const before = await costs()
  expect(before).toMatchObject({ job: ROWS_READ.job, version: ROWS_READ.model + 1 })
  await upload(...batch(0, { training_allowed: false }).slice(0, 50))
  expect(await costs()).toEqual({ ...before, job: before.job + 2 * 50, version: before.version + 3 * 50 })
})

test.each(['simulated', 'runner'])(
  'a creation costs the same however much of the dataset has changed: %s',
  async (trainer) => {
    const costs: Cost[] = []
    for (const title of ['a', 'b', 'c']) {
      await upload(...batch(0, { title }))
      costs.push(await costOf(() => create({ trainer })))
      await cancelAll()
    }
    expect(costs).toEqual(costs.map(() => costs[0]))
    if (trainer === 'simulated') {
      expectWithin('create', costs[0] as Cost, { ...COMMAND_ROWS.create, trips: COMMAND_TRIPS.create })
    }
  },
)
