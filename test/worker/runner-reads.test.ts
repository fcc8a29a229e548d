import { describe, expect, test, vi } from 'vitest'
import type { HistoryPoint } from '../../src/jobs/rules/shown.ts'
import { REPORT_UNWATCHED_S, REPORT_WATCHED_S, RUNNER_KEPT_MS, SUMMARY_METRICS_MAX } from '../../src/platform/limits.ts'
import { timestamp } from '../../src/shared/timestamp.ts'
import {
  alarmOf,
  api,
  beginAtStart,
  createJob,
  getJob,
  post,
  request,
  runAlarm,
  send,
  setClock,
  startMs,
  versionsOf,
} from './api.ts'
import { Runner } from './runner.ts'

beginAtStart()

// biome-ignore lint/suspicious/noExplicitAny: tests say what is in it
const get = async (path: string): Promise<any> => (await request(`${api}${path}`)).json()
const create = () => createJob({ trainer: 'runner' })
const asRunner = (runner: Runner, path: string, init: RequestInit = {}) =>
  request(path, { ...init, headers: { Authorization: `Bearer ${runner.token}` } })

/** A runner gives its job back, and takes it again, from the first step on. */
async function takeOver(runner: Runner): Promise<void> {
  await runner.finish('released')
  runner.claimId = crypto.randomUUID()
  await vi.waitFor(async () => expect((await runner.claim()).status).toBe(200))
  await runner.beat()
}

describe('what a runner has reported', () => {
  test('its output comes line by line, in pages', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.report({
      output: [
        { stream: 'stdout', timestamp: 5, text: 'one' },
        { stream: 'stderr', text: 'two' },
      ],
    })
    await runner.report({ output: [{ text: 'x'.repeat(5_000) }] })
    expect(await get(`/jobs/${id}/output`)).toMatchObject([
      { number: 0, attempt: 1, stream: 'stdout', timestamp: 5, text: 'one' },
      { number: 1, stream: 'stderr', timestamp: startMs, text: 'two' },
      { number: 2, text: 'x'.repeat(4_096) },
    ])
    const first = await request(`${api}/jobs/${id}/output?limit=1`)
    const next = /<(.*)>/.exec(first.headers.get('Link') ?? '')?.[1] ?? ''
    expect(await (await request(next)).json()).toMatchObject([{ number: 1 }])
    expect((await request(`${api}/jobs/${crypto.randomUUID()}/output`)).status).toBe(404)
  })

  test('its attempts are listed with their steps and what was superseded', async () => {
    const id = await create()
    const first = await new Runner('first').begin()
    await first.steps(0, 1, 2, 3)
    await first.finish('released', { checkpoint: await first.save(1, 'checkpoints/1') })
    expect(await getJob(id)).toMatchObject({ checkpoint: { step: 1, checkpoint: 'checkpoints/1' } })
    const second = new Runner('second')
    await vi.waitFor(async () => expect((await second.claim()).status).toBe(200))
    await second.beat()
    await second.steps(2)
    expect(await get(`/jobs/${id}/attempts`)).toMatchObject([
      {
        ...{ number: 1, runner: 'first', ended: 'released', from_step: 0, to_step: 3, superseded_from: 2 },
        checkpoint: { step: 1, checkpoint: 'checkpoints/1' },
      },
      { number: 2, ended: null, resumed_from: { step: 1, checkpoint: 'checkpoints/1' }, from_step: 2, to_step: 2 },
    ])
    expect(await get(`/jobs/${id}/attempts?after=1`)).toMatchObject([{ number: 2 }])
    const steps = async (query: string) => (await get(`/jobs/${id}/history${query}`)).points
    expect((await steps('')).map(({ step }: { step: number }) => step)).toEqual([0, 1, 2])
    expect(await steps('?include_superseded=true')).toMatchObject([
      ...[{ step: 0 }, { step: 1 }, { step: 2, superseded: true }, { step: 2 }, { step: 3, superseded: true }],
    ])
  })

  test('a history has the points with a value of a metric that is asked for, by any of its names', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.report({
      points: [
        { step: 1, metrics: { train_loss: 1 } },
        { step: 2, metrics: { grad_norm: 2 } },
        { step: 3, metrics: { 'system/gpu': 0.5 } },
        { step: 4, metrics: { eval_loss: 'Infinity' } },
      ],
    })
    const steps = async (query: string) =>
      (await get(`/jobs/${id}/history${query}`)).points.map((p: { step: number }) => p.step)
    expect(await steps('')).toEqual([1, 4])
    expect(await steps('?metrics=loss')).toEqual([1])
    expect(await steps('?metrics=grad_norm&metrics=val_loss')).toEqual([2, 4])
    expect(await get(`/jobs/${id}`)).toMatchObject({ val_loss: 'Infinity', summary: { 'system/gpu': { latest: 0.5 } } })
  })

  test('a history has the points of system metrics alone, which nothing supersedes, within the steps asked for', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    const gpu = (step: number, more = {}) => ({ step, metrics: { 'system/gpu': step, ...more } })
    await runner.report({ points: [gpu(1), gpu(2, { loss: 2 }), gpu(900)] })
    await runner.report({ points: [gpu(5), gpu(7)] })
    await takeOver(runner)
    await runner.report({ points: [gpu(2, { loss: 2.5 })] })
    const points = async (query: string) =>
      (await get(`/jobs/${id}/history?metrics=system/gpu${query}`)).points.map((p: HistoryPoint) => [
        p.step,
        ...(p.superseded ? ['superseded'] : []),
      ])
    expect(await points('')).toEqual([[1], [2], [5], [7], [900]])
    expect(await points('&from_step=6&to_step=8')).toEqual([[7]])
    expect(await points('&to_step=2&include_superseded=true')).toEqual([[1], [2, 'superseded'], [2]])
    expect(await points('&max_points=2')).toEqual([[1], [900]])
  })

  test('a history without what was not asked for has the metrics asked for alone, also where a field shows another', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.report({
      points: [
        { step: 1, metrics: { train_loss: 0.5, eval_accuracy: 0.25, train_accuracy: 0.75, grad_norm: 2 } },
        { step: 2, metrics: { grad_norm: 3 } },
      ],
    })
    const points = async (metric: string) =>
      (await get(`/jobs/${id}/history?only_asked=true&metrics=${metric}`)).points as HistoryPoint[]
    const fields = { loss: null, val_loss: null, learning_rate: null, accuracy: null }
    expect(await points('grad_norm')).toEqual([
      expect.objectContaining({ step: 1, ...fields, metrics: { grad_norm: 2 } }),
      expect.objectContaining({ step: 2, ...fields, metrics: { grad_norm: 3 } }),
    ])
    expect((await points('train_accuracy'))[0]?.metrics).toEqual({ train_accuracy: 0.75 })
    expect((await points('loss'))[0]).toMatchObject({ loss: 0.5, accuracy: null })
  })

  test('the CSV of a history has a column for each metric asked for, by whatever name it was reported', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.report({
      points: [
        { step: 1, timestamp: 5, metrics: { train_loss: 0.5, bad: 'NaN', eval_f1: 0.25, '=1,2': 7 } },
        { step: 2, timestamp: 6, metrics: { bad: 1e-7 } },
      ],
    })
    const asked = ['bad', 'loss', 'train_loss', 'f1_score', '=1,2', 'absent'].map(encodeURIComponent)
    const csv = async (more: string) =>
      (await request(`${api}/jobs/${id}/history?format=csv&metrics=${asked.join('&metrics=')}${more}`)).text()
    expect(await csv('')).toBe(
      'epoch,step,loss,val_loss,learning_rate,timestamp,accuracy,bad,train_loss,f1_score,"\'=1,2",absent\r\n' +
        ',1,0.5,,,5,,NaN,0.5,0.25,7,\r\n' +
        ',2,,,,6,,1e-7,,,,\r\n',
    )
    expect(await csv('&locale=de')).toContain(';1;0,5;;;5;;NaN;0,5;0,25;7;\r\n')
  })

  test('a history has the steps below 0, and of any size', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    const losses = [-7, -1, 0, Number.MAX_SAFE_INTEGER].map((step) => ({ step, metrics: { loss: 1 } }))
    await runner.report({ points: losses })
    const steps = async (query: string) =>
      (await get(`/jobs/${id}/history${query}`)).points.map((p: HistoryPoint) => p.step)
    expect(await steps('')).toEqual([-7, -1, 0, Number.MAX_SAFE_INTEGER])
    expect(await steps('?from_step=-5&to_step=-1')).toEqual([-1])
  })

  test('a metric that only superseded points have comes where those are asked for', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.steps(0, 1)
    await runner.report({ points: [{ step: 2, metrics: { old: 1 } }] })
    await takeOver(runner)
    await runner.steps(0, 1)
    const points = async (query: string) => (await get(`/jobs/${id}/history?metrics=old${query}`)).points
    expect(await points('')).toEqual([])
    expect(await points('&include_superseded=true')).toMatchObject([{ step: 2, metrics: { old: 1 }, superseded: true }])
  })

  test('a job at rest shows all of its metrics, and in lists the named ones however many came before', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    const many = Array.from({ length: 2 * SUMMARY_METRICS_MAX }, (_, n) => [`layer/${n}`, n] as const)
    await runner.report({ points: [{ step: 1, metrics: Object.fromEntries(many) }] })
    await runner.report({
      points: [{ step: 2, metrics: { eval_acc: 0.75, train_loss: 0.5, eval_loss: 0.625, lr: 0.25 } }],
    })
    await runner.finish('failed', { error_message: 'Out of memory' })
    const fields = { loss: 0.5, val_loss: 0.625, learning_rate: 0.25, metrics: { accuracy: 0.75 } }
    const listed = await vi.waitFor(async () => {
      const [job] = await get('/jobs')
      expect(job).toMatchObject({ id, status: 'failed' })
      return job
    })
    expect(listed).toMatchObject(fields)
    expect(Object.keys(listed.summary)).toHaveLength(SUMMARY_METRICS_MAX)
    const job = await getJob(id)
    expect(job).toMatchObject({ ...fields, summary: { 'layer/199': { latest: 199 } } })
    expect(Object.keys(job.summary)).toHaveLength(many.length + 4)
  })

  test('the last values of a finish are those of the model version', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    await runner.steps(7)
    await runner.finish('completed', { metrics: { eval_f1: 0.8, bad: 'x' } })
    await vi.waitFor(async () => expect((await getJob(id)).status).toBe('completed'))
    expect(await versionsOf(id)).toMatchObject([{ metrics: { f1_score: 0.8 } }])
    expect((await runner.finish('completed', { metrics: { eval_f1: 0.8 } })).status).toBe(200)
  })
})

describe('the list of runners', () => {
  const named =
    (...names: string[]) =>
    (all: Record<string, string | null>[]) =>
      all.filter(({ name }) => names.includes(name ?? ''))

  test('has who asked within a day, what they do and since when, and who has left', async () => {
    const id = await create()
    const [busy, idle] = [new Runner('busy'), new Runner('idle')]
    await busy.claim({ version: '1.2.3', labels: { gpu: 'H100' } })
    await idle.claim()
    const named =
      (...names: string[]) =>
      (all: { name: string }[]) =>
        all.filter(({ name }) => names.includes(name))
    await vi.waitFor(async () =>
      expect(named('busy', 'idle')(await get('/runners'))).toMatchObject([
        {
          ...{ name: 'busy', version: '1.2.3', labels: { gpu: 'H100' }, job_id: id, actor: 'anonymous' },
          ...{ since: timestamp(startMs), left_at: null, last_job: { id, ended: null } },
        },
        { name: 'idle', version: null, job_id: null, since: timestamp(startMs), left_at: null, last_job: null },
      ]),
    )
    setClock(startMs + 30_000)
    await idle.claim({ leaving: true })
    expect(named('idle')(await get('/runners'))).toMatchObject([
      { left_at: timestamp(startMs + 30_000), since: timestamp(startMs + 30_000), job_id: null },
    ])
    setClock(startMs + 60_000)
    await idle.claim()
    await vi.waitFor(async () =>
      expect(named('idle')(await get('/runners'))).toMatchObject([
        { left_at: null, since: timestamp(startMs + 60_000), job_id: null },
      ]),
    )
    setClock(startMs + RUNNER_KEPT_MS + 120_000)
    expect(await get('/runners')).toEqual([])
  })

  test('has the last job of a runner and how its attempt ended, until the job is deleted', async () => {
    const id = await create()
    const runner = await new Runner('once').begin()
    setClock(startMs + 45_000)
    await runner.finish('failed', { error_message: 'Out of memory' })
    await runner.claim({ leaving: true })
    await vi.waitFor(async () =>
      expect(named('once')(await get('/runners'))).toMatchObject([
        { since: timestamp(startMs + 45_000), job_id: null, last_job: { id, ended: 'failed' } },
      ]),
    )
    expect((await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect(named('once')(await get('/runners'))).toMatchObject([{ last_job: null }])
  })

  test('has a job with whom it is, also when its former runner repeats its last word', async () => {
    const id = await create()
    const [first, second] = [await new Runner('first').begin(), new Runner('second')]
    const jobs = async () => named('first', 'second')(await get('/runners')).map(({ name, job_id }) => [name, job_id])
    await first.finish('released')
    await vi.waitFor(async () => expect((await second.claim()).status).toBe(200))
    await second.beat()
    expect((await first.finish('released')).status).toBe(200)
    await vi.waitFor(async () =>
      expect(await jobs()).toEqual([
        ['first', null],
        ['second', id],
      ]),
    )
    await post(`${api}/jobs/${id}/give-up`)
    await vi.waitFor(async () => expect(await jobs()).toContainEqual(['second', null]))
  })
})

describe('a claim', () => {
  test('of a runner that is too old is told so; one of another kind is not', async () => {
    await create()
    const answer = await new Runner().claim({ version: '0.0.9' })
    expect([answer.status, await answer.json()]).toMatchObject([426, { type: 'urn:stellwerk:problem:runner-too-old' }])
    expect((await new Runner('old').claim({ version: '0.0.9', leaving: true })).status).toBe(204)
    const runner = new Runner()
    expect((await runner.claim({ version: 'somebody-elses-3' })).status).toBe(200)
    await runner.beat()
    // It goes on with what it has.
    expect((await runner.claim({ version: '0.0.9' })).status).toBe(200)
    expect(runner.claimed.attempt).toBe(1)
  })

  test('takes only jobs of the model types that it names', async () => {
    await create()
    expect((await new Runner().claim({ model_types: ['klausur'] })).status).toBe(204)
    expect((await new Runner().claim({ model_types: ['klausur', 'zeugnis'] })).status).toBe(200)
  })

  test('without a job says when to ask again', async () => {
    expect((await new Runner().claim()).headers.get('Retry-After')).toMatch(/^\d+$/)
  })
})

describe('the token of an attempt', () => {
  test('opens its own job and stream, which is no watcher, until the attempt has ended', async () => {
    const id = await create()
    const runner = await new Runner().begin()
    expect(await (await asRunner(runner, `${api}/jobs/${id}`)).json()).toMatchObject({ id })
    const stream = await asRunner(runner, `${api}/metrics/stream?job_id=${id}`)
    expect(stream.status).toBe(200)
    expect(await runner.beat()).toMatchObject({ next_report_s: REPORT_UNWATCHED_S })
    const watcher = await request(`${api}/metrics/stream?job_id=${id}`)
    expect(await runner.beat()).toMatchObject({ next_report_s: REPORT_WATCHED_S })
    await watcher.body?.cancel()
    await runner.finish('paused')
    expect(await stream.text()).toContain('"status":"paused"')
    expect((await asRunner(runner, `${api}/jobs/${id}`)).status).toBe(401)
  })

  test('opens nothing of another job', async () => {
    await create()
    const runner = await new Runner().begin()
    for (const path of [
      `${api}/jobs`,
      `${api}/jobs/${crypto.randomUUID()}`,
      `${api}/runners`,
      `${api}/jobs/${runner.job}/output`,
    ])
      expect((await asRunner(runner, path)).status, path).toBe(403)
    expect((await asRunner(runner, `${api}/jobs/${runner.job}/cancel`, { method: 'POST' })).status).toBe(403)
  })
})

test('a silence that was announced is no stall, whatever fraction of a second it is said with', async () => {
  const id = await create()
  const runner = await new Runner().begin()
  await runner.report({ points: [{ step: 0, metrics: { loss: 1 } }], expect_silence_s: 1_200.000_62 })
  const pass = async (untilS: number) => {
    for (let s = (Date.now() - startMs) / 1_000 + 15; s <= untilS; s += 15) {
      for (let due = await alarmOf(id); due !== null && due <= startMs + s * 1_000; due = await alarmOf(id))
        await runAlarm(id)
      setClock(startMs + s * 1_000)
      await runner.beat()
    }
  }
  await pass(1_300)
  expect((await getJob(id)).attempt).toMatchObject({ silent_since: null, stalled_since: null })
  await pass(2_000)
  expect((await getJob(id)).attempt).toMatchObject({ silent_since: null, stalled_since: expect.any(String) })
})

test('a request is told in every answer, and a cancellation replaces a pause', async () => {
  const id = await create()
  const runner = await new Runner().begin()
  await post(`${api}/jobs/${id}/pause`)
  for (let n = 0; n < 3; n++) expect(await runner.beat()).toMatchObject({ requested: { id: 1, what: 'pause' } })
  await post(`${api}/jobs/${id}/pause`)
  expect(await runner.beat()).toMatchObject({ requested: { id: 1 } })
  await post(`${api}/jobs/${id}/resume`)
  expect(await runner.beat()).toMatchObject({ requested: null })
  await post(`${api}/jobs/${id}/pause`)
  await post(`${api}/jobs/${id}/cancel`)
  expect(await runner.beat()).toMatchObject({ requested: { id: 3, what: 'cancel' } })
  expect((await post(`${api}/jobs/${id}/pause`)).status).toBe(400)
  await runner.finish('paused')
  expect(await getJob(id)).toMatchObject({ status: 'cancelled' })
})

test('params and attempts are bounded, and a refusal creates nothing', async () => {
  const config = { name: 'x', bundeslaender: ['BY'], trainer: 'runner' }
  const params = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`p${n}`, 'v']))
  for (const more of [
    { params },
    { params: { seed: 17 } },
    { max_attempts: 11 },
    { max_attempts: 0 },
    { trainer: 'mine' },
  ])
    expect((await send('POST', `${api}/jobs`, { ...config, ...more })).status).toBe(422)
  expect((await get('/status')).is_training).toBe(false)
})

const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
const named = <T>(value: T) => Object.fromEntries(inherited.map((name) => [name, value]))

test('names that every object inherits: params and labels are kept, or refused where they cannot be', async () => {
  const config = { name: 'x', bundeslaender: ['BY'], trainer: 'runner' }
  const { __proto__: _, ...others } = named('v')
  const refused = await send('POST', `${api}/jobs`, { ...config, params: named('v') })
  expect(refused.status).toBe(422)
  expect(((await refused.json()) as { errors: unknown }).errors).toEqual([
    { loc: ['body', 'params', '__proto__'], msg: 'A name must not be __proto__', type: 'custom' },
  ])
  const id = await createJob({ ...config, params: others })
  expect((await getJob(id)).params).toEqual(others)
  const runner = new Runner()
  expect((await runner.claim({ labels: named('v') })).status).toBe(422)
  expect((await runner.claim({ labels: others })).status).toBe(200)
  await vi.waitFor(async () =>
    expect(await get('/runners')).toContainEqual(expect.objectContaining({ labels: others })),
  )
})

test('metrics by names that every object inherits are reported, summed up and read like any others', async () => {
  const id = await create()
  const runner = await new Runner().begin()
  const points = [
    ...Array.from({ length: 10 }, (_, step) => ({ step, metrics: { loss: 1 } })),
    { step: 10, metrics: named(2) },
    { step: 11, metrics: named('NaN') },
    { step: 12, metrics: named(1) },
  ]
  expect(await runner.report({ points })).toMatchObject({ dropped: [] })
  await runner.steps(13)
  const summary = named({ latest: 1, lowest: 1, highest: 2, best: 2 })
  const { summary: shown } = await getJob(id)
  for (const name of inherited) expect(Object.getOwnPropertyDescriptor(shown, name)?.value).toEqual(summary[name])
  for (const name of inherited) {
    const { points: all } = await get(`/jobs/${id}/history?metrics=${name}`)
    expect(all.map((point: HistoryPoint) => Object.getOwnPropertyDescriptor(point.metrics, name)?.value)).toEqual([
      ...[2, 'NaN', 1],
    ])
    const { points: few } = await get(`/jobs/${id}/history?metrics=loss&metrics=${name}&max_points=10`)
    expect(few.map((point: HistoryPoint) => point.step)).toEqual(expect.arrayContaining([0, 10, 11, 12, 13]))
  }
  const finished = await runner.finish('failed', { metrics: named(3) })
  expect(await finished.json()).toMatchObject({ dropped: [] })
  const { summary: last } = await getJob(id)
  for (const name of inherited) expect(Object.getOwnPropertyDescriptor(last, name)?.value.latest).toBe(3)
})
