import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { putArtifact } from '../../src/jobs/artifacts.ts'
import { ARTIFACT_BUFFERED_BYTES_MAX, ARTIFACT_PART_BYTES_MAX } from '../../src/platform/limits.ts'
import { sha256 } from '../../src/platform/sha256.ts'
import { api, beginAtStart, createJob, post, refusal, request, runAlarm, setClock, startMs, stubOf } from './api.ts'
import { bytesOf, digestOf, filesOf, hexOf, put, streamOf, text } from './artifacts.ts'
import { Runner } from './runner.ts'

beginAtStart()

/** A job with a live attempt. */
async function begin(): Promise<Runner> {
  await createJob({ trainer: 'runner' })
  return new Runner().begin()
}

const pathOf = (runner: Runner, path: string) => `${api}/jobs/${runner.job}/artifacts/${path}`
const keysInR2 = async (job: string) => {
  const { objects } = await env.ARTIFACTS.list({ prefix: `jobs/${job}/` })
  return objects.map(({ key }) => Number(key.split('/').at(-1))).sort((a, b) => a - b)
}

describe('a file', () => {
  test('that an attempt stores is read by everyone who may see the job, whole, and named by its digest', async () => {
    const runner = await begin()
    const content = 'x'.repeat(100_000)
    const stored = await put(runner, 'checkpoints/step-1/modell ä.bin', content, { 'Content-Type': 'text/html' })
    expect(stored.status).toBe(201)
    const shown = {
      path: 'checkpoints/step-1/modell ä.bin',
      size: 100_000,
      sha256: await hexOf(content),
      sha256_proven: true,
      content_type: 'text/html',
      created_at: '2040-01-01T00:00:00.000Z',
      attempt: 1,
    }
    expect(await stored.json()).toEqual(shown)
    await evictDurableObject(stubOf(runner.job))
    const read = await request(pathOf(runner, 'checkpoints/step-1/modell%20%C3%A4.bin'))
    expect(read.status).toBe(200)
    expect(Object.fromEntries(read.headers)).toMatchObject({
      etag: `"${shown.sha256}"`,
      'repr-digest': await digestOf(content),
      'content-length': '100000',
      'content-type': 'text/html',
      'content-disposition': "attachment; filename*=UTF-8''modell%20%C3%A4.bin",
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
    })
    expect(await read.text()).toBe(content)
    expect(await filesOf(runner.job)).toEqual([shown])
  })

  test('is the same for HEAD, without its bytes', async () => {
    const runner = await begin()
    await put(runner, 'a.txt', 'hello')
    const head = await request(pathOf(runner, 'a.txt'), { method: 'HEAD' })
    expect([head.status, head.headers.get('etag'), head.headers.get('content-length'), await head.text()]).toEqual([
      ...[200, `"${await hexOf('hello')}"`, '5', ''],
    ])
  })

  test.each([
    ['bytes=0-0', 206, 'h', 'bytes 0-0/5'],
    ['bytes=1-', 206, 'ello', 'bytes 1-4/5'],
    ['bytes=-2', 206, 'lo', 'bytes 3-4/5'],
    ['bytes=-9', 206, 'hello', 'bytes 0-4/5'],
    ['bytes=2-999', 206, 'llo', 'bytes 2-4/5'],
    ['bytes=0-1,3-4', 200, 'hello', null],
    ['bytes=3-1', 200, 'hello', null],
    ['lines=1-2', 200, 'hello', null],
  ])('is sent in part: %s', async (range, status, content, contentRange) => {
    const runner = await begin()
    await put(runner, 'a.txt', 'hello')
    const answer = await request(pathOf(runner, 'a.txt'), { headers: { Range: range } })
    expect([answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual([
      ...[status, content, contentRange],
    ])
  })

  test('has no bytes behind its end', async () => {
    const runner = await begin()
    await put(runner, 'a.txt', 'hello')
    for (const range of ['bytes=5-', 'bytes=9-10', 'bytes=-0']) {
      const answer = await request(pathOf(runner, 'a.txt'), { headers: { Range: range } })
      expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */5'])
    }
  })

  test('is not sent again to whom has it, and as a whole to whom has another one in part', async () => {
    const runner = await begin()
    await put(runner, 'a.txt', 'hello')
    const etag = `"${await hexOf('hello')}"`
    const known = await request(pathOf(runner, 'a.txt'), { headers: { 'If-None-Match': `"x", W/${etag}` } })
    expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', etag])
    const range = { Range: 'bytes=1-2' }
    const same = await request(pathOf(runner, 'a.txt'), { headers: { ...range, 'If-Range': etag } })
    expect([same.status, await same.text()]).toEqual([206, 'el'])
    const other = await request(pathOf(runner, 'a.txt'), { headers: { ...range, 'If-Range': '"x"' } })
    expect([other.status, await other.text()]).toEqual([200, 'hello'])
  })

  test('may be empty', async () => {
    const runner = await begin()
    expect((await put(runner, 'empty', '')).status).toBe(201)
    const read = await request(pathOf(runner, 'empty'))
    expect([read.status, await read.text(), read.headers.get('etag')]).toEqual([200, '', `"${await hexOf('')}"`])
  })

  test('whose bytes are not those of the digest is not stored, and leaves nothing readable', async () => {
    const runner = await begin()
    const answer = await put(runner, 'a.txt', 'hello', { 'Repr-Digest': await digestOf('other') })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: [{ loc: ['header', 'Repr-Digest'], type: 'digest_mismatch' }] })
    expect(await filesOf(runner.job)).toEqual([])
    expect(await keysInR2(runner.job)).toEqual([])
  })

  test('without a digest gets that of the bytes', async () => {
    const runner = await begin()
    const answer = await put(runner, 'a.txt', 'hello', { 'Repr-Digest': '' })
    expect(await answer.json()).toMatchObject({ sha256: await hexOf('hello'), size: 5 })
    const again = await put(runner, 'a.txt', 'hello', { 'Repr-Digest': '' })
    expect(again.status).toBe(204)
    expect(await filesOf(runner.job)).toHaveLength(1)
  })

  test('of unknown length is collected up to a bound, and refused beyond it', async () => {
    const runner = await begin()
    const answer = await put(runner, 'a.txt', bytesOf('hello', 'world'), {
      'Repr-Digest': await digestOf('helloworld'),
    })
    expect([answer.status, await text(runner.job, 'a.txt')]).toEqual([201, 'helloworld'])
    const chunk = 'x'.repeat(ARTIFACT_BUFFERED_BYTES_MAX / 2)
    expect((await put(runner, 'b.txt', bytesOf(chunk, chunk, '!'))).status).toBe(411)
    expect((await filesOf(runner.job)).map(({ path }) => path)).toEqual(['a.txt'])
  })

  test('of more than a request may bring has to come in parts', async () => {
    const runner = await begin()
    const answer = await put(runner, 'a.bin', bytesOf('x'), { 'Content-Length': String(ARTIFACT_PART_BYTES_MAX + 1) })
    expect(await refusal(answer)).toEqual([413, 'Send files of more than 100000000 bytes in parts'])
  })

  test('that is sent shorter than announced is not stored', async () => {
    const runner = await begin()
    const answer = await put(runner, 'a.txt', bytesOf('hello'), { 'Content-Length': '6' })
    expect(answer.status).toBe(503)
    expect(await filesOf(runner.job)).toEqual([])
  })
})

describe('a path that has a file', () => {
  test('takes the same content again, and changes nothing', async () => {
    const runner = await begin()
    await put(runner, 'a.txt', 'hello')
    const before = await filesOf(runner.job)
    setClock(startMs + 1_000)
    expect((await put(runner, 'a.txt', 'hello')).status).toBe(204)
    expect([await filesOf(runner.job), await keysInR2(runner.job)]).toEqual([before, [1]])
  })

  test('is overwritten by the live attempt, never in place', async () => {
    const runner = await begin()
    await put(runner, 'a.txt', 'hello')
    expect((await put(runner, 'a.txt', 'goodbye')).status).toBe(204)
    expect(await text(runner.job, 'a.txt')).toBe('goodbye')
    expect((await keysInR2(runner.job)).at(-1)).toBe(2)
  })

  test('is overwritten by the next attempt, but not by an operator, nor what an operator has stored by an attempt', async () => {
    const runner = await begin()
    await put(runner, 'a.txt', 'hello')
    await runner.finish('released')
    const next = await new Runner('gpu-2').begin()
    expect(next.job).toBe(runner.job)
    expect((await put(next, 'a.txt', 'goodbye')).status).toBe(204)
    const operator = { job: runner.job, token: '' }
    expect(await refusal(await put(operator, 'a.txt', 'mine'))).toEqual([
      409,
      'There is another file at this path; delete it first, or choose another path',
    ])
    expect((await put(operator, 'b.txt', 'mine')).status).toBe(201)
    expect((await put(next, 'b.txt', 'hello')).status).toBe(409)
    expect((await put(next, 'b.txt', 'hello', { 'Repr-Digest': '' })).status).toBe(409)
    expect((await filesOf(runner.job)).map(({ path, attempt }) => [path, attempt])).toEqual([
      ['a.txt', 2],
      ['b.txt', null],
    ])
    expect(await text(runner.job, 'b.txt')).toBe('mine')
  })

  test('is deleted by whom it belongs to, and by operators', async () => {
    const runner = await begin()
    const operator = { job: runner.job, token: '' }
    await put(runner, 'a.txt', 'hello')
    await put(operator, 'b.txt', 'mine')
    const remove = (path: string, headers: Record<string, string> = {}) =>
      request(pathOf(runner, path), { method: 'DELETE', headers })
    const asRunner = { Authorization: `Bearer ${runner.token}` }
    expect((await remove('b.txt', asRunner)).status).toBe(409)
    expect((await remove('a.txt', asRunner)).status).toBe(200)
    expect((await remove('b.txt')).status).toBe(200)
    expect(await refusal(await remove('b.txt'))).toEqual([404, 'File not found'])
    expect((await request(pathOf(runner, 'a.txt'))).status).toBe(404)
    expect(await filesOf(runner.job)).toEqual([])
  })
})

describe('the list of files', () => {
  test('is paged by path, under a prefix', async () => {
    const runner = await begin()
    for (const path of ['b/2', 'a', 'b/10', 'b/ä', 'b-', 'c']) await put(runner, path, path)
    expect((await filesOf(runner.job)).map(({ path }) => path)).toEqual(['a', 'b-', 'b/10', 'b/2', 'b/ä', 'c'])
    const first = await request(`${api}/jobs/${runner.job}/artifacts?prefix=b/&limit=2`)
    expect(((await first.json()) as { path: string }[]).map(({ path }) => path)).toEqual(['b/10', 'b/2'])
    const next = /<(.+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await request(next)
    expect([await second.json(), second.headers.get('link')]).toMatchObject([[{ path: 'b/ä' }], null])
  })

  test('of a job without files, of a simulated one and of one that waits, is empty', async () => {
    const runner = await begin()
    expect(await filesOf(runner.job)).toEqual([])
    const waiting = await request(`${api}/jobs?when_busy=queue`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'waits', bundeslaender: ['BY'], trainer: 'runner' }),
    })
    const { id } = (await waiting.json()) as { id: string }
    expect(await filesOf(id)).toEqual([])
    expect((await put({ job: id, token: '' }, 'a', 'a')).status).toBe(409)
  })
})

test('a simulated job takes no files', async () => {
  const id = await createJob()
  await runAlarm(id)
  expect(await refusal(await put({ job: id, token: '' }, 'a', 'a'))).toEqual([409, 'A simulated job has no files'])
  expect(await filesOf(id)).toEqual([])
})

test('a job has so many bytes and files', async () => {
  const runner = await begin()
  await put(runner, 'a', 'a')
  const file = { path: 'b', size: 50_000_000_000, sha256: 'a'.repeat(64), type: 'text/plain' }
  expect(await putArtifact(env, runner.job, null, file, new Uint8Array())).toEqual({ reason: 'artifacts_full' })
  const fits = { ...file, size: file.size - 1 }
  await expect(putArtifact(env, runner.job, null, fits, new Uint8Array())).rejects.toThrow('R2 does not answer')
})

test('bytes that come are a word of the runner, as a report is', async () => {
  const runner = await begin()
  const heardMs = async () => (await (await request(`${api}/jobs/${runner.job}`)).json()) as { attempt: unknown }
  setClock(startMs + 30_000)
  await put(runner, 'a', 'a')
  expect(await heardMs()).toMatchObject({ attempt: { heard_at: '2040-01-01T00:00:30.000Z' } })
})

test('an attempt that is over stores nothing any more, and learns so as with a report', async () => {
  const runner = await begin()
  await put(runner, 'a', 'a')
  await post(`${api}/jobs/${runner.job}/give-up`)
  const answer = await put(runner, 'b', 'b')
  expect(answer.status).toBe(410)
  expect(await answer.json()).toMatchObject({ type: 'urn:stellwerk:problem:attempt-over', reason: 'given-up' })
  const read = await request(pathOf(runner, 'a'), { headers: { Authorization: `Bearer ${runner.token}` } })
  expect(read.status).toBe(410)
  expect(await filesOf(runner.job)).toHaveLength(1)
})

test('an attempt that ends while its bytes come has stored nothing', async () => {
  const runner = await begin()
  async function* slowly() {
    yield new TextEncoder().encode('hel')
    await post(`${api}/jobs/${runner.job}/give-up`)
    yield new TextEncoder().encode('lo')
  }
  const file = { path: 'a', size: 5, sha256: await hexOf('hello'), type: 'text/plain' }
  const stored = await putArtifact(env, runner.job, await sha256(runner.token), file, streamOf(slowly()))
  expect(stored).toEqual({ reason: 'attempt_over', why: 'given-up' })
  expect(await filesOf(runner.job)).toEqual([])
})

test('a file is never beside a folder of the same path, whichever came first, and whoever sends it', async () => {
  const runner = await begin()
  const operator = { job: runner.job, token: '' }
  const obstructed = [409, expect.stringContaining('A file and a folder cannot have the same path')]
  expect((await put(runner, 'a', '1')).status).toBe(201)
  expect((await put(runner, 'b/c/d', '1')).status).toBe(201)
  for (const who of [runner, operator]) {
    for (const path of ['a/b', 'a/b/c/d', 'b', 'b/c'])
      expect(await refusal(await put(who, path, '2'))).toEqual(obstructed)
  }
  for (const path of ['a', 'b/c/d']) expect((await put(runner, path, '2')).status, 'is replaced').toBe(204)
  for (const path of ['ab', 'a-b/c', 'b-c', 'b/c-d', 'b/c/e', 'b/cd']) {
    expect((await put(runner, path, '1')).status, path).toBe(201)
  }
  await request(pathOf(runner, 'a'), { method: 'DELETE', headers: { Authorization: `Bearer ${runner.token}` } })
  expect((await put(runner, 'a/b', '1')).status).toBe(201)
})

test('of two that are sent at once, the one that is whole first obstructs the other', async () => {
  const runner = await begin()
  let arrived: () => void = () => {}
  const isSent = new Promise<void>((resolve) => {
    arrived = resolve
  })
  async function* slow() {
    yield new TextEncoder().encode('1')
    arrived()
    expect((await put(runner, 'a/b', '1')).status).toBe(201)
  }
  const late = put(runner, 'a', streamOf(slow()), { 'Content-Length': '1' })
  await isSent
  expect((await late).status).toBe(409)
  expect((await filesOf(runner.job)).map(({ path }) => path)).toEqual(['a/b'])
})
