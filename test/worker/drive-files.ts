import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import worker from '../../src/worker.ts'
import { api, createJob, post, request, runAlarm, stubOf } from './api.ts'
import { hexOf, put } from './artifacts.ts'
import { Runner } from './runner.ts'

/** Everything that is done with files: of a job, of one that goes on from it, and of the version that comes of it. */
export async function driveFiles(): Promise<void> {
  const source = await runnerAt({})
  const path = `${api}/jobs/${source.job}`
  for (const content of ['one', 'two']) await put(source, 'a', content)
  await request(`${path}/artifacts`)
  await request(`${path}/artifacts/a`)
  await request(`${path}/artifacts/a`, { method: 'DELETE' })
  for (const step of [1, 2, 3]) await source.save(step)
  await source.finish('failed')
  await alarms(source.job)
  const next = await runnerAt({ resume_from: { job_id: source.job } })
  const id = await upload(next, 'model/w')
  await request(`${api}/jobs/${next.job}/uploads/${id}`)
  await next.say(`/uploads/${id}/complete`, {})
  await next.say(`/uploads/${id}/complete`, {})
  await post(`${api}/jobs/${next.job}/artifacts/model/w?verify=true`)
  await upload(next, 'given up')
  await next.finish('completed')
  await alarms(next.job)
  const [version] = (await (await request(`${api}/models`)).json()) as { id: string }[]
  for (const part of ['', '/w']) await request(`${api}/models/${version?.id}/files${part}`)
  for (const job of [source.job, next.job]) await request(`${api}/jobs/${job}`, { method: 'DELETE' })
  await stubOf(crypto.randomUUID()).holdFor('x', 1)
  await worker.scheduled(createScheduledController(), env)
}

async function runnerAt(config: Record<string, unknown>): Promise<Runner> {
  await createJob({ trainer: 'runner', ...config })
  return new Runner().begin()
}

async function alarms(id: string): Promise<void> {
  for (let n = 0; n < 5 && (await runAlarm(id)); n++);
}

/** An upload in one part. @returns its id */
async function upload(runner: Runner, path: string): Promise<string> {
  const file = { path, size: 1, sha256: await hexOf('w'), part_size: 6_000_000 }
  const { id } = (await (await runner.say('/uploads', file)).json()) as { id: string }
  await request(`${api}/jobs/${runner.job}/uploads/${id}/parts/1`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${runner.token}`, 'Content-Length': '1' },
    body: 'w',
  })
  return id
}
