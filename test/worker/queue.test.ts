import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TrainingJob } from '../../src/jobs/object/training-job.ts'
import { jobRegister } from '../../src/jobs/register/job-register.ts'
import { sweep } from '../../src/jobs/sweeper.ts'
import { QUEUE_LENGTH_MAX, WAKE_GRACE_MS } from '../../src/platform/limits.ts'
import {
  api,
  cancelAll,
  createJob,
  getJob,
  post,
  refusal,
  registerRow,
  request,
  runAlarm,
  runToEnd,
  send,
  setClock,
  snapshotOf,
  startMs,
  stubOf,
  withVars,
} from './api.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  await env.DB.prepare("DELETE FROM jobs WHERE status = 'queued'").run()
  await cancelAll()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const config = { name: 'waits', bundeslaender: ['BY'], epochs: 1 }
const enqueue = () => send('POST', `${api}/jobs?when_busy=queue`, config)

/** Creates a job that is queued because the slot is taken. */
async function waitingJob(): Promise<string> {
  const response = await enqueue()
  expect(response.status).toBe(200)
  return ((await response.json()) as { id: string }).id
}

test('three queued jobs run one after another, oldest first', async () => {
  const first = await createJob({ epochs: 1 })
  const waiting = [await waitingJob(), await waitingJob(), await waitingJob()]
  for (const [at, id] of waiting.entries()) {
    expect(await getJob(id)).toMatchObject({ status: 'queued', queue_position: at + 1, estimated_completion: null })
  }
  const order: string[] = []
  for (const id of [first, ...waiting]) {
    await vi.waitFor(async () => expect((await getJob(id)).status).toBe('preparing'))
    order.push(((await (await request(`${api}/status`)).json()) as { active_job_id: string }).active_job_id)
    expect(await getJob(id)).toMatchObject({ status: 'preparing', queue_position: null })
    await runToEnd(id)
    expect((await getJob(id)).status).toBe('completed')
  }
  expect(order).toEqual([first, ...waiting])
})

test('when a slot is free, a job that may wait starts at once', async () => {
  expect(await getJob(await waitingJob())).toMatchObject({ status: 'preparing', queue_position: null })
})

test('a queued job holds no slot, has no alarm, and is unknown to its object', async () => {
  await createJob()
  const id = await waitingJob()
  expect(await registerRow(id)).toMatchObject({ status: 'queued', slot: null, wake_by_ms: null })
  expect(await snapshotOf(id)).toBeNull()
  await stubOf(id).wake(id)
  expect(await runInDurableObject(stubOf(id), (_, { storage }) => storage.getAlarm())).toBeNull()
})

test('a job that may not wait is refused while others are queued, even if a slot has just become free', async () => {
  const first = await createJob()
  await waitingJob()
  await env.DB.prepare('UPDATE jobs SET slot = NULL WHERE id = ?').bind(first).run()
  const refused = await send('POST', `${api}/jobs`, config)
  expect(await refusal(refused)).toEqual([409, 'Another training job is already running'])
})

test.each(['pause', 'cancel'])('a %s lets the next one start', async (command) => {
  const first = await createJob()
  await runAlarm(first)
  const id = await waitingJob()
  expect((await post(`${api}/jobs/${first}/${command}`)).status).toBe(200)
  await vi.waitFor(async () => expect((await getJob(id)).status).toBe('preparing'))
})

/** A running job and four queued ones, and four slots from then on. */
async function slotsAdded() {
  const first = await createJob()
  await runAlarm(first)
  const waiting = [await waitingJob(), await waitingJob(), await waitingJob(), await waitingJob()]
  const vars = withVars({ MAX_ACTIVE_JOBS: '4' })
  // An object reads its settings when it wakes.
  await evictDurableObject(stubOf(first))
  const statuses = () => Promise.all(waiting.map(async (id) => (await getJob(id)).status))
  return { first, statuses, [Symbol.dispose]: () => vars[Symbol.dispose]() }
}

test.each(['pause', 'cancel'])('a %s assigns every free slot to queued jobs, not only its own', async (command) => {
  using added = await slotsAdded()
  expect((await post(`${api}/jobs/${added.first}/${command}`)).status).toBe(200)
  await vi.waitFor(async () => expect(await added.statuses()).toEqual(Array(4).fill('preparing')), 10_000)
})

test('the sweeper assigns every free slot to queued jobs, not only the first', async () => {
  using added = await slotsAdded()
  await sweep(env, Date.now())
  expect(await added.statuses()).toEqual(['preparing', 'preparing', 'preparing', 'queued'])
})

test('a pause does not wait for the object of the job that is started in its place', async () => {
  const first = await createJob()
  await runAlarm(first)
  const id = await waitingJob()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { wake } = TrainingJob.prototype
  const held = vi.spyOn(TrainingJob.prototype, 'wake').mockImplementation(async function (this: TrainingJob, other) {
    await released
    return wake.call(this, other)
  })
  expect((await post(`${api}/jobs/${first}/pause`)).status).toBe(200)
  expect((await post(`${api}/jobs/${first}/cancel`)).status).toBe(200)
  await vi.waitFor(() => expect(held).toHaveBeenCalledWith(id))
  expect((await registerRow(id))?.status).toBe('queued')
  release()
  await vi.waitFor(async () => expect((await getJob(id)).status).toBe('preparing'))
})

test('a paused job does not overtake queued jobs', async () => {
  const first = await createJob()
  await runAlarm(first)
  await post(`${api}/jobs/${first}/pause`)
  const second = await createJob()
  const third = await waitingJob()
  await env.DB.prepare('UPDATE jobs SET slot = NULL WHERE id = ?').bind(second).run()
  expect((await post(`${api}/jobs/${first}/resume`)).status).toBe(409)
  await sweep(env, startMs)
  expect((await getJob(third)).status).toBe('preparing')
})

test('the sweeper starts a queued job when the object that should have started it has died', async () => {
  const first = await createJob()
  const id = await waitingJob()
  await env.DB.prepare("UPDATE jobs SET slot = NULL, status = 'cancelled' WHERE id = ?").bind(first).run()
  await sweep(env, startMs)
  expect((await getJob(id)).status).toBe('preparing')
})

test('a slot assigned to a job that was never woken is found through its wake deadline', async () => {
  const first = await createJob()
  const id = await waitingJob()
  await env.DB.prepare("UPDATE jobs SET slot = NULL, status = 'cancelled', wake_by_ms = NULL WHERE id = ?")
    .bind(first)
    .run()
  expect(await jobRegister(env.DB).assignSlot(1, startMs)).toBe(id)
  expect((await getJob(id)).status).toBe('queued')
  setClock(startMs + WAKE_GRACE_MS)
  await sweep(env, startMs + WAKE_GRACE_MS)
  expect((await getJob(id)).status).toBe('preparing')
})

test('a queued job can be cancelled and deleted, not paused, and the queue moves up', async () => {
  await createJob()
  const [a, b, c] = [await waitingJob(), await waitingJob(), await waitingJob()]
  expect(await refusal(await post(`${api}/jobs/${a}/pause`))).toEqual([400, 'Job is not running'])
  expect(await getJob(a)).toMatchObject({ status: 'queued', queue_position: 1 })
  expect((await post(`${api}/jobs/${a}/cancel`)).status).toBe(200)
  expect(await getJob(a)).toMatchObject({ status: 'cancelled', queue_position: null })
  expect((await request(`${api}/jobs/${b}`, { method: 'DELETE' })).status).toBe(200)
  expect(await getJob(c)).toMatchObject({ queue_position: 1 })
  const listed = (await (await request(`${api}/jobs?status=queued`)).json()) as { id: string; queue_position: number }[]
  expect(listed).toMatchObject([{ id: c, queue_position: 1 }])
})

test('the queue is bounded', async () => {
  await createJob()
  await env.DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO jobs (id, model_type, status, revision, snapshot) SELECT 'w' || i, 'zeugnis', 'queued', 0, '{}' FROM n`,
  )
    .bind(QUEUE_LENGTH_MAX)
    .run()
  expect(await refusal(await enqueue())).toEqual([409, 'The queue is full'])
})

test('when_busy has two values', async () => {
  const response = await send('POST', `${api}/jobs?when_busy=push`, config)
  expect(response.status).toBe(422)
})
