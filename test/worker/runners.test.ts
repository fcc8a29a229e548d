import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, test, vi } from 'vitest'
import { CLAIM_CONFIRMED_WITHIN_MS } from '../../src/platform/limits.ts'
import {
  api,
  beginAtStart,
  createJob,
  getJob,
  passUntil,
  post,
  refusal,
  registerRow,
  request,
  runAlarm,
  send,
  setClock,
  startMs,
  stubOf,
  versionsOf,
} from './api.ts'
import { Runner } from './runner.ts'

beginAtStart()

const create = (config: Record<string, unknown> = {}) => createJob({ trainer: 'runner', ...config })
// biome-ignore lint/suspicious/noExplicitAny: tests say what is in it
const history = async (id: string, query = ''): Promise<any> =>
  (await request(`${api}/jobs/${id}/history${query}`)).json()
const stepsOf = async (id: string) => (await history(id)).points.map(({ step }: { step: number }) => step)
const records = async (id: string): Promise<{ type: string; details: unknown }[]> =>
  (await request(`${api}/jobs/${id}/events?limit=200`)).json()
const events = async (id: string) => (await records(id)).map(({ type }) => type)
/** What the last event of each type says. */
const log = async (id: string) => Object.fromEntries((await records(id)).map(({ type, details }) => [type, details]))
const settled = (id: string) =>
  vi.waitFor(async () => expect((await registerRow(id))?.revision).toBe((await getJob(id)).revision))

describe('a job is trained by a runner', () => {
  test('from the claim to its model version', async () => {
    const id = await create({ params: { seed: '17' }, max_attempts: 2 })
    expect(await getJob(id)).toMatchObject({
      ...{ status: 'queued', trainer: 'runner', waiting_for: 'runner', attempt: null, params: { seed: '17' } },
      ...{ max_attempts: 2, loss: null, current_epoch: null, documents_processed: null, progress: 0 },
    })
    const runner = new Runner()
    expect((await runner.claim()).status).toBe(200)
    expect(runner.claimed).toMatchObject({ attempt: 1, sequence: 0, resume: null, job: { id, status: 'preparing' } })
    expect(await runner.beat()).toMatchObject({ sequence: 0, duplicate: false, requested: null })
    await runner.report({
      total_steps: 4,
      points: [{ step: 0, epoch: 0.25, metrics: { train_loss: 2, grad_norm: 'NaN' } }],
    })
    expect(await getJob(id)).toMatchObject({
      ...{ status: 'training', loss: 2, current_epoch: 0.25, waiting_for: null },
      summary: { grad_norm: { latest: 'NaN' }, train_loss: { best: 2 } },
      attempt: { number: 1, runner: 'gpu-1', ended: null },
    })
    await runner.steps(1, 2)
    await runner.report({ phase: 'validating', points: [{ step: 3, metrics: { eval_loss: 0.4, eval_accuracy: 0.9 } }] })
    expect(await getJob(id)).toMatchObject({ status: 'validating', progress: 75, val_loss: 0.4 })
    expect((await runner.finish('completed')).status).toBe(200)
    await vi.waitFor(async () => expect((await getJob(id)).status).toBe('completed'))
    const { total_documents } = await getJob(id)
    expect(await getJob(id)).toMatchObject({
      ...{ progress: 100, documents_processed: total_documents, requested: null },
      attempt: { ended: 'completed' },
    })
    expect(await versionsOf(id)).toMatchObject([
      { job_id: id, is_active: true, metrics: { accuracy: 0.9, f1_score: null } },
    ])
    expect(await stepsOf(id)).toEqual([0, 1, 2, 3])
    // The same again, whose answer was lost.
    expect((await runner.finish('completed')).status).toBe(200)
    expect(await refusal(await runner.say('/reports', {}))).toMatchObject([410, /finished/])
  })

  test('that is asked to pause, acknowledges, and another one goes on from the checkpoint', async () => {
    const id = await create()
    const first = await new Runner('first').begin()
    await first.steps(0, 1, 2, 3)
    expect(await (await post(`${api}/jobs/${id}/pause?grace_s=30`)).json()).toMatchObject({
      message: 'Pause requested',
    })
    expect(await getJob(id)).toMatchObject({ status: 'training', requested: { id: 1, what: 'pause', seen_at: null } })
    expect(await first.beat()).toMatchObject({ requested: { id: 1, what: 'pause', grace_s: 30, by: 'anonymous' } })
    await first.report({ acknowledged: 1 })
    expect((await getJob(id)).requested).toMatchObject({ seen_at: expect.any(String), stopping_at: null })
    await first.report({ stopping: 1 })
    expect(await refusal(await post(`${api}/jobs/${id}/resume`))).toEqual([400, 'Job is not paused'])
    await first.finish('paused', { checkpoint: await first.save(2) })
    expect(await getJob(id)).toMatchObject({ status: 'paused', requested: null, waiting_for: null })

    expect((await post(`${api}/jobs/${id}/resume`)).status).toBe(200)
    expect(await getJob(id)).toMatchObject({ status: 'queued', waiting_for: 'runner', queue_position: null })
    const second = new Runner('second')
    await vi.waitFor(async () => expect((await second.claim()).status).toBe(200))
    expect(second.claimed).toMatchObject({ attempt: 2, resume: { step: 2, checkpoint: 'checkpoints/step-2' } })
    await second.beat()
    expect(await stepsOf(id)).toEqual([0, 1, 2])
    await second.steps(3, 4)
    expect(await stepsOf(id)).toEqual([0, 1, 2, 3, 4])
    expect(await events(id)).toContain('rewound')
    expect(await log(id)).toMatchObject({
      claimed: { attempt: 2, runner: 'second' },
      requested: { request: 1, what: 'pause', grace_s: 30 },
      stopping: { request: 1, what: 'pause' },
      finished: { attempt: 1, runner: 'first', outcome: 'paused', checkpoint: { step: 2 } },
      rewound: { attempt: 2, from_step: 3 },
      training_started: null,
    })
    expect(JSON.stringify(await log(id))).not.toContain(second.claimId)
    expect((await second.finish('completed')).status).toBe(200)
    await vi.waitFor(async () => expect((await getJob(id)).status).toBe('completed'))
  })

  test('whose completion crosses a request is completed, and nothing can be withdrawn any more', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.steps(0)
    await post(`${api}/jobs/${id}/cancel`)
    await runner.finish('completed')
    await vi.waitFor(async () => expect((await getJob(id)).status).toBe('completed'))
    expect(await versionsOf(id)).toMatchObject([{ is_active: false }])
    expect((await getJob(id)).requested).toBeNull()
    const paused = await create()
    const second = await new Runner().begin()
    await post(`${api}/jobs/${paused}/pause`)
    await second.finish('completed')
    expect(await refusal(await post(`${api}/jobs/${paused}/resume`))).toEqual([400, 'Job is not paused'])
  })

  test('that is cancelled before anybody has claimed it: at once', async () => {
    const id = await create()
    expect(await (await post(`${api}/jobs/${id}/cancel`)).json()).toMatchObject({ message: 'Training cancelled' })
    expect((await new Runner().claim()).status).toBe(204)
  })
})

describe('a claim', () => {
  test('that is repeated gets the same attempt with a fresh token, and the former is dead', async () => {
    await create()
    const runner = new Runner()
    await runner.claim()
    const { token: former, job } = runner
    await settled(job)
    await runner.claim()
    expect(runner).toMatchObject({ job, claimed: { attempt: 1 } })
    const fresh = runner.token
    runner.token = former
    expect((await runner.say('/reports', {})).status).toBe(401)
    runner.token = fresh
    expect((await runner.say('/reports', {})).status).toBe(200)
  })

  test('of two at once, one gets the job', async () => {
    await create()
    const answers = await Promise.all([new Runner('a').claim(), new Runner('b').claim()])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 204])
  })

  test('that is not confirmed in time fences nobody, and the job is offered again', async () => {
    const id = await create()
    const silent = new Runner('silent')
    await silent.claim()
    await settled(id)
    expect((await new Runner().claim()).status).toBe(204)
    await passUntil(id, startMs + CLAIM_CONFIRMED_WITHIN_MS)
    expect(await getJob(id)).toMatchObject({ status: 'queued', waiting_for: 'runner' })
    const next = await new Runner('next').begin()
    expect(next.claimed).toMatchObject({ attempt: 2 })
    expect(await (await silent.say('/reports', {})).json()).toMatchObject({ status: 410, reason: 'replaced' })
  })
})

describe('a report', () => {
  test('is taken once, in sequence, also after an eviction', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.steps(1)
    for (const _ of [1, 2]) {
      const again = await runner.say('/reports', { sequence: 1, points: [{ step: 1, metrics: { loss: 0.5 } }] })
      expect(await again.json()).toMatchObject({ sequence: 1, duplicate: true })
      const gap = await runner.say('/reports', { sequence: 3, points: [] })
      expect([gap.status, await gap.json()]).toMatchObject([409, { expected_sequence: 2 }])
      expect(await stepsOf(id)).toEqual([1])
      await evictDurableObject(stubOf(id))
    }
    expect(await (await runner.finish('completed', { sequence: 3 })).json()).toMatchObject({ status: 409 })
    expect(await runner.beat()).toMatchObject({ sequence: 1 })
  })

  test('whose parts make no sense is taken without them', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    const answer = await runner.report({
      points: [{ step: 1.5, metrics: { a: 1 } }, 'nonsense', { step: 2, metrics: { good: 1, bad: 'x' } }, { step: 3 }],
      output: [{ text: 'one' }, 7],
    })
    expect(answer.sequence).toBe(1)
    expect(answer.dropped.map(({ part, index }: { part: string; index: number }) => [part, index])).toEqual([
      ...[
        ['points', 0],
        ['points', 1],
        ['points', 2],
        ['points', 3],
      ],
      ['output', 1],
    ])
    expect((await history(id, '?metrics=good')).points).toMatchObject([{ step: 2, metrics: { good: 1 } }])
  })

  test('that is none is refused, and changes nothing', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    const { revision } = await getJob(id)
    const answer = await runner.say('/reports', { sequence: 1, phase: 'dreaming' })
    expect([answer.status, await answer.json()]).toMatchObject([422, { type: 'urn:stellwerk:problem:not-a-report' }])
    expect((await runner.say('/reports', { points: [] })).status).toBe(422)
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${runner.token}` }
    const texts = ['{"sequence":1,"points":[{"step":0,"metrics":{"loss":NaN}}]}', '{"sequence":1,"sequence":1}', '']
    const tooMany = JSON.stringify({ sequence: 1, points: Array(1_001).fill({ step: 0, metrics: { loss: 1 } }) })
    for (const body of [...texts, tooMany, new Uint8Array([0x22, 0xff, 0x22])]) {
      const none = await request(`${api}/jobs/${id}/reports`, { method: 'POST', headers, body })
      expect(await none.json()).toMatchObject({ status: 422, type: 'urn:stellwerk:problem:not-a-report' })
    }
    expect(await runner.beat()).toMatchObject({ sequence: 0 })
    expect((await getJob(id)).revision).toBe(revision)
  })

  test('may be compressed, and a bomb is cut at the bound', async () => {
    await create()
    const runner = await new Runner().begin()
    const packed = (text: string) =>
      new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
    const send = (body: BodyInit) =>
      request(`${api}/jobs/${runner.job}/reports`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Content-Encoding': 'gzip',
          Authorization: `Bearer ${runner.token}`,
        },
        body,
      })
    const sendPacked = async (text: string) => send(await packed(text))
    expect((await sendPacked('{"sequence":1,"points":[]}')).status).toBe(200)
    expect((await sendPacked(`{"sequence":2,"x":"${'a'.repeat(20_000_000)}"}`)).status).toBe(413)
    const broken = await send('no gzip at all')
    expect(await broken.json()).toMatchObject({ status: 422, type: 'urn:stellwerk:problem:not-a-report' })
  })
})

describe('a runner that is not heard', () => {
  const lost = async () => {
    const id = await create()
    const runner = await new Runner('first').begin()
    await runner.steps(0, 1)
    await passUntil(id, startMs + 13 * 60_000)
    return { id, runner }
  }

  test('is silent, then lost, keeps the job until it is replaced, and goes on if it returns before', async () => {
    const { id, runner } = await lost()
    expect(await getJob(id)).toMatchObject({
      ...{ status: 'training', waiting_for: 'runner', losses: 1, checkpoint: null },
      attempt: { number: 1, silent_since: expect.any(String), lost_after_s: 600, ended: null },
    })
    const { offered_at, waits_until, attempt } = await getJob(id)
    expect(attempt?.lost_at).toBe(offered_at)
    expect(Date.parse(waits_until ?? '') - Date.parse(offered_at ?? '')).toBe(24 * 60 * 60_000)
    await runner.steps(2)
    const returned = { waiting_for: null, offered_at: null, waits_until: null }
    expect(await getJob(id)).toMatchObject({ ...returned, losses: 1, attempt: { silent_since: null, lost_at: null } })
    expect(await stepsOf(id)).toEqual([0, 1, 2])
    expect(await events(id)).toEqual(expect.arrayContaining(['silent', 'lost', 'returned']))
  })

  test('and was replaced gets 410, and changes nothing', async () => {
    const { id, runner } = await lost()
    const second = new Runner('second')
    await second.claim()
    // Claimed is not confirmed: the first still has the job.
    expect((await getJob(id)).status).toBe('training')
    await second.beat()
    expect((await getJob(id)).status).toBe('preparing')
    expect(await (await runner.say('/reports', { sequence: 2 })).json()).toMatchObject({
      status: 410,
      reason: 'replaced',
    })
    expect(await stepsOf(id)).toEqual([])
    await second.steps(0)
    expect(await stepsOf(id)).toEqual([0])
  })

  test('that speaks before a claim is confirmed withdraws that claim', async () => {
    const { id, runner } = await lost()
    const second = new Runner('second')
    await second.claim()
    await runner.steps(2)
    expect(await (await second.say('/reports', {})).json()).toMatchObject({ status: 410, reason: 'replaced' })
    expect(await getJob(id)).toMatchObject({ status: 'training', attempt: { number: 1, runner: 'first' } })
  })

  test('with a request open has what was requested happen, and is fenced', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.steps(0)
    await post(`${api}/jobs/${id}/cancel`)
    await passUntil(id, startMs + 13 * 60_000)
    expect(await getJob(id)).toMatchObject({ status: 'cancelled', requested: null })
    expect(await events(id)).toEqual(expect.arrayContaining(['lost', 'given_up', 'cancelled']))
    expect(await (await runner.say('/reports', {})).json()).toMatchObject({ status: 410, reason: 'given-up' })
  })

  test('by a service that was away itself loses nothing', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.steps(0)
    await evictDurableObject(stubOf(id))
    setClock(startMs + 11 * 60_000)
    await runAlarm(id)
    expect(await getJob(id)).toMatchObject({ status: 'training', waiting_for: null, attempt: { silent_since: null } })
    await runner.steps(1)
    expect(await stepsOf(id)).toEqual([0, 1])
    expect(await events(id)).not.toContain('silent')
  })

  test('fails, with attempts left, when nobody takes the job over for a day', async () => {
    const { id } = await lost()
    await passUntil(id, startMs + 26 * 60 * 60_000)
    expect(await getJob(id)).toMatchObject({ status: 'failed', error_message: expect.stringContaining('24 h') })
  })

  test('fails no sooner than a lease after a service that was away', async () => {
    const id = await create()
    setClock(startMs + 30 * 60 * 60_000)
    await runAlarm(id)
    expect(await getJob(id)).toMatchObject({ status: 'queued', waiting_for: 'runner' })
    await passUntil(id, Date.now() + 601_000)
    expect(await getJob(id)).toMatchObject({ status: 'failed' })
  })

  test('but heard without a step is stalled, not silent', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.steps(0)
    for (let s = 15; s < 11 * 60; s += 15) {
      await passUntil(id, startMs + s * 1_000)
      await runner.beat()
    }
    expect(await getJob(id)).toMatchObject({
      status: 'training',
      attempt: { silent_since: null, stalled_since: new Date(startMs).toISOString() },
    })
    await runner.steps(1)
    expect((await getJob(id)).attempt).toMatchObject({ stalled_since: null })
  })
})

describe('giving up', () => {
  test('fences the attempt at once, and offers the job from its last checkpoint', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.steps(0)
    expect((await post(`${api}/jobs/${id}/give-up`)).status).toBe(200)
    expect(await getJob(id)).toMatchObject({ status: 'queued', waiting_for: 'runner' })
    expect(await (await runner.say('/reports', {})).json()).toMatchObject({ status: 410, reason: 'given-up' })
    expect(await refusal(await post(`${api}/jobs/${id}/give-up`))).toMatchObject([400, /nothing to give up/])
  })
})

describe('a deleted job', () => {
  test('tells a late runner so', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.finish('failed', { error_message: 'out of memory' })
    expect(await getJob(id)).toMatchObject({ status: 'failed', error_message: 'out of memory' })
    expect((await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect(await (await runner.say('/reports', {})).json()).toMatchObject({ status: 410, reason: 'deleted' })
  })
})

test('a job is created from the checkpoint of another', async () => {
  const from = await create()
  const runner = await new Runner().begin()
  await runner.finish('failed', { checkpoint: await runner.save(9) })
  await settled(from)
  const next = await send('POST', `${api}/jobs`, {
    ...{ name: 'b', bundeslaender: ['BY'], trainer: 'runner', resume_from: { job_id: from, step: 8 } },
  })
  expect(next.status).toBe(422)
  await create({ resume_from: { job_id: from } })
  const other = new Runner()
  await other.claim()
  expect(other.claimed.resume).toEqual({ step: 9, checkpoint: 'checkpoints/step-9' })
})
