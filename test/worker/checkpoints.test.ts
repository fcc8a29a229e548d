import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { api, beginAtStart, createJob, getJob, post, refusal, request, stubOf } from './api.ts'
import { filesOf, put } from './artifacts.ts'
import { Runner } from './runner.ts'

beginAtStart()

/** A job with a live attempt. */
async function begin(): Promise<Runner> {
  await createJob({ trainer: 'runner' })
  return new Runner().begin()
}

const pathsOf = async (job: string) => (await filesOf(job)).map(({ path }) => path)
const register = (runner: Runner, step: number, path: string) => runner.say('/checkpoints', { step, path })
const remove = (runner: Runner, path: string) =>
  request(`${api}/jobs/${runner.job}/artifacts/${path}`, { method: 'DELETE' })

/** The next attempt at a job that was offered again. */
async function next(runner: Runner): Promise<Runner> {
  await post(`${api}/jobs/${runner.job}/give-up`)
  return new Runner('gpu-2').begin()
}

test('the job resumes from the last checkpoint that was registered, though its runner never finished', async () => {
  const runner = await begin()
  await runner.steps(0, 1, 2)
  await runner.save(1)
  await put(runner, 'checkpoints/step-2/weights', 'half of it')
  await evictDurableObject(stubOf(runner.job))
  expect((await next(runner)).claimed.resume).toEqual({ step: 1, checkpoint: 'checkpoints/step-1' })
})

test('the log says so, once', async () => {
  const runner = await begin()
  await runner.save(1)
  const { revision } = await getJob(runner.job)
  expect((await register(runner, 1, 'checkpoints/step-1')).status).toBe(200)
  expect((await getJob(runner.job)).revision).toBe(revision)
  const events: { type: string; details: unknown }[] = await (await request(`${api}/jobs/${runner.job}/events`)).json()
  expect(events.filter(({ type }) => type === 'checkpointed').map(({ details }) => details)).toEqual([
    { attempt: 1, runner: 'gpu-1', checkpoint: { step: 1, checkpoint: 'checkpoints/step-1' } },
  ])
})

test('those that are kept are listed with their steps, and no others', async () => {
  const list = async (id: string) => (await request(`${api}/jobs/${id}/checkpoints`)).json()
  const waiting = await createJob({ trainer: 'runner' })
  expect(await list(waiting)).toEqual([])
  const runner = await new Runner().begin()
  for (const step of [1, 2, 3]) await runner.save(step)
  await evictDurableObject(stubOf(runner.job))
  expect(await list(runner.job)).toEqual([
    { step: 2, checkpoint: 'checkpoints/step-2' },
    { step: 3, checkpoint: 'checkpoints/step-3' },
  ])
  expect((await request(`${api}/jobs/none/checkpoints`)).status).toBe(404)
})

test('a path without files, or of another step, is no checkpoint', async () => {
  const runner = await begin()
  await put(runner, 'checkpoints/step-10/weights', 'x')
  expect((await register(runner, 1, 'checkpoints/step-1')).status).toBe(409)
  expect((await register(runner, 10, 'checkpoints/step-10')).status).toBe(200)
  expect(await refusal(await register(runner, 11, 'checkpoints/step-10'))).toEqual([
    409,
    'A checkpoint of another step is registered at this path',
  ])
  for (const path of ['', '/', '../x', 'checkpoints/', 'a//b'])
    expect((await register(runner, 1, path)).status).toBe(422)
})

test('a checkpoint may be one file', async () => {
  const runner = await begin()
  await put(runner, 'weights', 'x')
  expect((await register(runner, 3, 'weights')).status).toBe(200)
  expect((await next(runner)).claimed.resume).toEqual({ step: 3, checkpoint: 'weights' })
})

test('the newest two are kept, and what is older goes, but for files that belong to one of those', async () => {
  const runner = await begin()
  await put(runner, 'checkpoints/base', 'x')
  await runner.save(1)
  await runner.save(2)
  await put(runner, 'checkpoints/step-1/later', 'x').then(({ status }) => expect(status).toBe(409))
  await runner.save(3)
  expect(await pathsOf(runner.job)).toEqual([
    'checkpoints/base',
    'checkpoints/step-2/weights',
    'checkpoints/step-3/weights',
  ])
  expect((await register(runner, 4, 'checkpoints')).status).toBe(200)
  await runner.save(5, 'other/step-5')
  await put(runner, 'checkpoints/x', 'x').then(({ status }) => expect(status).toBe(409))
  // Of step 3, which is no longer kept by itself, the folder around it is.
  expect(await pathsOf(runner.job)).toEqual([
    ...['checkpoints/base', 'checkpoints/step-2/weights', 'checkpoints/step-3/weights', 'other/step-5/weights'],
  ])
})

test('the files of a registered checkpoint change for nobody, and others do', async () => {
  const runner = await begin()
  await runner.save(1)
  await put(runner, 'checkpoints/step-10/weights', 'one')
  expect((await put(runner, 'checkpoints/step-10/weights', 'two')).status).toBe(204)
  const operator = { job: runner.job, token: '' }
  for (const who of [runner, operator]) {
    expect((await put(who, 'checkpoints/step-1/weights', 'other')).status).toBe(409)
    expect((await put(who, 'checkpoints/step-1/more', 'other')).status).toBe(409)
    expect((await put(who, 'checkpoints/step-1/weights', 'weights 1')).status).toBe(204)
  }
  expect((await remove(runner, 'checkpoints/step-1/weights')).status).toBe(409)
  expect((await remove(runner, 'checkpoints/step-10/weights')).status).toBe(200)
})

test('a finish that names an unregistered checkpoint counts, and the job keeps the registered one', async () => {
  const runner = await begin()
  await runner.steps(0, 1, 2)
  await runner.save(1)
  expect((await runner.finish('released', { checkpoint: { step: 2, path: 'checkpoints/step-2' } })).status).toBe(200)
  const second = await new Runner('gpu-2').begin()
  expect(second.claimed.resume).toEqual({ step: 1, checkpoint: 'checkpoints/step-1' })
})

test('a finish may name the one before the last', async () => {
  const runner = await begin()
  const first = await runner.save(1)
  await runner.save(2)
  await runner.finish('released', { checkpoint: first })
  expect((await new Runner('gpu-2').begin()).claimed.resume).toEqual({ step: 1, checkpoint: 'checkpoints/step-1' })
})

test('the list of attempts names the last checkpoint that each has registered, or what its finish named', async () => {
  const runner = await begin()
  await runner.save(1)
  const last = await runner.save(2)
  const named = async () => {
    const records: { checkpoint: unknown }[] = await (await request(`${api}/jobs/${runner.job}/attempts`)).json()
    return records.map(({ checkpoint }) => checkpoint)
  }
  expect(await named()).toEqual([{ step: 2, checkpoint: 'checkpoints/step-2' }])
  const second = await next(runner)
  expect(await named()).toEqual([{ step: 2, checkpoint: 'checkpoints/step-2' }, null])
  await second.save(3)
  await evictDurableObject(stubOf(runner.job))
  expect(await named()).toMatchObject([{ step: 2 }, { step: 3 }])
  await second.finish('released', { checkpoint: last })
  expect(await named()).toMatchObject([{ step: 2 }, { step: 2 }])
})

test('the next attempt may write again where no checkpoint was registered', async () => {
  const runner = await begin()
  await put(runner, 'checkpoints/step-1/weights', 'half of it')
  const second = await next(runner)
  expect(second.claimed.resume).toBeNull()
  await second.save(1)
  expect(await filesOf(runner.job)).toMatchObject([{ path: 'checkpoints/step-1/weights', attempt: 2, size: 9 }])
})
