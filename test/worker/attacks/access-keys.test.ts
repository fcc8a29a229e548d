import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { ACCESS_KEYS_AGE_MAX_MS, ACCESS_KEYS_RETRY_MS } from '../../../src/platform/limits.ts'
import { setClock, startMs } from '../api.ts'
import { type Key, newKey, newTeam, signed, whoHas } from './access-team.ts'
import { ask } from './closed.ts'

const roles = '*@example.org=viewer'
const anna = { kind: 'access', name: 'anna@example.org' }

let first: Key
let second: Key
beforeAll(async () => {
  first = await newKey('first')
  second = await newKey('second')
})
beforeEach(() => {
  setClock(startMs)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const after = (ms: number) => setClock(Date.now() + ms)

test('keys are fetched once, even for many concurrent requests', async () => {
  const team = newTeam(first)
  using _ = team.closed(roles)
  const assertion = await signed(first, team.claims())
  const all = await Promise.all(Array.from({ length: 10 }, () => whoHas(assertion)))
  expect(all).toEqual(Array(10).fill(expect.objectContaining(anna)))
  expect(team.asked).toBe(1)
})

test('a rotated key is accepted at its first use, and the withdrawn one no longer', async () => {
  const team = newTeam(first)
  using _ = team.closed(roles)
  const claims = team.claims({ exp: startMs / 1_000 + 86_400 })
  expect(await whoHas(await signed(first, claims))).toMatchObject(anna)
  after(ACCESS_KEYS_RETRY_MS)
  team.keys = [second.published]
  expect(await whoHas(await signed(second, claims))).toMatchObject(anna)
  expect(await whoHas(await signed(first, claims))).toBe(401)
  expect(team.asked).toBe(2)
})

test('a withdrawn key is rejected within the hour, even if no request uses a new one', async () => {
  const team = newTeam(first, second)
  using _ = team.closed(roles)
  const assertion = await signed(first, team.claims({ exp: startMs / 1_000 + 86_400 }))
  expect(await whoHas(assertion)).toMatchObject(anna)
  team.keys = [second.published]
  after(ACCESS_KEYS_AGE_MAX_MS - 1)
  expect(await whoHas(assertion)).toMatchObject(anna)
  after(1)
  expect(await whoHas(assertion)).toBe(401)
})

test('invented key ids cause one request a minute, however many there are', async () => {
  const team = newTeam(first)
  using _ = team.closed(roles)
  const invented = async (kid: string) => whoHas(await signed({ ...second, kid }, team.claims()))
  for (let minute = 1; minute <= 3; minute++) {
    const refusals = await Promise.all(Array.from({ length: 20 }, (_, n) => invented(`invented-${minute}-${n}`)))
    expect(refusals).toEqual(Array(20).fill(401))
    expect(team.asked).toBe(minute)
    after(ACCESS_KEYS_RETRY_MS - 1)
    expect(await invented('invented-later')).toBe(401)
    expect(team.asked).toBe(minute)
    after(1)
  }
  expect(await whoHas(await signed(first, team.claims()))).toMatchObject(anna)
})

test('an assertion that no key could verify causes no request', async () => {
  const team = newTeam(first)
  using _ = team.closed(roles)
  for (const alg of ['none', 'HS256', 'RS512', 'ES256']) {
    expect(await whoHas(await signed(first, team.claims(), { alg })), alg).toBe(401)
  }
  expect(await whoHas('nonsense')).toBe(401)
  expect(team.asked).toBe(0)
})

const failures: [name: string, answer: () => Response | Promise<Response>][] = [
  ['the network fails', () => Promise.reject(new Error('Network connection lost'))],
  ['Access answers 500', () => new Response('oops', { status: 500 })],
  ['Access answers something else', () => new Response('<html>')],
  ['Access answers no keys', () => Response.json({ error: 'x' })],
  ['the answer is null', () => Response.json(null)],
  ['Access answers that there is none', () => Response.json({ keys: [] })],
  ['Access answers none that could be its own', () => Response.json({ keys: [{ kid: 'first', kty: 'oct', k: 'eA' }] })],
  [
    'the answer is a redirect',
    () => new Response(null, { status: 302, headers: { Location: 'https://evil.example/' } }),
  ],
]

test.each(failures)(
  'when %s before any key is cached, it is 503 with Retry-After, and retried after a minute',
  async (_, answer) => {
    const team = newTeam(first)
    using __ = team.closed(roles)
    vi.spyOn(console, 'error')
    team.answer = answer
    const headers = { 'Cf-Access-Jwt-Assertion': await signed(first, team.claims()) }
    for (let n = 0; n < 3; n++) {
      const response = await ask('/api/v1/admin/training/jobs', { headers })
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
      expect(await response.json()).toMatchObject({
        detail: 'The keys of Cloudflare Access could not be fetched. Try again.',
      })
    }
    expect(team.asked).toBe(1)
    team.answer = null
    after(ACCESS_KEYS_RETRY_MS)
    expect(await whoHas(headers['Cf-Access-Jwt-Assertion'])).toMatchObject(anna)
  },
)

test.each(failures)('when %s later, the cached keys remain valid, and no others', async (_, answer) => {
  const team = newTeam(first)
  using __ = team.closed(roles)
  vi.spyOn(console, 'error')
  const claims = team.claims({ exp: startMs / 1_000 + 86_400 })
  expect(await whoHas(await signed(first, claims))).toMatchObject(anna)
  team.answer = answer
  after(ACCESS_KEYS_AGE_MAX_MS)
  expect(await whoHas(await signed(first, claims))).toMatchObject(anna)
  expect(await whoHas(await signed(second, claims))).toBe(401)
  expect(team.asked).toBe(2)
})

test('published keys that are not RSA are ignored, and do not hide an RSA key with the same id', async () => {
  const team = newTeam(first)
  using _ = team.closed(roles)
  const shared = { kid: first.kid, kty: 'oct', k: 'c2VjcmV0' }
  team.keys = [shared, { kty: 'RSA' }, { ...second.published, kty: 'EC' }, first.published]
  expect(await whoHas(await signed(first, team.claims()))).toMatchObject(anna)
  expect(await whoHas(await signed(second, team.claims()))).toBe(401)
})

test('the keys of one team are not valid for another', async () => {
  const other = newTeam(second)
  using _ = other.closed(roles)
  expect(await whoHas(await signed(second, other.claims()))).toMatchObject(anna)
  const team = newTeam(first)
  using __ = team.closed(roles)
  expect(await whoHas(await signed(second, team.claims()))).toBe(401)
})
