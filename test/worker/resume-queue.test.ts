import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { TrainingJob } from '../../src/jobs/object/training-job.ts'
import { jobRegister } from '../../src/jobs/register/job-register.ts'
import type { EventRecord } from '../../src/jobs/rules/shown.ts'
import { PAUSED_CHECK_MS, QUEUE_LENGTH_MAX, SINK_RETRY_MS, WAKE_GRACE_MS } from '../../src/platform/limits.ts'
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
  sweepAt,
} from './api.ts'
import { breakD1, restoreD1 } from './meters.ts'
import { copyJob } from './register.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  restoreD1()
  await env.DB.prepare("DELETE FROM jobs WHERE status = 'queued'").run()
  await cancelAll()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const willResume = { success: true, message: 'Training will resume when a slot is free' }
const queueResume = (id: string) => post(`${api}/jobs/${id}/resume?when_busy=queue`)
const evict = (id: string) => evictDurableObject(stubOf(id))
const eventsOf = async (id: string): Promise<EventRecord[]> => (await request(`${api}/jobs/${id}/events`)).json()
const positionOf = async (id: string) => (await getJob(id)).queue_position

/** A job that is paused at step 20, at `startMs + 10_500`. */
async function pausedJob(): Promise<string> {
  const id = await createJob({ epochs: 1 })
  await runAlarm(id)
  setClock(startMs + 10_500)
  await post(`${api}/jobs/${id}/pause`)
  return id
}

async function queuedJob(): Promise<string> {
  const body = { name: 'new', bundeslaender: ['BY'], epochs: 1 }
  const { id } = (await (await send('POST', `${api}/jobs?when_busy=queue`, body)).json()) as { id: string }
  return id
}

/** A paused job that waits for the slot of another one. */
async function waitingJob(): Promise<{ id: string; runs: string }> {
  const id = await pausedJob()
  const runs = await createJob({ epochs: 1 })
  expect(await (await queueResume(id)).json()).toEqual(willResume)
  return { id, runs }
}

/** The slot becomes free, and the job that is first goes on. */
async function expectResumedAfter(id: string, freed: () => Promise<unknown>) {
  await freed()
  await vi.waitFor(async () => expect(await getJob(id)).toMatchObject({ status: 'training', queue_position: null }))
}

test('a paused job gets in the queue, and is resumed when the slot is free, as whoever asked for it', async () => {
  const { id, runs } = await waitingJob()
  expect(await getJob(id)).toMatchObject({ status: 'paused', progress: 20, queue_position: 1, revision: 5 })
  expect(await registerRow(id)).toMatchObject({ slot: null, wake_by_ms: startMs + 10_500 + PAUSED_CHECK_MS })
  setClock(startMs + 60_000)
  await expectResumedAfter(id, () => post(`${api}/jobs/${runs}/cancel`))
  expect((await eventsOf(id)).slice(3)).toMatchObject([
    { type: 'paused', actor: 'anonymous' },
    { type: 'resume_queued', actor: 'anonymous', from_status: 'paused', to_status: 'paused', step: 20 },
    { type: 'resumed', actor: 'anonymous', at: expect.stringMatching(/T00:01:00/), step: 20 },
  ])
  await runToEnd(id)
  expect(await getJob(id)).toMatchObject({ status: 'completed' })
})

test('while a slot is free, a job that may wait is resumed at once', async () => {
  const id = await pausedJob()
  expect(await (await queueResume(id)).json()).toEqual({ success: true, message: 'Training resumed' })
  expect(await getJob(id)).toMatchObject({ status: 'training', queue_position: null })
})

test('a resume that may not wait is refused as before, also of a job that waits', async () => {
  const { id } = await waitingJob()
  const refused = [409, 'Another training job is already running']
  expect(await refusal(await post(`${api}/jobs/${id}/resume`))).toEqual(refused)
  expect(await positionOf(id)).toBe(1)
})

test('whoever waits longest is served first, new or to be resumed', async () => {
  const paused = [await pausedJob(), await pausedJob()]
  const runs = await createJob({ epochs: 1 })
  const order: string[] = []
  for (const [i, join] of [queueResume, queuedJob, queueResume].entries()) {
    setClock(startMs + 20_000 + i)
    const id = join === queuedJob ? await queuedJob() : (paused[i === 0 ? 1 : 0] as string)
    if (join === queueResume) await queueResume(id)
    order.push(id)
  }
  expect(await Promise.all(order.map(positionOf))).toEqual([1, 2, 3])
  const listed = (await (await request(`${api}/jobs?status=paused`)).json()) as { id: string; queue_position: number }[]
  expect(listed.map(({ id, queue_position }) => [id, queue_position])).toEqual([
    [paused[1], 1],
    [paused[0], 3],
  ])
  let holder = runs
  for (const id of order) {
    await post(`${api}/jobs/${holder}/cancel`)
    await vi.waitFor(async () => expect((await registerRow(id))?.slot).toBe(1))
    await vi.waitFor(async () => expect((await snapshotOf(id))?.status).toMatch(/preparing|training/))
    holder = id
  }
})

test('asked for twice, it keeps its position and its log', async () => {
  const { id } = await waitingJob()
  await queuedJob()
  setClock(startMs + 20_000)
  const before = await getJob(id)
  expect(await (await queueResume(id)).json()).toEqual(willResume)
  expect(await getJob(id)).toEqual(before)
})

test('an ETag from before it waited is refused, one since is not', async () => {
  const { id } = await waitingJob()
  const pause = (etag: string) =>
    request(`${api}/jobs/${id}/pause`, { method: 'POST', headers: { 'If-Match': `"${etag}"` } })
  expect((await pause('4-21')).status).toBe(412)
  expect((await request(`${api}/jobs/${id}`)).headers.get('ETag')).toBe('"5-21-1"')
  expect((await pause('5-21-1')).status).toBe(200)
})

test('a pause takes it out of the queue, a second one is refused', async () => {
  const { id, runs } = await waitingJob()
  expect(await (await post(`${api}/jobs/${id}/pause`)).json()).toEqual({ success: true, message: 'Training paused' })
  expect(await getJob(id)).toMatchObject({ status: 'paused', queue_position: null })
  expect(await refusal(await post(`${api}/jobs/${id}/pause`))).toEqual([400, 'Job is not running'])
  await post(`${api}/jobs/${runs}/cancel`)
  await sweepAt(startMs + 60_000)
  expect((await getJob(id)).status).toBe('paused')
  expect((await eventsOf(id)).at(-1)).toMatchObject({ type: 'resume_withdrawn', actor: 'anonymous' })
})

test.each([
  ['cancelled', (id: string) => post(`${api}/jobs/${id}/cancel`)],
  ['deleted', (id: string) => request(`${api}/jobs/${id}`, { method: 'DELETE' })],
])('a job that waits can be %s, and the queue moves up', async (_, end) => {
  const { id } = await waitingJob()
  const next = await queuedJob()
  expect(await positionOf(next)).toBe(2)
  expect((await end(id)).status).toBe(200)
  expect(await positionOf(next)).toBe(1)
})

test('the queue is bounded for resumes, too', async () => {
  const id = await pausedJob()
  await createJob()
  await copyJob(await queuedJob(), 1, QUEUE_LENGTH_MAX)
  expect(await refusal(await queueResume(id))).toEqual([409, 'The queue is full'])
  expect(await getJob(id)).toMatchObject({ status: 'paused', queue_position: null, revision: 4 })
})

describe('through evictions, crashes and a failing D1', () => {
  test('it keeps its position when its object is evicted, and is resumed by the one that wakes', async () => {
    const { id, runs } = await waitingJob()
    await evict(id)
    expect(await positionOf(id)).toBe(1)
    await expectResumedAfter(id, () => post(`${api}/jobs/${runs}/cancel`))
    await evict(id)
    expect((await getJob(id)).status).toBe('training')
  })

  test('the daily wake of a paused job leaves its position', async () => {
    const { id } = await waitingJob()
    await env.DB.prepare('UPDATE jobs SET wake_by_ms = ?2 WHERE id = ?1').bind(id, startMs).run()
    expect(await positionOf(id)).toBe(1)
    await sweepAt(startMs + 20_000)
    expect(await getJob(id)).toMatchObject({ status: 'paused', queue_position: 1, revision: 5 })
    expect(await registerRow(id)).toMatchObject({ wake_by_ms: startMs + 10_500 + PAUSED_CHECK_MS })
  })

  test('it gets in the queue when D1 has answered nothing since the decision, without a sweep', async () => {
    const id = await pausedJob()
    const runs = await createJob()
    breakD1('refused', 'UPDATE jobs SET status')
    expect((await queueResume(id)).status).toBe(200)
    restoreD1()
    expect(await positionOf(id)).toBeNull()
    setClock(Date.now() + 2 * SINK_RETRY_MS)
    await runAlarm(id)
    expect(await positionOf(id)).toBe(1)
    await expectResumedAfter(id, () => post(`${api}/jobs/${runs}/cancel`))
  })

  test('an object that dies before it decides leaves a job that is simply paused', async () => {
    const id = await pausedJob()
    await createJob()
    expect(await jobRegister(env.DB).announceWaiting(id, Date.now())).toBe(true)
    await evict(id)
    await sweepAt(Date.now() + WAKE_GRACE_MS)
    expect(await getJob(id)).toMatchObject({ status: 'paused', queue_position: null, revision: 4 })
    expect(await registerRow(id)).toMatchObject({ wake_by_ms: startMs + 10_500 + PAUSED_CHECK_MS })
  })

  test('a slot that it was given and never told of is found through its wake deadline', async () => {
    const { id, runs } = await waitingJob()
    await env.DB.prepare('DELETE FROM jobs WHERE id = ?').bind(runs).run()
    expect(await jobRegister(env.DB).assignSlot(1, startMs + 11_000)).toBe(id)
    expect(await getJob(id)).toMatchObject({ status: 'paused', queue_position: null })
    await sweepAt(startMs + 11_000 + WAKE_GRACE_MS)
    expect((await getJob(id)).status).toBe('training')
  })

  test('a slot that it was given while it left the queue goes to the next', async () => {
    const { id, runs } = await waitingJob()
    const next = await queuedJob()
    const held = vi.spyOn(TrainingJob.prototype, 'wake').mockResolvedValueOnce()
    await post(`${api}/jobs/${runs}/cancel`)
    await vi.waitFor(() => expect(held).toHaveBeenCalledWith(id))
    expect((await post(`${api}/jobs/${id}/pause`)).status).toBe(200)
    await vi.waitFor(async () => expect((await getJob(next)).status).toBe('preparing'))
    expect(await registerRow(id)).toMatchObject({ status: 'paused', slot: null })
  })
})

describe('after a restore of D1', () => {
  const row = (id: string) => env.DB.prepare('SELECT * FROM jobs WHERE id = ?').bind(id).first()
  const reconcile = (body: unknown) => send('POST', `${api}/reconcile`, body)
  /** Sets a row back to how it was. */
  async function setBack(id: string, earlier: Record<string, unknown> | null) {
    const names = Object.keys(earlier ?? {})
    await env.DB.prepare('DELETE FROM jobs WHERE id = ?').bind(id).run()
    await env.DB.prepare(`INSERT INTO jobs (${names}) VALUES (${names.map(() => '?')})`)
      .bind(...Object.values(earlier ?? {}))
      .run()
  }

  test('to before it waited, the reconciliation puts it back where it was in the queue', async () => {
    const id = await pausedJob()
    const earlier = await row(id)
    await createJob()
    await queueResume(id)
    setClock(startMs + 20_000)
    const later = await queuedJob()
    await setBack(id, earlier)
    expect(await positionOf(id)).toBeNull()
    expect((await reconcile({})).status).toBe(200)
    expect([await positionOf(id), await positionOf(later)]).toEqual([1, 2])
  })

  test('that lost its row, the reconciliation brings that back with its position', async () => {
    const { id } = await waitingJob()
    await env.DB.prepare('DELETE FROM jobs WHERE id = ?').bind(id).run()
    await reconcile({ objects: [env.TRAINING_JOBS.idFromName(id).toString()] })
    expect(await getJob(id)).toMatchObject({ status: 'paused', queue_position: 1 })
  })

  test('to when it waited, a job that has ended since gives its slot to the next', async () => {
    const { id, runs } = await waitingJob()
    const earlier = await row(id)
    await post(`${api}/jobs/${id}/cancel`)
    const next = await queuedJob()
    await setBack(id, earlier)
    await post(`${api}/jobs/${runs}/cancel`)
    await vi.waitFor(async () => expect((await getJob(next)).status).toBe('preparing'))
    expect(await registerRow(id)).toMatchObject({ status: 'cancelled', slot: null })
    expect(await runInDurableObject(stubOf(id), (_, { storage }) => storage.getAlarm())).toBeNull()
  })
})
