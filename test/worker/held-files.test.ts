import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HOLD_UNCONFIRMED_MS } from '../../src/platform/limits.ts'
import {
  api,
  cancelAll,
  createJob,
  getJob,
  post,
  request,
  runAlarm,
  send,
  setClock,
  startMs,
  sweepAt,
  withVars,
} from './api.ts'
import { filesOf, put, text } from './artifacts.ts'
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

const from = (job: string, more: object = {}) => ({ trainer: 'runner', resume_from: { job_id: job, ...more } })
const create = (config: object, query = '') =>
  send('POST', `${api}/jobs${query}`, { name: 'Weiter', bundeslaender: ['BY'], ...config })
const remove = async (id: string) => (await request(`${api}/jobs/${id}`, { method: 'DELETE' })).status
const keys = async (job: string) => (await env.ARTIFACTS.list({ prefix: `jobs/${job}/` })).objects.map(({ key }) => key)
const held = async () => (await env.DB.prepare('SELECT job_id, path FROM held_files').all()).results
const ended = (id: string) => vi.waitFor(async () => expect((await getJob(id)).attempt?.ended).not.toBeNull())

test('a job that goes on from a checkpoint has its files, and deleting the source takes none away', async () => {
  const source = await begin()
  await source.save(1)
  await source.save(2)
  await put(source, 'notes', 'n')
  await source.finish('failed')
  await ended(source.job)
  const id = await createJob(from(source.job))
  expect(await remove(source.job)).toBe(200)
  await sweepAt(startMs + 60_000)
  const runner = await new Runner('gpu-2').begin()
  expect(runner.job).toBe(id)
  expect(runner.claimed.resume).toEqual({ step: 2, checkpoint: 'checkpoints/step-2' })
  expect(await filesOf(id)).toMatchObject([{ path: 'checkpoints/step-2/weights', attempt: null }])
  expect(await text(id, 'checkpoints/step-2/weights')).toBe('weights 2')
  expect((await put(runner, 'checkpoints/step-2/weights', 'other')).status).toBe(409)
  expect(await keys(source.job)).toHaveLength(1)
  await runner.finish('failed')
  await ended(id)
  expect(await remove(id)).toBe(200)
  await sweepAt(startMs + 120_000)
  expect([await keys(source.job), await held()]).toEqual([[], []])
})

test('rotating the checkpoints of the source takes none away, and those of the new job do not touch the source', async () => {
  const source = await begin()
  await source.save(1)
  await source.save(2)
  using _ = withVars({ MAX_ACTIVE_JOBS: '5' })
  const id = await createJob(from(source.job, { step: 1 }))
  await source.save(3)
  const runner = await new Runner('gpu-2').begin()
  expect(runner.job).toBe(id)
  expect(runner.claimed.resume).toEqual({ step: 1, checkpoint: 'checkpoints/step-1' })
  await sweepAt(startMs + 1_000)
  expect(await text(id, 'checkpoints/step-1/weights')).toBe('weights 1')
  for (const step of [5, 6]) await runner.save(step)
  await runAlarm(id)
  expect(await filesOf(id)).toHaveLength(2)
  const again = await createJob(from(source.job))
  await source.save(4)
  await source.save(7)
  await post(`${api}/jobs/${again}/cancel`)
  expect(await remove(again)).toBe(200)
  await sweepAt(startMs + 3_600_000)
  await sweepAt(startMs + 7_200_000)
  expect((await filesOf(source.job)).map(({ path }) => path)).toEqual([
    'checkpoints/step-4/weights',
    'checkpoints/step-7/weights',
  ])
  expect(await held()).toEqual([])
})

test('a job that was not registered holds nothing', async () => {
  const source = await begin()
  await source.save(1)
  expect((await create(from(source.job))).status).toBe(409)
  await vi.waitFor(async () => expect(await held()).toEqual([]))
  expect((await create(from(source.job, { step: 9 }))).status).toBe(422)
  breakD1('refused', 'INSERT INTO jobs')
  expect((await create(from(source.job))).status).toBe(503)
  restoreD1()
  expect(await held()).toHaveLength(1)
  await sweepAt(startMs + HOLD_UNCONFIRMED_MS - 10_000)
  expect(await held()).toHaveLength(1)
  await sweepAt(startMs + HOLD_UNCONFIRMED_MS + 10_000)
  expect(await held()).toEqual([])
  expect(await text(source.job, 'checkpoints/step-1/weights')).toBe('weights 1')
})

test('a job that waits, and is deleted before it has ever started, holds nothing any more', async () => {
  const source = await begin()
  await source.save(1)
  const answer = await create(from(source.job), '?when_busy=queue')
  const { id } = (await answer.json()) as { id: string }
  expect(await held()).toHaveLength(1)
  await post(`${api}/jobs/${id}/cancel`)
  expect(await remove(id)).toBe(200)
  expect(await held()).toEqual([])
  expect(await text(source.job, 'checkpoints/step-1/weights')).toBe('weights 1')
})

test('a simulated trainer, asked for or by default, starts from no checkpoint, and nothing is held for it', async () => {
  const source = await begin()
  await source.save(1)
  for (const trainer of ['simulated', undefined]) {
    const refused = await create({ ...from(source.job), trainer }, '?when_busy=queue')
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({
      errors: [
        {
          loc: ['body', 'resume_from'],
          msg: 'A simulated trainer has no checkpoints to start from; leave resume_from out, or set trainer to runner',
        },
      ],
    })
  }
  expect(await held()).toEqual([])
})
