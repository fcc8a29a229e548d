import { expect, test } from 'vitest'
import { ApiError, createClient, type UploadOptions, uploadArtifact } from '../../src/client/index.ts'
import { Sha256 } from '../../src/client/sha256.ts'
import { ARTIFACT_PART_BYTES_MIN } from '../../src/platform/limits.ts'
import { hexOf as bytesInHex } from '../../src/platform/sha256.ts'
import { beginAtStart, createJob, request } from './api.ts'
import { filesOf, hexOf, text } from './artifacts.ts'
import { Runner } from './runner.ts'

beginAtStart()

const partSize = ARTIFACT_PART_BYTES_MIN
const parts = ['a'.repeat(partSize), 'end']
const whole = parts.join('')

/** What happens to a request instead of its answer, or before it; nothing: it is answered. */
type Fault = (method: string, path: string) => Response | Error | undefined

/** Uploads as the attempt of a job. @returns what came of it, and the requests that were sent */
async function upload(runner: Runner, path: string, content: string, options: UploadOptions = {}, fault?: Fault) {
  const asked: string[] = []
  const progress: number[] = []
  const client = createClient('http://localhost', {
    token: runner.token,
    fetch: async (input, init) => {
      const sent = new Request(input, init)
      const { pathname } = new URL(sent.url)
      const [, short = pathname] = /\/jobs\/[^/]+(\/.*)$/.exec(pathname) ?? []
      asked.push(`${sent.method} ${short}`)
      const instead = fault?.(sent.method, short)
      if (instead instanceof Error) throw instead
      return instead ?? request(pathname, sent)
    },
  })
  const outcome = await uploadArtifact(client, runner.job, path, new Blob([content]), {
    ...{ partSize, random: () => 0, sleep: () => Promise.resolve() },
    onProgress: (sent, size) => {
      expect(size).toBe(content.length)
      progress.push(sent)
    },
    ...options,
  }).catch((error: unknown) => error)
  return { outcome, asked, progress }
}

async function begin(): Promise<Runner> {
  await createJob({ trainer: 'runner' })
  return new Runner().begin()
}

test('a file of up to a part is one request, with its digest and its type', async () => {
  const runner = await begin()
  const { outcome, asked, progress } = await upload(runner, 'logs/größe 1.txt', 'hello', { contentType: 'text/plain' })
  const stored = { path: 'logs/größe 1.txt', size: 5, sha256: await hexOf('hello') }
  expect([outcome, asked.length, progress]).toEqual([stored, 1, [0, 5]])
  expect(await filesOf(runner.job)).toMatchObject([{ ...stored, content_type: 'text/plain', attempt: 1 }])
  expect((await upload(runner, 'empty', '')).outcome).toMatchObject({ size: 0 })
})

test('a larger one comes in parts, and the same again sends none', async () => {
  const runner = await begin()
  const { outcome, asked, progress } = await upload(runner, 'model/weights', whole)
  expect(outcome).toEqual({ path: 'model/weights', size: whole.length, sha256: await hexOf(whole) })
  expect(asked.filter((one) => one.startsWith('PUT'))).toHaveLength(2)
  expect(progress).toEqual([0, 0, partSize, whole.length, whole.length])
  expect(await text(runner.job, 'model/weights')).toBe(whole)
  expect((await upload(runner, 'model/weights', whole)).asked).toEqual(['POST /uploads'])
})

test('a lost connection and a server in trouble cost the part under way, and are told', async () => {
  const runner = await begin()
  const faults = [
    new TypeError('fetch failed'),
    undefined,
    new Response(null, { status: 503, headers: { 'Retry-After': '7' } }),
  ]
  const told: [string, number][] = []
  const onRetry = (error: Error, waitMs: number) => void told.push([error.message, waitMs])
  const { outcome, asked } = await upload(runner, 'model/weights', whole, { onRetry }, (method) =>
    method === 'PUT' ? faults.shift() : undefined,
  )
  expect(outcome).toMatchObject({ size: whole.length })
  expect(told).toEqual([
    ['fetch failed', 0],
    ['The server answered 503', 7_000],
  ])
  expect(asked.filter((one) => one.startsWith('PUT')).map((one) => one.at(-1))).toEqual(['1', '1', '2', '2'])
})

test('an aborted upload ends with the reason, and a later one sends what has not come', async () => {
  const runner = await begin()
  const aborting = new AbortController()
  const reason = new Error('enough')
  const first = await upload(runner, 'model/weights', whole, {
    signal: aborting.signal,
    onProgress: (sent) => sent === partSize && aborting.abort(reason),
  })
  expect(first.outcome).toBe(reason)
  expect(await filesOf(runner.job)).toEqual([])
  const second = await upload(runner, 'model/weights', whole)
  expect(second.outcome).toMatchObject({ size: whole.length })
  expect(second.progress.slice(0, 2)).toEqual([0, partSize])
  expect(second.asked.filter((one) => one.startsWith('PUT')).map((one) => one.at(-1))).toEqual(['2'])
})

test('an upload that was given up meanwhile begins again', async () => {
  const runner = await begin()
  let isOver = false
  const { outcome, asked } = await upload(runner, 'model/weights', whole, {}, (_, path) => {
    if (isOver || !path.endsWith('/parts/2')) return undefined
    isOver = true
    const type = 'urn:stellwerk:problem:upload-not-found'
    return Response.json(
      { type, status: 404 },
      { status: 404, headers: { 'Content-Type': 'application/problem+json' } },
    )
  })
  expect(outcome).toMatchObject({ size: whole.length })
  expect(asked.filter((one) => one === 'POST /uploads')).toHaveLength(2)
})

test('a refusal of the service is thrown', async () => {
  const runner = await begin()
  await runner.save(1)
  const { outcome, asked } = await upload(runner, 'checkpoints/step-1/weights', 'other')
  expect(outcome).toBeInstanceOf(ApiError)
  expect([(outcome as ApiError).status, asked.length]).toEqual([409, 1])
})

test('bytes that come piece by piece have the SHA-256 of the whole', async () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1_000]) {
    const bytes = new Uint8Array(length).map((_, i) => (i * 7919) >> 3)
    const expected = await crypto.subtle.digest('SHA-256', bytes)
    for (const piece of [1, 7, 64, 100, 1_000]) {
      const hash = new Sha256()
      for (let from = 0; from < length; from += piece) hash.update(bytes.subarray(from, from + piece))
      expect(hash.digest(), `${length} in pieces of ${piece}`).toBe(bytesInHex(expected))
    }
  }
})
