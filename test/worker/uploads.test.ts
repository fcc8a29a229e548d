import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import { reprDigest } from '../../src/http/repr-digest.ts'
import { ARTIFACT_PART_BYTES_MIN, ARTIFACT_UPLOAD_MS } from '../../src/platform/limits.ts'
import {
  api,
  beginAtStart,
  createJob,
  getJob,
  post,
  request,
  runAlarm,
  setClock,
  startMs,
  stubOf,
  sweepAt,
} from './api.ts'
import { filesOf, hexOf, put, withR2 } from './artifacts.ts'
import { Runner } from './runner.ts'

beginAtStart()

/** A job with a live attempt. */
async function begin(): Promise<Runner> {
  await createJob({ trainer: 'runner' })
  return new Runner().begin()
}

const partSize = ARTIFACT_PART_BYTES_MIN
const parts = ['a'.repeat(partSize), 'b'.repeat(partSize), 'end']
const whole = parts.join('')
const size = whole.length
const wholeDigest = await hexOf(whole)

const file = { path: 'model/weights', size, sha256: wholeDigest, part_size: partSize }
const open = (runner: Runner, more: object = {}) => runner.say('/uploads', { ...file, ...more })
// biome-ignore lint/suspicious/noExplicitAny: tests say what is in it
const json = async (answer: Response | Promise<Response>): Promise<any> => (await answer).json()

/** Sends a request about uploads, as the attempt. */
const ask = (runner: Runner, method: string, path: string, init: RequestInit = {}) =>
  request(`${api}/jobs/${runner.job}/uploads${path}`, {
    ...init,
    method,
    headers: { Authorization: `Bearer ${runner.token}`, ...(init.headers as Record<string, string>) },
  })

async function send(runner: Runner, id: string, part: number, content = parts[part - 1] ?? '', digest?: string) {
  const headers = {
    'Content-Length': String(content.length),
    'Repr-Digest': digest ?? reprDigest(await hexOf(content)),
  }
  return (await ask(runner, 'PUT', `/${id}/parts/${part}`, { headers, body: content })).status
}

const keys = async (job: string) => (await env.ARTIFACTS.list({ prefix: `jobs/${job}/` })).objects.map(({ key }) => key)

test('a file comes in parts, in any order, and is readable once it is complete', async () => {
  const runner = await begin()
  const opened = await open(runner)
  expect(opened.status).toBe(201)
  const { id, ...shown } = await json(opened)
  expect(shown).toEqual({ ...file, parts: 3, received: [] })
  for (const part of [3, 1, 2]) expect(await send(runner, id, part)).toBe(204)
  expect(await filesOf(runner.job)).toEqual([])
  const completed = await ask(runner, 'POST', `/${id}/complete`)
  expect(completed.status).toBe(201)
  expect(await completed.json()).toMatchObject({ path: 'model/weights', size, sha256: wholeDigest, attempt: 1 })
  expect((await ask(runner, 'POST', `/${id}/complete`)).status).toBe(200)
  const read = await request(`${api}/jobs/${runner.job}/artifacts/model/weights`)
  expect(await hexOf(await read.text())).toBe(wholeDigest)
  const end = await request(`${api}/jobs/${runner.job}/artifacts/model/weights`, { headers: { Range: 'bytes=-4' } })
  expect(await end.text()).toBe('bend')
  expect((await ask(runner, 'GET', `/${id}`)).status).toBe(404)
  expect((await open(runner)).status).toBe(204)
})

test('an upload goes on after a lost connection, an eviction, and by the next attempt', async () => {
  const runner = await begin()
  const { id } = await json(open(runner))
  await send(runner, id, 2)
  await evictDurableObject(stubOf(runner.job))
  const again = await open(runner)
  expect([again.status, await json(again)]).toMatchObject([200, { id, received: [2] }])
  await post(`${api}/jobs/${runner.job}/give-up`)
  expect(await send(runner, id, 1)).toBe(410)
  const next = await new Runner('gpu-2').begin()
  expect(await json(open(next))).toMatchObject({ id, received: [2] })
  expect(await json(ask(next, 'GET', `/${id}`))).toMatchObject({ id, received: [2] })
  for (const part of [1, 3]) await send(next, id, part)
  expect(await json(ask(next, 'POST', `/${id}/complete`))).toMatchObject({ attempt: 2 })
})

test('a part with another digest, another size, or of another number is not taken', async () => {
  const runner = await begin()
  const { id } = await json(open(runner))
  expect(await send(runner, id, 1, parts[0], reprDigest(wholeDigest))).toBe(422)
  expect(await send(runner, id, 1, 'short')).toBe(422)
  expect(await send(runner, id, 3, 'longer than it')).toBe(422)
  expect(await send(runner, id, 4)).toBe(404)
  for (const part of ['0', '-1', 'x', '1e1', '10001']) {
    expect((await ask(runner, 'PUT', `/${id}/parts/${part}`, { body: 'x' })).status).toBe(422)
  }
  expect(await json(ask(runner, 'GET', `/${id}`))).toMatchObject({ received: [] })
  expect((await ask(runner, 'POST', `/${id}/complete`)).status).toBe(409)
})

test('a part that has come is not stored again, and another one replaces it', async () => {
  const runner = await begin()
  const { id } = await json(open(runner))
  await send(runner, id, 3, 'xxx')
  expect(await send(runner, id, 3)).toBe(204)
  for (const part of [1, 2]) await send(runner, id, part)
  expect(await send(runner, id, 1)).toBe(204)
  await ask(runner, 'POST', `/${id}/complete`)
  const read = await request(`${api}/jobs/${runner.job}/artifacts/model/weights`)
  expect(await hexOf(await read.text())).toBe(wholeDigest)
})

test('a file that was announced wrongly is found by reading it', async () => {
  const runner = await begin()
  const verify = async (path: string) =>
    json(request(`${api}/jobs/${runner.job}/artifacts/${path}?verify=true`, { method: 'POST' }))
  const { id } = await json(open(runner, { path: 'wrong', sha256: '0'.repeat(64), size: 3 }))
  await send(runner, id, 1, 'end')
  await ask(runner, 'POST', `/${id}/complete`)
  expect(await verify('wrong')).toEqual({ sha256: await hexOf('end'), verified: false })
  await put(runner, 'right', 'end')
  expect(await verify('right')).toEqual({ sha256: await hexOf('end'), verified: true })
  const unasked = await request(`${api}/jobs/${runner.job}/artifacts/right`, { method: 'POST' })
  expect(unasked.status).toBe(422)
})

test('the digest of a file that came in parts is shown as announced until its bytes were read', async () => {
  const runner = await begin()
  const { id } = await json(open(runner, { size: 3, sha256: await hexOf('end') }))
  await send(runner, id, 1, 'end')
  await ask(runner, 'POST', `/${id}/complete`)
  expect(await filesOf(runner.job)).toMatchObject([{ sha256: await hexOf('end'), sha256_proven: false }])
  await request(`${api}/jobs/${runner.job}/artifacts/${file.path}?verify=true`, { method: 'POST' })
  await evictDurableObject(stubOf(runner.job))
  expect(await filesOf(runner.job)).toMatchObject([{ sha256_proven: true }])
})

test('files that came in parts are stored once with equal ones only after they were read', async () => {
  const content = crypto.randomUUID()
  const complete = async (verified: boolean) => {
    const runner = await begin()
    const sha256 = await hexOf(content)
    const { id } = await json(open(runner, { size: content.length, sha256 }))
    await send(runner, id, 1, content)
    await ask(runner, 'POST', `/${id}/complete`)
    if (verified) await request(`${api}/jobs/${runner.job}/artifacts/${file.path}?verify=true`, { method: 'POST' })
    await runner.finish('completed')
    await vi.waitFor(async () => expect((await getJob(runner.job)).status).toBe('completed'))
    await sweepAt(Date.now())
    return (await keys(runner.job)).length
  }
  expect([await complete(false), await complete(true), await complete(false)]).toEqual([1, 1, 0])
})

test('an upload that is given up, or that nobody continues for a day, leaves no byte', async () => {
  const runner = await begin()
  const { id } = await json(open(runner))
  await send(runner, id, 1)
  expect((await ask(runner, 'DELETE', `/${id}`)).status).toBe(200)
  expect((await ask(runner, 'DELETE', `/${id}`)).status).toBe(404)
  const second = await json(open(runner))
  expect(second.id).not.toBe(id)
  setClock(startMs + 60_000)
  await send(runner, second.id, 1)
  await runner.finish('failed')
  await evictDurableObject(stubOf(runner.job))
  const aborted: string[] = []
  const bucket = env.ARTIFACTS
  using _ = withR2({
    resumeMultipartUpload: (key, id) => {
      aborted.push(key)
      return bucket.resumeMultipartUpload(key, id)
    },
  })
  setClock(startMs + 60_000 + ARTIFACT_UPLOAD_MS)
  await runAlarm(runner.job)
  await sweepAt(Date.now())
  expect(aborted.sort()).toEqual([`jobs/${runner.job}/${id}`, `jobs/${runner.job}/${second.id}`])
  expect((await env.DB.prepare('SELECT * FROM garbage WHERE due_ms IS NOT NULL').all()).results).toEqual([])
  await expect(bucket.resumeMultipartUpload(`jobs/${runner.job}/${second.id}`, 'x').abort()).rejects.toThrow()
})

test('what R2 has begun for an upload that was given up meanwhile is aborted', async () => {
  const runner = await begin()
  const bucket = env.ARTIFACTS
  const begun: R2MultipartUpload[] = []
  {
    using _ = withR2({
      createMultipartUpload: async (key) => {
        const upload = await bucket.createMultipartUpload(key)
        begun.push(upload)
        await ask(runner, 'DELETE', `/${key.split('/').at(-1)}`)
        return upload
      },
    })
    expect((await open(runner)).status).toBe(404)
  }
  expect(begun).toHaveLength(1)
  await expect(begun[0]?.uploadPart(1, 'x')).rejects.toThrow('10024')
})

test('a completion that R2 carried out and nobody heard of is repeated', async () => {
  const runner = await begin()
  const { id } = await json(open(runner, { size: 3, sha256: await hexOf('end') }))
  await send(runner, id, 1, 'end')
  const bucket = env.ARTIFACTS
  {
    using _ = withR2({
      head: () => Promise.reject(new Error('broken by the test')),
      resumeMultipartUpload: (key, r2Id) => ({
        complete: async (all: R2UploadedPart[]) => {
          await bucket.resumeMultipartUpload(key, r2Id).complete(all)
          throw new Error('Network connection lost.')
        },
      }),
    })
    expect((await ask(runner, 'POST', `/${id}/complete`)).status).toBe(503)
  }
  expect(await filesOf(runner.job)).toEqual([])
  expect((await ask(runner, 'POST', `/${id}/complete`)).status).toBe(201)
  expect(await (await request(`${api}/jobs/${runner.job}/artifacts/${file.path}`)).text()).toBe('end')
})

test.each([
  { part_size: partSize - 1 },
  { part_size: 100_000_001 },
  { size: 0 },
  { size: 1.5 },
  { size: partSize * 10_000 + 1 },
  { sha256: 'A'.repeat(64) },
  { sha256: 'a'.repeat(63) },
  { path: '../x' },
])('an upload that cannot be is refused: %j', async (more) => {
  const runner = await begin()
  expect((await open(runner, more)).status).toBe(422)
})

test('a file in parts is not begun where a folder is or below a file, nor becomes one when one has come there since', async () => {
  const runner = await begin()
  await put(runner, 'model', 'x')
  expect(await json(open(runner))).toMatchObject({ status: 409, type: 'urn:stellwerk:problem:path-obstructed' })
  const { id } = await json(open(runner, { path: 'other/weights' }))
  for (const part of [1, 2, 3]) expect(await send(runner, id, part)).toBe(204)
  expect((await put(runner, 'other', 'x')).status).toBe(201)
  expect(await json(ask(runner, 'POST', `/${id}/complete`))).toMatchObject({
    type: 'urn:stellwerk:problem:path-obstructed',
  })
  expect((await filesOf(runner.job)).map(({ path }) => path)).toEqual(['model', 'other'])
})
