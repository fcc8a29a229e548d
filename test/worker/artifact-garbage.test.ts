import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { putArtifact } from '../../src/jobs/artifacts.ts'
import { ARTIFACT_UPLOAD_MS } from '../../src/platform/limits.ts'
import { sha256 } from '../../src/platform/sha256.ts'
import { alarmOf, api, cancelAll, createJob, request, runAlarm, setClock, startMs, stubOf, sweepAt } from './api.ts'
import { filesOf, hexOf, put, streamOf, withR2 } from './artifacts.ts'
import { breakD1, restoreD1 } from './meters.ts'
import { Runner } from './runner.ts'

beforeEach(() => setClock(startMs))
afterEach(async () => {
  restoreD1()
  await cancelAll()
  vi.useRealTimers()
})

/** A job with a live attempt. */
async function begin(): Promise<Runner> {
  await createJob({ trainer: 'runner' })
  return new Runner().begin()
}

const remove = (id: string) => request(`${api}/jobs/${id}`, { method: 'DELETE' })
const keysOf = async (job: string) =>
  (await env.ARTIFACTS.list({ prefix: `jobs/${job}/` })).objects.map(({ key }) => key)
const garbage = async () => (await env.DB.prepare('SELECT key, due_ms FROM garbage').all()).results

test('a deleted job leaves no byte, and no row that names one', async () => {
  const runner = await begin()
  for (const path of ['a', 'b/c', 'model/weights']) await put(runner, path, path)
  await runner.finish('failed')
  expect(await keysOf(runner.job)).toHaveLength(3)
  expect((await remove(runner.job)).status).toBe(200)
  expect((await request(`${api}/jobs/${runner.job}/artifacts/a`)).status).toBe(404)
  await sweepAt(Date.now())
  expect([await keysOf(runner.job), await garbage()]).toEqual([[], []])
})

test('what is overwritten or deleted goes from R2, and nothing else', async () => {
  const runner = await begin()
  for (const content of ['one', 'two', 'three']) await put(runner, 'a', content)
  await put(runner, 'b', 'b')
  await request(`${api}/jobs/${runner.job}/artifacts/b`, { method: 'DELETE' })
  await evictDurableObject(stubOf(runner.job))
  await runAlarm(runner.job)
  await sweepAt(Date.now())
  expect(await keysOf(runner.job)).toEqual([`jobs/${runner.job}/3`])
  expect(await (await request(`${api}/jobs/${runner.job}/artifacts/a`)).text()).toBe('three')
})

test('what was dropped while D1 was away is deleted once it is back', async () => {
  const runner = await begin()
  await put(runner, 'a', 'one')
  breakD1('refused', 'INSERT INTO garbage')
  await put(runner, 'a', 'two')
  await runAlarm(runner.job)
  expect(await garbage()).toEqual([])
  restoreD1()
  await evictDurableObject(stubOf(runner.job))
  await runAlarm(runner.job)
  await sweepAt(Date.now())
  expect(await keysOf(runner.job)).toEqual([`jobs/${runner.job}/2`])
})

test.each(['refused', 'unheard'] as const)(
  'a job is not forgotten before D1 has heard of all of its keys: %s',
  async (how) => {
    const runner = await begin()
    await put(runner, 'a', 'a')
    await runner.finish('failed')
    await vi.waitFor(async () =>
      expect(await (await request(`${api}/jobs/${runner.job}`)).json()).toMatchObject({ status: 'failed' }),
    )
    breakD1(how, 'garbage')
    await remove(runner.job)
    restoreD1()
    // Its row is what the sweeper would find it by.
    expect(await env.DB.prepare('SELECT count(*) AS n FROM jobs WHERE id = ?').bind(runner.job).first('n')).toBe(1)
    await evictDurableObject(stubOf(runner.job))
    await sweepAt(startMs + 3_600_000)
    await sweepAt(startMs + 7_200_000)
    expect([await keysOf(runner.job), await garbage()]).toEqual([[], []])
    expect(await env.DB.prepare('SELECT count(*) AS n FROM jobs WHERE id = ?').bind(runner.job).first('n')).toBe(0)
  },
)

test('R2 that does not delete is asked again', async () => {
  const runner = await begin()
  await put(runner, 'a', 'a')
  await runner.finish('failed')
  await remove(runner.job)
  {
    using _ = withR2({ delete: () => Promise.reject(new Error('broken by the test')) })
    await sweepAt(startMs + 1_000)
  }
  expect([await keysOf(runner.job), await garbage()]).toMatchObject([[`jobs/${runner.job}/1`], [{}]])
  await sweepAt(startMs + 61_000)
  expect([await keysOf(runner.job), await garbage()]).toEqual([[], []])
})

test('more keys than one call deletes go in several', async () => {
  const values = Array.from({ length: 2_345 }, (_, n) => `('jobs/x/${n}', 1)`)
  await env.DB.prepare(`INSERT INTO garbage (key, due_ms) VALUES ${values.join(', ')}`).run()
  const calls: number[] = []
  const bucket = env.ARTIFACTS
  using _ = withR2({
    delete: (keys) => {
      calls.push(keys.length)
      return bucket.delete(keys)
    },
  })
  await sweepAt(startMs)
  expect([calls, await garbage()]).toEqual([[1_000, 1_000, 345], []])
})

test('bytes that came, and of which nobody heard, go after a day', async () => {
  const runner = await begin()
  const bucket = env.ARTIFACTS
  using _ = withR2({
    put: async (...args) => {
      await bucket.put(...args)
      throw new Error('Network connection lost.')
    },
  })
  expect((await put(runner, 'a', 'a')).status).toBe(503)
  expect([await filesOf(runner.job), await keysOf(runner.job)]).toMatchObject([[], [`jobs/${runner.job}/1`]])
  await runner.finish('failed')
  await evictDurableObject(stubOf(runner.job))
  await vi.waitFor(async () => expect(await alarmOf(runner.job)).toBe(startMs + ARTIFACT_UPLOAD_MS))
  await sweepAt(startMs + ARTIFACT_UPLOAD_MS - 1)
  expect(await keysOf(runner.job)).toHaveLength(1)
  await runAlarm(runner.job)
  await sweepAt(Date.now())
  expect([await keysOf(runner.job), await garbage()]).toEqual([[], []])
})

test('bytes that still come while their job is deleted go, too: a day later', async () => {
  const runner = await begin()
  async function* slowly() {
    yield new TextEncoder().encode('hel')
    await runner.finish('failed')
    await remove(runner.job)
    await sweepAt(startMs + 1_000)
    yield new TextEncoder().encode('lo')
  }
  const file = { path: 'a', size: 5, sha256: await hexOf('hello'), type: 'text/plain' }
  const stored = await putArtifact(env, runner.job, await sha256(runner.token), file, streamOf(slowly()))
  expect(stored).toEqual({ reason: 'attempt_over', why: 'deleted' })
  expect(await keysOf(runner.job)).toHaveLength(1)
  await sweepAt(startMs + ARTIFACT_UPLOAD_MS)
  expect([await keysOf(runner.job), await garbage()]).toEqual([[], []])
})

test('a sweep without garbage reads no row of it, and does not ask R2', async () => {
  const values = Array.from({ length: 100 }, (_, n) => `('jobs/y/${n}', NULL)`)
  await env.DB.prepare(`INSERT INTO garbage (key, due_ms) VALUES ${values.join(', ')}`).run()
  using _ = withR2({ delete: () => Promise.reject(new Error('Not to be called')) })
  const { due } = (await import('../../src/artifacts/ledger.ts')).ledger(env.DB)
  expect(await due(startMs, 1_000, 1)).toEqual({ keys: [], holds: [] })
  const plan = await env.DB.prepare(
    'EXPLAIN QUERY PLAN SELECT key FROM garbage INDEXED BY garbage_due WHERE due_ms <= 1 ORDER BY due_ms LIMIT 1',
  ).all<{ detail: string }>()
  expect(plan.results.map(({ detail }) => detail)).toEqual([
    'SEARCH garbage USING COVERING INDEX garbage_due (due_ms<?)',
  ])
  await sweepAt(startMs)
})
