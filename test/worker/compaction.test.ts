import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import { BLOCK_BYTES_MAX, MERGED_AFTER_MS } from '../../src/platform/limits.ts'
import { api, beginAtStart, createJob, getJob, passUntil, post, request, startMs, stubOf } from './api.ts'
import { Runner } from './runner.ts'

beginAtStart()

/** The points of each block, and the bytes of the longest. */
const blocksOf = (id: string) =>
  runInDurableObject(stubOf(id), (_, { storage }) => {
    const rows = storage.sql
      .exec<{ count: number; bytes: number }>(
        'SELECT count, octet_length(extremes) + octet_length(points) AS bytes FROM blocks ORDER BY first',
      )
      .toArray()
    return { counts: rows.map(({ count }) => count), bytes: Math.max(...rows.map(({ bytes }) => bytes)) }
  })

const curveOf = async (id: string) => ({
  history: await (await request(`${api}/jobs/${id}/history?include_superseded=true`)).json(),
  effective: await (await request(`${api}/jobs/${id}/history`)).json(),
  summary: (await getJob(id)).summary,
})

/** A runner that has reported the steps 0 … 29, one at a time. */
async function reporting(id: string): Promise<Runner> {
  const runner = await new Runner('first').begin()
  expect(runner.job).toBe(id)
  for (let step = 0; step < 30; step++) await runner.steps(step)
  return runner
}

const ends: [string, (runner: Runner, id: string) => Promise<unknown>][] = [
  ['has failed', (runner) => runner.finish('failed')],
  ['has completed', (runner) => runner.finish('completed')],
  ['has paused', async (runner) => runner.finish('paused', { checkpoint: await runner.save(20, 'c') })],
  ['was given up', (_, id) => post(`${api}/jobs/${id}/give-up`)],
  [
    'was replaced',
    async (_, id) => {
      await passUntil(id, startMs + 13 * 60_000)
      await (await new Runner('second').begin()).steps(0, 1)
    },
  ],
]

describe.each(ends)('an attempt that %s', (_, end) => {
  test('is one block soon after, and the same curve, also after an eviction', async () => {
    const id = await createJob({ trainer: 'runner' })
    const runner = await reporting(id)
    await end(runner, id)
    const again = await (await runner.finish('failed')).json()
    const before = await curveOf(id)
    expect((await blocksOf(id)).counts.slice(0, 30)).toEqual(Array(30).fill(1))
    await passUntil(id, Date.now() + MERGED_AFTER_MS)
    expect((await blocksOf(id)).counts[0]).toBe(30)
    for (const _ of [1, 2]) {
      expect(await curveOf(id)).toEqual(before)
      expect(await (await runner.finish('failed')).json()).toEqual(again)
      await evictDurableObject(stubOf(id))
    }
  })
})

test('a report of a thousand points, each with metrics of its own, fits into rows', async () => {
  const id = await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  const points = Array.from({ length: 1_000 }, (_, i) => ({ step: i, metrics: { [`a${i}`]: i, [`b${i}`]: 1e20 } }))
  expect(await runner.report({ points })).toMatchObject({ sequence: 1, dropped: [] })
  expect((await blocksOf(id)).bytes).toBeLessThan(BLOCK_BYTES_MAX)
  const { points: read } = (await (await request(`${api}/jobs/${id}/history?metrics=b7`)).json()) as {
    points: { metrics: unknown }[]
  }
  expect(read).toMatchObject([{ step: 7, metrics: { a7: 7, b7: 1e20 } }])
})

test('a report of numbers that are longer in JSON than they were sent fits into rows', async () => {
  const id = await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  const metrics = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`m${i}`, 'X']))
  const points = Array.from({ length: 1_000 }, (_, step) => ({ step, metrics }))
  const body = JSON.stringify({ sequence: 1, points }).replaceAll('"X"', '1e20')
  const answer = await request(`${api}/jobs/${id}/reports`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${runner.token}` },
    body,
  })
  expect(await answer.json()).toMatchObject({ sequence: 1, dropped: [] })
  const { bytes, counts } = await blocksOf(id)
  expect(bytes).toBeLessThan(BLOCK_BYTES_MAX)
  expect(counts).toEqual([500, 500])
  expect(await runner.beat()).toMatchObject({ sequence: 1 })
})
