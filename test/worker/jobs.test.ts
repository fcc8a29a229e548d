import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { TOMBSTONE_MS } from '../../src/platform/limits.ts'
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
  startMs,
  stubOf,
  versionsOf,
  withVars,
} from './api.ts'
import { meterD1, meterObject } from './meters.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  await cancelAll()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const statusNow = async () => (await request(`${api}/status`)).json()

/** A job in training since `startMs + 500`. */
async function trainingJob(config: Record<string, unknown> = {}): Promise<string> {
  const id = await createJob(config)
  await runAlarm(id)
  return id
}

test('a created job is answered as in the reference, with its location', async () => {
  const config = { name: ' Klausur ', model_type: 'klausur', bundeslaender: ['de-by', 'Bayern'], surprise: 1 }
  const response = await send('POST', `${api}/jobs`, config)
  expect(response.status).toBe(200)
  const { id, ...rest } = (await response.json()) as { id: string }
  expect(rest).toMatchObject({
    status: 'queued',
    message: 'Training job created',
    warnings: [{ type: 'unknown_field' }],
  })
  expect(response.headers.get('location')).toBe(`${api}/jobs/${id}`)
  expect(await getJob(id)).toEqual({
    id,
    name: 'Klausur',
    model_type: 'klausur',
    status: 'preparing',
    trainer: 'simulated',
    progress: 0,
    current_epoch: 0,
    total_epochs: 10,
    loss: 1,
    val_loss: 1,
    learning_rate: 0.00005,
    documents_processed: 0,
    total_documents: 50,
    dataset: { revision: 0, documents: 0, sha256: null, withdrawn: 0 },
    created_at: '2040-01-01T00:00:00.000Z',
    created_by: 'anonymous',
    started_at: null,
    estimated_completion: '2040-01-01T00:08:21.000Z',
    completed_at: null,
    error_message: null,
    revision: 2,
    notes: '',
    tags: [],
    waiting_for: null,
    offered_at: null,
    waits_until: null,
    requested: null,
    attempt: null,
    params: {},
    max_attempts: 3,
    losses: 0,
    checkpoint: null,
    summary: {},
    run_params: {},
    run_tags: {},
    values_not_stored: 0,
    queue_position: null,
    metrics: { precision: 0, recall: 0, f1_score: 0, accuracy: 0, loss_history: [], val_loss_history: [] },
    config: {
      name: 'Klausur',
      model_type: 'klausur',
      bundeslaender: ['BY'],
      batch_size: 16,
      learning_rate: 0.00005,
      epochs: 10,
      warmup_steps: 500,
      weight_decay: 0.01,
      gradient_accumulation: 4,
      mixed_precision: true,
    },
  })
})

test('a job passes through all its states and produces one active version with its final metrics', async () => {
  const id = await createJob({ epochs: 1 })
  const statuses = [(await getJob(id)).status]
  while (await runAlarm(id)) statuses.push((await getJob(id)).status)
  expect(statuses).toEqual(['preparing', 'training', 'validating', 'completed'])
  const job = await getJob(id)
  expect(job).toMatchObject({
    progress: 100,
    current_epoch: 1,
    documents_processed: 50,
    started_at: new Date(startMs + 500).toISOString(),
    completed_at: new Date(startMs + 51_000).toISOString(),
    estimated_completion: null,
  })
  expect(job.metrics.loss_history).toHaveLength(50)
  expect(await versionsOf(id)).toMatchObject([{ metrics: job.metrics, is_active: true, size_mb: 245.7 }])
})

test('a job that has not been started yet is queued and holds its slot', async () => {
  const id = await createQueuedJob()
  expect(await getJob(id)).toMatchObject({ status: 'queued', progress: 0, started_at: null })
  const second = await send('POST', `${api}/jobs`, { name: 'second', bundeslaender: ['BY'] })
  expect(await refusal(second)).toEqual([409, 'Another training job is already running'])
})

test('the status says what trains a job whose creation does not say so', async () => {
  expect(await statusNow()).toMatchObject({ trainer: 'simulated' })
  using _ = withVars({ DEFAULT_TRAINER: 'runner' })
  expect(await statusNow()).toMatchObject({ trainer: 'runner' })
  expect(await getJob(await createJob())).toMatchObject({ trainer: 'runner' })
})

test('pausing frees the slot, and resuming needs one', async () => {
  const first = await trainingJob()
  expect(await statusNow()).toMatchObject({ is_training: true, active_job_id: first })
  expect(await (await post(`${api}/jobs/${first}/pause`)).json()).toEqual({ success: true, message: 'Training paused' })
  expect(await statusNow()).toMatchObject({ is_training: false, active_job_id: first })
  const second = await createJob()
  expect(await statusNow()).toMatchObject({ active_job_id: second })
  const resumed = await post(`${api}/jobs/${first}/resume`)
  expect(await refusal(resumed)).toEqual([409, 'Another training job is already running'])
  expect((await getJob(first)).status).toBe('paused')
  await post(`${api}/jobs/${second}/cancel`)
  const again = await post(`${api}/jobs/${first}/resume`)
  expect(await again.json()).toEqual({ success: true, message: 'Training resumed' })
  expect(await statusNow()).toMatchObject({ is_training: true, active_job_id: first })
})

test('the status names the job that was paused last, where none is active', async () => {
  const ids: string[] = []
  for (const _ of [1, 2, 3]) {
    const id = await trainingJob()
    await post(`${api}/jobs/${id}/pause`)
    ids.push(id)
  }
  const [first, second, third] = ids
  expect(await statusNow()).toMatchObject({ active_job_id: third })
  setClock(startMs + 60_000)
  await post(`${api}/jobs/${first}/resume`)
  await post(`${api}/jobs/${first}/pause`)
  expect(await statusNow()).toMatchObject({ is_training: false, active_job_id: first })
  await post(`${api}/jobs/${first}/cancel`)
  await request(`${api}/jobs/${third}`, { method: 'DELETE' })
  expect(await statusNow()).toMatchObject({ active_job_id: second })
  await post(`${api}/jobs/${second}/cancel`)
  expect(await statusNow()).toMatchObject({ active_job_id: null })
})

test('a job can be paused right after its creation, and goes on with what was left of preparing', async () => {
  const id = await createJob({ epochs: 1 })
  setClock(startMs + 200)
  expect(await (await post(`${api}/jobs/${id}/pause`)).json()).toEqual({ success: true, message: 'Training paused' })
  expect(await registerRow(id)).toMatchObject({ status: 'paused', slot: null })
  setClock(startMs + 3_600_000)
  await evictDurableObject(stubOf(id))
  expect(await getJob(id)).toMatchObject({ status: 'paused', progress: 0, started_at: null, loss: 1 })
  expect((await post(`${api}/jobs/${id}/resume`)).status).toBe(200)
  expect(await getJob(id)).toMatchObject({ status: 'preparing', started_at: null })
  await runAlarm(id)
  expect(await getJob(id)).toMatchObject({
    status: 'training',
    started_at: new Date(startMs + 3_600_300).toISOString(),
  })
  await runToEnd(id)
  expect(await getJob(id)).toMatchObject({ status: 'completed' })
})

test('a job paused for an hour resumes at the step it stopped at', async () => {
  const id = await trainingJob()
  setClock(startMs + 500 + 10_250)
  await post(`${api}/jobs/${id}/pause`)
  const paused = await getJob(id)
  expect(paused).toMatchObject({ status: 'paused', progress: 2, estimated_completion: null })
  setClock(startMs + 3_600_000)
  expect(await getJob(id)).toEqual(paused)
  await post(`${api}/jobs/${id}/resume`)
  expect(await getJob(id)).toMatchObject({ status: 'training', progress: 2, started_at: paused.started_at })
  setClock(startMs + 3_600_250)
  expect((await getJob(id)).progress).toBe(2.1)
  await runToEnd(id)
  expect((await getJob(id)).completed_at).toBe(new Date(startMs + 3_600_000 + 489_750 + 500).toISOString())
})

test('a simulated failure fails the job at its step, with the reason, and frees the slot', async () => {
  using _ = withVars({ SIMULATION_FAILS_AT: '30' })
  const id = await createJob({ epochs: 1 })
  await runToEnd(id)
  expect(await getJob(id)).toMatchObject({
    status: 'failed',
    progress: 30,
    error_message: 'Simulated training failure at step 30',
    completed_at: new Date(startMs + 15_500).toISOString(),
  })
  expect(await registerRow(id)).toMatchObject({ slot: null, wake_by_ms: null })
  expect(await versionsOf(id)).toEqual([])
})

test('two jobs created at the same moment: one gets the slot', async () => {
  const both = await Promise.all(
    [1, 2].map((n) => send('POST', `${api}/jobs`, { name: `${n}`, bundeslaender: ['BY'] })),
  )
  expect(both.map((response) => response.status).sort()).toEqual([200, 409])
})

test('conflicting commands at the same moment are carried out one after the other', async () => {
  const id = await trainingJob()
  const answers = await Promise.all(
    ['pause', 'pause', 'resume', 'cancel'].map((name) => post(`${api}/jobs/${id}/${name}`)),
  )
  expect(answers.map((answer) => answer.status)).toEqual([200, 400, 200, 200])
  expect(await statusNow()).toMatchObject({ active_job_id: null })
})

describe('refused commands', () => {
  test.each([
    ['resume', 'training', [400, 'Job is not paused']],
    ['delete', 'training', [400, 'Cannot delete running job']],
    ['cancel', 'cancelled', [400, 'Job is already cancelled']],
    ['cancel', 'completed', [400, 'Job is already completed']],
    ['pause', 'unknown', [404, 'Job not found']],
    ['delete', 'unknown', [404, 'Job not found']],
  ])('%s a %s job', async (command, state, expected) => {
    const id = state === 'unknown' ? 'no-such-job' : await createJob({ epochs: 1 })
    if (state === 'training') await runAlarm(id)
    if (state === 'completed') await runToEnd(id)
    if (state === 'cancelled') await post(`${api}/jobs/${id}/cancel`)
    const before = await registerRow(id)
    const path = `${api}/jobs/${id}`
    const response = command === 'delete' ? await request(path, { method: 'DELETE' }) : await post(`${path}/${command}`)
    expect(await refusal(response)).toEqual(expected)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await registerRow(id)).toEqual(before)
  })
})

test('a deleted job is gone everywhere, and its version stays', async () => {
  const id = await createJob({ epochs: 1 })
  await runToEnd(id)
  const deleted = await request(`${api}/jobs/${id}`, { method: 'DELETE' })
  expect(await deleted.json()).toEqual({ success: true, message: 'Job deleted' })
  expect(await refusal(await request(`${api}/jobs/${id}`))).toEqual([404, 'Job not found'])
  expect(await registerRow(id)).toBeNull()
  expect(await versionsOf(id)).toHaveLength(1)
  await runInDurableObject(stubOf(id), async (_, { storage }) => {
    expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('events', 'sync')").toArray()).toEqual([])
    expect(await storage.getAlarm()).toBe(Date.now() + TOMBSTONE_MS)
  })
})

test('a clock that jumps back moves no step back', async () => {
  const id = await trainingJob()
  setClock(startMs + 60_000)
  const seen = (await getJob(id)).progress
  setClock(startMs + 10_000)
  expect((await getJob(id)).progress).toBe(seen)
  await post(`${api}/jobs/${id}/pause`)
  expect((await getJob(id)).progress).toBe(seen)
})

describe('lists', () => {
  test('the newest job is first, Link leads to further pages, and filters apply', async () => {
    const ids: string[] = []
    for (const model_type of ['zeugnis', 'klausur', 'klausur', 'general', 'klausur']) {
      const id = await createJob({ model_type })
      await post(`${api}/jobs/${id}/cancel`)
      ids.unshift(id)
    }
    const seen: string[] = []
    let next: string | undefined = `${api}/jobs?limit=2&status=cancelled&model_type=klausur&model_type=general`
    while (next !== undefined && seen.length < 4) {
      const response = await request(next)
      seen.push(...((await response.json()) as { id: string }[]).map((job) => job.id))
      next = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual(ids.slice(0, 4))
    const all = (await (await request(`${api}/jobs?limit=5`)).json()) as { id: string }[]
    expect(all.map((job) => job.id)).toEqual(ids)
  })

  test('a job that holds a slot shows live progress', async () => {
    const id = await trainingJob()
    setClock(startMs + 500 + 25_000)
    const [newest] = (await (await request(`${api}/jobs?limit=1`)).json()) as { id: string; progress: number }[]
    expect(newest).toMatchObject({ id, progress: 5, status: 'training' })
  })

  test.each([
    ['limit=0', ['query', 'limit']],
    ['limit=201', ['query', 'limit']],
    ['limit=many', ['query', 'limit']],
    ['cursor=%20', ['query', 'cursor']],
    ['cursor=bm9uc2Vuc2U', ['query', 'cursor']],
    ['status=sleeping', ['query', 'status']],
    ['status=training&status=sleeping', ['query', 'status', 1]],
    ['model_type=novel', ['query', 'model_type']],
  ])('%s is refused', async (query, loc) => {
    const response = await request(`${api}/jobs?${query}`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ loc }] })
  })
})

test('a finished job is read without waking its object', async () => {
  const id = await createJob({ epochs: 1 })
  await runToEnd(id)
  const namespace = vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName')
  expect((await getJob(id)).status).toBe('completed')
  expect(namespace).not.toHaveBeenCalled()
})

test('no GET writes a row, not even of a job whose alarm is due', async () => {
  const id = await trainingJob({ epochs: 1 })
  setClock(startMs + 52_000)
  const object = await meterObject(id)
  const d1 = meterD1()
  for (const path of ['/jobs', `/jobs/${id}`, '/jobs/unknown', '/models', '/models/x', '/status', '/dataset/stats']) {
    await (await request(api + path)).text()
  }
  await (await request('/health')).text()
  await (await request(`${api}/metrics/stream?job_id=${id}`)).body?.cancel()
  d1.stop()
  expect(d1.rowsWritten).toBe(0)
  expect(object).toEqual({ rowsWritten: 0, alarmsSet: 0 })
  expect((await getJob(id)).status).toBe('training')
})

async function createQueuedJob(): Promise<string> {
  const start = vi.spyOn(Object.getPrototypeOf(env.TRAINING_JOBS), 'getByName').mockImplementationOnce(() => {
    throw new Error('the worker dies here')
  })
  const id = await createJob()
  start.mockRestore()
  return id
}
