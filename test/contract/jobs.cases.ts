import { afterEach, beforeAll, expect, test } from 'vitest'
import { cleanUp, createJob, get, json, listen, post, problem, remove, send } from './client.ts'

beforeAll(async () => {
  const [busy] = await json(get('/jobs?limit=1&status=queued&status=preparing&status=training&status=validating'))
  if (busy !== undefined) throw new Error(`Job ${busy.id} holds the slot: cancel it before running this suite`)
})
afterEach(cleanUp)

/** Waits until the job is in training: it prepares for one step. */
const training = (id: string) => listen(`/metrics/stream?job_id=${id}`, (message) => message.data.status === 'training')

test('a job is created, trains, is watched to its end, and becomes the active version', {
  timeout: 120_000,
}, async () => {
  const response = await send('POST', '/jobs', { name: 'Contract', bundeslaender: ['by', 'DE-BE'], epochs: 1 })
  expect(response.status).toBe(200)
  const { id, ...rest } = await json(response)
  expect(rest).toEqual({ status: 'queued', message: 'Training job created' })
  expect(response.headers.get('location')).toBe(`/api/v1/admin/training/jobs/${id}`)

  const messages = await listen(`/metrics/stream?job_id=${id}&history=delta`)
  const steps = messages.flatMap((message) => message.data.history.map((point: { step: number }) => point.step))
  expect(steps).toEqual(Array.from({ length: 100 }, (_, step) => step))
  expect(new Set(messages.map((message) => message.id)).size).toBe(messages.length)
  expect(messages.at(-1)?.data).toMatchObject({ status: 'completed', progress: 100, current_step: 100 })

  const job = await json(get(`/jobs/${id}`))
  expect(job).toMatchObject({
    status: 'completed',
    progress: 100,
    config: { bundeslaender: ['BY', 'BE'], batch_size: 16 },
  })
  expect(job.completed_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const version = (await json(get('/models?active=true'))).find((one: { job_id: string }) => one.job_id === id)
  expect(version).toMatchObject({ model_type: 'zeugnis', is_active: true, size_mb: 245.7, metrics: job.metrics })
  expect(version.version).toMatch(/^v\d+\.0$/)
  expect(await json(get(`/models/${version.id}`))).toEqual(version)
  expect(await problem(remove(`/models/${version.id}`))).toMatchObject({
    status: 400,
    detail: 'Cannot delete active model',
  })
  expect(await json(post(`/models/${version.id}/activate`))).toEqual({ success: true, message: 'Model activated' })

  expect(await problem(post(`/jobs/${id}/cancel`))).toMatchObject({ status: 400, detail: 'Job is already completed' })
  expect(await json(remove(`/jobs/${id}`))).toEqual({ success: true, message: 'Job deleted' })
  expect(await problem(get(`/jobs/${id}`))).toMatchObject({ status: 404, detail: 'Job not found' })
})

test('pause, resume and cancel are answered as in the reference', async () => {
  const id = await createJob({ epochs: 100 })
  await training(id)
  expect(await json(post(`/jobs/${id}/pause`))).toEqual({ success: true, message: 'Training paused' })
  expect(await problem(post(`/jobs/${id}/pause`))).toMatchObject({ status: 400, detail: 'Job is not running' })
  const paused = await json(get(`/jobs/${id}`))
  expect(await json(get(`/jobs/${id}`))).toEqual(paused)
  expect(await json(post(`/jobs/${id}/resume`))).toEqual({ success: true, message: 'Training resumed' })
  expect(await problem(post(`/jobs/${id}/resume`))).toMatchObject({ status: 400, detail: 'Job is not paused' })
  const resumed = await json(get(`/jobs/${id}`))
  expect(resumed.progress).toBeGreaterThanOrEqual(paused.progress)
  expect(resumed.started_at).toBe(paused.started_at)
  expect(await problem(remove(`/jobs/${id}`))).toMatchObject({ status: 400, detail: 'Cannot delete running job' })
  expect(await json(post(`/jobs/${id}/cancel`))).toEqual({ success: true, message: 'Training cancelled' })
  expect(await problem(post(`/jobs/${id}/cancel`))).toMatchObject({ status: 400, detail: 'Job is already cancelled' })
})

test('one job at a time holds the slot: 409 at creation and at resume', async () => {
  const first = await createJob({ epochs: 100 })
  const busy = { status: 409, detail: 'Another training job is already running' }
  expect(await problem(send('POST', '/jobs', { name: 'second', bundeslaender: ['BY'] }))).toMatchObject(busy)
  await training(first)
  expect(await json(get('/status'))).toMatchObject({ is_training: true, active_job_id: first })
  await post(`/jobs/${first}/pause`)
  expect(await json(get('/status'))).toMatchObject({ is_training: false, active_job_id: first })
  const second = await createJob({ epochs: 100 })
  expect(await problem(post(`/jobs/${first}/resume`))).toMatchObject(busy)

  const answer = await json(post(`/jobs/${first}/resume?when_busy=queue`))
  expect(answer).toEqual({ success: true, message: 'Training will resume when a slot is free' })
  expect(await json(get(`/jobs/${first}`))).toMatchObject({ status: 'paused', queue_position: 1 })
  await post(`/jobs/${second}/cancel`)
  await training(first)
  expect(await json(get(`/jobs/${first}`))).toMatchObject({ status: 'training', queue_position: null })
})

test('a job can be paused right after its creation, as in the reference', async () => {
  const id = await createJob({ epochs: 100 })
  expect(await json(post(`/jobs/${id}/pause`))).toEqual({ success: true, message: 'Training paused' })
  expect(await json(get(`/jobs/${id}`))).toMatchObject({ status: 'paused' })
  expect(await json(post(`/jobs/${id}/resume`))).toEqual({ success: true, message: 'Training resumed' })
  await training(id)
})

test('the list is newest first, in pages linked by Link', async () => {
  const ids: string[] = []
  for (let i = 0; i < 3; i++) {
    const id = await createJob({ model_type: 'klausur' })
    await post(`/jobs/${id}/cancel`)
    ids.unshift(id)
  }
  const first = await get('/jobs?limit=2&status=cancelled&model_type=klausur')
  expect((await json(first)).map((job: { id: string }) => job.id)).toEqual(ids.slice(0, 2))
  const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
  const second = await json(fetch(new URL(next, first.url)))
  expect(second[0].id).toBe(ids[2])
})

test('the status has the fields of the reference, the number of slots, and the size of the database', async () => {
  const [paused] = await json(get('/jobs?limit=1&status=paused'))
  expect(await json(get('/status'))).toEqual({
    is_training: false,
    active_job_id: paused === undefined ? null : expect.any(String),
    slots: expect.any(Number),
    trainer: 'simulated',
    ocr: 'simulated',
    total_jobs: expect.any(Number),
    completed_jobs: expect.any(Number),
    failed_jobs: expect.any(Number),
    model_versions: expect.any(Number),
    active_models: expect.any(Number),
    database_bytes: expect.any(Number),
    database_bytes_max: expect.any(Number),
  })
})
