/// <reference lib="es2025.intl" />
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SESSION_RETRY_MAX_MS, SESSION_RETRY_MS } from '../../src/dashboard/platform/limits.ts'

/** The answers to requests, in order; the last one is repeated. */
let answers: (() => Response)[]
const asked = vi.fn(async (_: string, _init?: RequestInit) => {
  const answer = answers.length > 1 ? answers.shift() : answers[0]
  if (answer === undefined) throw new Error('Nothing was expected')
  return answer()
})

vi.useFakeTimers()
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('location', { pathname: '/jobs', origin: 'http://stellwerk.test' })
vi.stubGlobal('addEventListener', () => {})
vi.stubGlobal('BroadcastChannel', undefined)
vi.stubGlobal('fetch', asked)
const { send } = await import('../../src/dashboard/api/answer.ts')
const { readSession, session, signIn } = await import('../../src/dashboard/api/session.ts')

const anna = { kind: 'session', name: 'anna', role: 'operator', expires_at: null }
const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status })
const refusal =
  (status: number, kind: string | null, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify({ type: kind === null ? 'about:blank' : `urn:stellwerk:problem:${kind}`, status }), {
      status,
      headers: { 'Content-Type': 'application/problem+json', ...headers },
    })
const cut = (status: number) => () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) })
  return new Response(body, { status, headers: { 'Content-Type': 'application/json' } })
}
const nobody = (): Response => {
  throw new TypeError('fetch failed')
}

beforeEach(() => {
  asked.mockClear()
  session.value = { phase: 'unknown' }
})
afterEach(async () => {
  answers = [json(anna)]
  await readSession()
})

const readOf = async (...given: typeof answers) => {
  answers = given
  await readSession()
  return session.value
}

test.each([
  ['who is signed in', json(anna), { phase: 'signed-in', session: anna }],
  ['nobody', refusal(401, 'unauthorized'), { phase: 'signed-out' }],
  ['a session that has ended', refusal(401, 'session-ended'), { phase: 'signed-out' }],
  ['no way to sign in', refusal(503, 'authentication-not-configured'), { phase: 'not-configured' }],
  ['a database that is away', refusal(503, 'unavailable'), { phase: 'unclear' }],
  ['a failure', refusal(500, null), { phase: 'unclear' }],
  ['a proxy', () => new Response('<html>', { status: 502 }), { phase: 'unclear' }],
  ['a page in place of the API', () => new Response('<html>'), { phase: 'unclear' }],
  ['an address without a role', refusal(403, 'no-role'), { phase: 'unclear' }],
  ['silence', nobody, { phase: 'unknown' }],
  ['an answer that breaks off', cut(200), { phase: 'unknown' }],
])('reading the session is answered with %s, and the page follows it', async (_, answer, expected) => {
  expect(await readOf(answer)).toMatchObject(expected)
})

test('reading the session is retried with backoff until the service answers', async () => {
  await readOf(refusal(500, null))
  for (const waitMs of [1, 2, 4, 8, 16].map((times) => times * SESSION_RETRY_MS)) {
    const before = asked.mock.calls.length
    await vi.advanceTimersByTimeAsync(waitMs - 1)
    expect(asked.mock.calls.length).toBe(before)
    await vi.advanceTimersByTimeAsync(1)
    expect(asked.mock.calls.length).toBe(before + 1)
  }
  const before = asked.mock.calls.length
  await vi.advanceTimersByTimeAsync(60 * 60_000)
  expect(asked.mock.calls.length - before).toBe((60 * 60_000) / SESSION_RETRY_MAX_MS)
  answers = [json(anna)]
  await vi.advanceTimersByTimeAsync(SESSION_RETRY_MAX_MS)
  expect(session.value.phase).toBe('signed-in')
  asked.mockClear()
  await vi.advanceTimersByTimeAsync(60 * 60_000)
  expect(asked).not.toHaveBeenCalled()
})

test('a failure neither signs out a user nor signs one in', async () => {
  await readOf(json(anna))
  expect(await readOf(refusal(500, null))).toMatchObject({ phase: 'signed-in' })
  await readOf(refusal(401, 'session-ended'))
  expect(await readOf(refusal(500, null))).toEqual({ phase: 'signed-out' })
})

test('an outdated answer is ignored', async () => {
  const slow = Promise.withResolvers<Response>()
  asked.mockImplementationOnce(() => slow.promise)
  const first = readSession()
  await readOf(json(anna))
  slow.resolve(refusal(401, 'unauthorized')())
  await first
  expect(session.value).toMatchObject({ phase: 'signed-in' })
})

test.each([
  [refusal(401, 'invalid-token'), { reason: 'unknown-token' }],
  [refusal(422, 'invalid-request'), { reason: 'malformed' }],
  [refusal(429, 'too-many-attempts', { 'Retry-After': '30' }), { reason: 'too-many-attempts', retryAfterS: 30 }],
  [refusal(503, 'sessions-not-configured'), { reason: 'not-configured' }],
  [refusal(503, 'authentication-not-configured'), { reason: 'not-configured' }],
  [refusal(403, 'no-session'), { reason: 'other' }],
  [refusal(503, 'unavailable'), { reason: 'other' }],
  [refusal(500, null), { reason: 'other' }],
  [nobody, { reason: 'unreachable' }],
  [cut(200), { reason: 'unreachable' }],
])('a refused sign-in gives the right reason (%#)', async (answer, expected) => {
  answers = [answer]
  expect(await signIn('a-token')).toMatchObject(expected)
  expect(session.value.phase).toBe('unknown')
})

test('every session request is marked, so that Cloudflare Access answers 401 instead of redirecting it', async () => {
  await readOf(json(anna))
  answers = [json(anna)]
  expect(await signIn('a-token')).toBe(null)
  const marks = asked.mock.calls.map(([, init]) => new Headers(init?.headers).get('X-Requested-With'))
  expect(marks).toEqual(['XMLHttpRequest', 'XMLHttpRequest'])
})

test('an answer counts only if it is complete and in the format of the API', async () => {
  const sent = async (answer: () => Response) => send(async () => answer())
  expect(await sent(json([1]))).toMatchObject({ ok: true, data: [1] })
  expect(await sent(json(null))).toMatchObject({ ok: true, data: null })
  expect(await sent(() => new Response(null, { status: 204 }))).toMatchObject({ ok: true, data: null })
  const typed = (type: string, status: number) => ({
    ok: false,
    refusal: { type: `urn:stellwerk:problem:${type}`, status },
  })
  expect(await sent(cut(200))).toMatchObject(typed('offline', 0))
  expect(await sent(cut(404))).toMatchObject(typed('offline', 0))
  expect(await sent(nobody)).toMatchObject(typed('offline', 0))
  expect(await sent(() => new Response('<html>'))).toMatchObject(typed('unexpected', 200))
  expect(await sent(() => new Response(''))).toMatchObject(typed('unexpected', 200))
  expect(await sent(() => new Response('[1', { status: 200 }))).toMatchObject(typed('unexpected', 200))
  expect(await sent(refusal(404, 'not-found'))).toMatchObject(typed('not-found', 404))
  expect(await sent(json({ some: 'thing' }, 500))).toMatchObject(typed('unexpected', 500))
})
