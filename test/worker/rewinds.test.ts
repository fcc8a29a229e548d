import { expect, test, vi } from 'vitest'
import { createClient, type HistoryPoint, pointsAfter, watchJob } from '../../src/client/index.ts'
import type { History } from '../../src/jobs/rules/shown.ts'
import { api, beginAtStart, createJob, getJob, post, request, setClock } from './api.ts'
import { Runner } from './runner.ts'

beginAtStart()

const client = createClient('http://localhost', {
  fetch: async (input, init) => {
    const { pathname, search } = new URL(String(input))
    return request(pathname + search, init)
  },
})

/** A client at an event: its cursor, and the points that it holds. */
type Place = { cursor: string; points: HistoryPoint[] }

/** Watches a job to its end, from a place on; every place that it comes to is added. */
async function watch(id: string, from: Place | undefined, places: Place[]): Promise<HistoryPoint[]> {
  let points = from?.points ?? []
  for await (const { cursor, data } of watchJob(client, id, { after: from?.cursor })) {
    points = pointsAfter(points, data)
    places.push({ cursor, points })
  }
  return points
}

const byStep = (a: HistoryPoint, b: HistoryPoint) => a.step - b.step || a.timestamp - b.timestamp

test('a client that applies rewinds holds exactly the points of the history, at whichever event it reconnects', async () => {
  const id = await createJob({ trainer: 'runner' })
  const places: Place[] = []
  const watched = watch(id, undefined, places)
  const seen = (...steps: number[]) =>
    vi.waitFor(() => expect(places.at(-1)?.points.map(({ step }) => step)).toEqual(steps), { timeout: 10_000 })
  const first = await new Runner('first').begin()
  for (const steps of [[0, 1], [3, 2], [4]]) {
    await first.steps(...steps)
    setClock(Date.now() + 1_000)
  }
  await seen(0, 1, 3, 2, 4)
  await post(`${api}/jobs/${id}/pause`)
  await first.finish('paused', { checkpoint: await first.save(2) })
  await post(`${api}/jobs/${id}/resume`)
  const second = new Runner('second')
  await vi.waitFor(async () => expect((await second.claim()).status).toBe(200))
  await second.beat()
  await seen(0, 1, 2)
  await second.steps(3, 4, 5)
  await seen(0, 1, 2, 3, 4, 5)
  // The checkpoint names the next step, not the last one that was done.
  await second.steps(2)
  await seen(0, 1, 3, 4, 5, 2)
  await second.steps(6)
  await second.finish('completed')
  await vi.waitFor(async () => expect((await getJob(id)).status).toBe('completed'))

  const points = await watched
  const history = ((await (await request(`${api}/jobs/${id}/history`)).json()) as History).points
  expect(history.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(points.toSorted(byStep)).toEqual(history)
  expect(places.length).toBeGreaterThan(10)
  for (const place of [undefined, ...places]) {
    expect((await watch(id, place, [])).toSorted(byStep), `from ${place?.cursor}`).toEqual(history)
  }
})

test('output without points is news of its own, and moves no cursor', async () => {
  const id = await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  await runner.steps(0)
  const leave = new AbortController()
  const events = watchJob(client, id, { signal: leave.signal })
  const first = await events.next()
  const next = events.next()
  setClock(Date.now() + 1_000)
  await runner.report({ output: [{ stream: 'stdout', text: 'downloading' }] })
  expect(await next).toMatchObject({ value: { cursor: first.value?.cursor, data: { output_lines: 1, history: [] } } })
  leave.abort()
  // A client that reconnects after it is told at once how many lines there are, and then nothing new.
  const again = watchJob(client, id, { after: first.value?.cursor, signal: AbortSignal.timeout(1_000) })
  const known = { cursor: first.value?.cursor, data: { output_lines: 1, history: [] } }
  expect(await again.next()).toMatchObject({ value: known })
  await expect(again.next()).rejects.toThrow()
})
