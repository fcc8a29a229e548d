import { afterEach, beforeAll, expect, inject, test } from 'vitest'
import { createClient, watchJob } from '../../src/client/index.ts'
import { Random } from '../simulation/random.ts'
import { cleanUp, createJob, get, post } from './client.ts'

afterEach(cleanUp)

const client = createClient(inject('baseUrl'))

/** Steps per second, measured on a job of one epoch: a service under test may simulate in real time. */
let stepsPerSecond: number
beforeAll(async () => {
  const id = await createJob()
  const trained: { ms: number; steps: number }[] = []
  for await (const { data } of watchJob(client, id)) {
    trained.push({ ms: data.elapsed_time_ms, steps: data.current_step })
    if (data.elapsed_time_ms >= 1_000) break
  }
  const last = trained.at(-1)
  stepsPerSecond = ((last?.steps ?? 0) / (last?.ms ?? 1)) * 1_000
  await cleanUp()
}, 60_000)

/** A fetch whose response bodies break after a random time or at a random byte, `cuts` times. */
function brittleFetch(random: Random, cuts: number, aboutMs: number) {
  const made = { cuts: 0 }
  const brittle: typeof fetch = async (input, init) => {
    const cut = new AbortController()
    const signal = init?.signal ? AbortSignal.any([init.signal, cut.signal]) : cut.signal
    const response = await fetch(input, { ...init, signal })
    if (made.cuts >= cuts || response.body === null) return response
    let left = random.int(0, 4_000)
    setTimeout(() => cut.abort(), random.int(0, aboutMs))
    const cutAtByte = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, left))
        left -= chunk.length
        if (left < 0) controller.error(new TypeError('terminated'))
      },
    })
    made.cuts++
    return new Response(response.body.pipeThrough(cutAtByte), response)
  }
  return { fetch: brittle, made }
}

test('broken at 50 random moments, a watch yields each point once and in order', { timeout: 120_000 }, async ({
  skip,
}) => {
  const epochs = Math.min(10, Math.floor((stepsPerSecond * 60) / 100))
  skip(epochs < 1, 'The service trains too slowly: start it with --var SIMULATION_SPEED:20')
  const points = epochs * 100
  const { fetch, made } = brittleFetch(new Random(20_261_101), 50, (points / stepsPerSecond / 50) * 1_000)
  const id = await createJob({ epochs })
  const brittle = createClient(inject('baseUrl'), { fetch })
  const received: number[] = []
  let status = ''
  for await (const { data } of watchJob(brittle, id, { random: () => 0 })) {
    received.push(...data.history.map(({ step }) => step))
    status = data.status
  }
  expect(received).toEqual(Array.from({ length: points }, (_, step) => step))
  expect(status).toBe('completed')
  expect(made.cuts).toBe(50)
})

test('a watcher of a paused job learns of its end, and one of a deleted job that it is gone', async () => {
  const id = await createJob({ epochs: 100 })
  const statuses: string[] = []
  for await (const { data } of watchJob(client, id)) {
    if (statuses.at(-1) !== data.status) statuses.push(data.status)
    if (data.status === 'training') await post(`/jobs/${id}/pause`)
    if (data.status === 'paused') await post(`/jobs/${id}/cancel`)
  }
  expect(statuses.slice(-3)).toEqual(['training', 'paused', 'cancelled'])
  await cleanUp()
  expect((await get(`/jobs/${id}`)).status).toBe(404)
  await expect(watchJob(client, id).next()).rejects.toMatchObject({ status: 404, message: 'Job not found' })
})

test('the client is typed by the routes', async () => {
  const training = client.api.v1.admin.training
  const created = await training.jobs.$post({
    json: { name: 'Contract', bundeslaender: ['Bayern'], epochs: 100 },
    query: {},
  })
  expect(created.status).toBe(200)
  if (created.status !== 200) return
  const { id } = await created.json()
  const one = { param: { id } }
  const shown = await training.jobs[':id'].$get(one)
  expect(shown.status === 200 && (await shown.json()).config.bundeslaender).toEqual(['BY'])
  const cancelled = await training.jobs[':id'].cancel.$post(one)
  expect(await cancelled.json()).toEqual({ success: true, message: 'Training cancelled' })
  await training.jobs[':id'].$delete(one)
})
