import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  CREDENTIAL_CHECK_MS,
  IDLE_TICK_MS,
  SESSION_AGE_MAX_MS,
  STREAM_AGE_MAX_MS,
} from '../../../src/platform/limits.ts'
import { cancelAll, createJob, startMs, withVars } from '../api.ts'
import { breakD1, healD1 } from '../meters.ts'
import { pass, stopTime } from '../play.ts'
import { newKey, newTeam, signed } from './access-team.ts'
import { adminToken, asAdmin, ask, closed, makeToken, revoke } from './closed.ts'
import { signIn } from './cookies.ts'
import { cancelStreams, passQuietly, quietJob, showNews, streamOf, watch, watchWhenThereIsRoom } from './watching.ts'

beforeEach(() => {
  stopTime()
})
afterEach(async () => {
  healD1()
  await cancelAll()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()

describe('a stream ends', () => {
  test('within a tick of its token’s expiry, and those of others go on', async () => {
    const id = await quietJob()
    using _ = closed()
    const expiring = await makeToken('viewer', { expires_at: inMs(60_000) })
    const other = await makeToken('viewer')
    const streams = await Promise.all([expiring.headers, other.headers, asAdmin].map((headers) => watch(id, headers)))
    await passQuietly(id, 60_000 - 1)
    expect(await showNews(id, streams)).toEqual([true, true, true])
    await passQuietly(id, 1 + IDLE_TICK_MS)
    expect(await showNews(id, streams)).toEqual([false, true, true])
    expect((await ask(streamOf(id), { headers: expiring.headers })).status).toBe(401)
    await cancelStreams(streams)
  })

  test('with the session it was opened with, though the token behind that goes on', async () => {
    const id = await quietJob()
    using _ = closed()
    const { token, headers } = await makeToken('viewer')
    const session = await signIn(token)
    vi.setSystemTime(startMs + SESSION_AGE_MAX_MS - 60_000)
    const streams = [await watch(id, session), await watch(id, headers)]
    expect(await showNews(id, streams)).toEqual([true, true])
    await passQuietly(id, 60_000 + IDLE_TICK_MS)
    expect(await showNews(id, streams)).toEqual([false, true])
    await cancelStreams(streams)
  })

  test.each([0, 1, CREDENTIAL_CHECK_MS - 1, CREDENTIAL_CHECK_MS])(
    'within a minute of its token being revoked, %i ms after it was opened; those of others go on',
    async (ms) => {
      const id = await quietJob()
      using _ = closed()
      const leaked = await makeToken('viewer')
      const other = await makeToken('operator')
      const holders = [leaked.headers, await signIn(leaked.token), other.headers, await signIn(other.token), asAdmin]
      const streams = await Promise.all(holders.map((headers) => watch(id, headers)))
      await passQuietly(id, ms)
      await revoke(leaked)
      await passQuietly(id, 60_000)
      expect(await showNews(id, streams)).toEqual([false, false, true, true, true])
      expect((await ask(streamOf(id), { headers: leaked.headers })).status).toBe(401)
      await cancelStreams(streams)
    },
  )
})

test('while D1 is away nobody can revoke anything, and streams go on; when it is back, they are looked at again', async () => {
  const id = await quietJob()
  using _ = closed()
  const warned = vi.spyOn(console, 'warn')
  const leaked = await makeToken('viewer')
  const streams = [await watch(id, leaked.headers), await watch(id, asAdmin)]
  await revoke(leaked)
  breakD1('refused', 'FROM api_tokens')
  await passQuietly(id, 2 * 60_000)
  expect(await showNews(id, streams)).toEqual([true, true])
  expect(warned.mock.calls.flat().join()).toContain('credentials_unchecked')
  healD1()
  await passQuietly(id, 60_000)
  expect(await showNews(id, streams)).toEqual([false, true])
  await cancelStreams(streams)
})

test('who comes back after a stream has ended by its age needs a credential that still holds', async () => {
  const id = await quietJob()
  using _ = closed()
  const endsMs = Date.now() + 2 * STREAM_AGE_MAX_MS
  const { headers } = await makeToken('viewer', { expires_at: new Date(endsMs).toISOString() })
  const stream = await watch(id, headers)
  const first = await stream.event()
  await pass(id, STREAM_AGE_MAX_MS * 1.2)
  expect(await stream.rest()).toEqual([])
  const again = { ...headers, 'Last-Event-ID': first?.id ?? '' }
  const next = await watch(id, again)
  expect(await showNews(id, [next])).toEqual([true])
  await next.cancel()
  vi.setSystemTime(endsMs)
  expect((await ask(streamOf(id), { headers: again })).status).toBe(401)
})

test('a stream that Cloudflare Access let in ends when the assertion does', async () => {
  const id = await quietJob()
  const key = await newKey('streams')
  const team = newTeam(key)
  using _ = closed({ ACCESS_TEAM_DOMAIN: team.domain, ACCESS_AUD: team.audience, ACCESS_ROLES: '*@example.org=viewer' })
  const until = async (ms: number) => ({
    'Cf-Access-Jwt-Assertion': await signed(key, team.claims({ exp: (Date.now() + ms) / 1_000 })),
  })
  const streams = [await watch(id, await until(60_000)), await watch(id, await until(600_000))]
  await passQuietly(id, 60_000 - 1)
  expect(await showNews(id, streams)).toEqual([true, true])
  await passQuietly(id, 1 + IDLE_TICK_MS)
  expect(await showNews(id, streams)).toEqual([false, true])
  await cancelStreams(streams)
})

describe('one credential', () => {
  test('holds so many streams of a job and no more; others still get in, and one that is closed makes room', async () => {
    using _ = withVars({ MAX_STREAMS_PER_CREDENTIAL: '2' })
    const id = await createJob()
    using __ = closed()
    const greedy = await makeToken('viewer')
    const session = await signIn(greedy.token)
    const streams = [await watch(id, greedy.headers), await watch(id, session)]
    for (const headers of [greedy.headers, session]) {
      const refused = await ask(streamOf(id), { headers })
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
      expect(await refused.json()).toMatchObject({ type: 'urn:stellwerk:problem:too-many-streams' })
    }
    for (const headers of [(await makeToken('viewer')).headers, asAdmin]) streams.push(await watch(id, headers))
    await streams.shift()?.cancel()
    streams.push(await watchWhenThereIsRoom(id, greedy.headers))
    await cancelStreams(streams)
  })

  test('is counted by what it is, not by what it says it is', async () => {
    using _ = withVars({ MAX_STREAMS_PER_CREDENTIAL: '1' })
    const id = await createJob()
    using __ = closed()
    const { headers } = await makeToken('viewer')
    const streams = [await watch(id, headers), await watch(id, await signIn(adminToken))]
    const claim = encodeURIComponent(JSON.stringify({ holder: 'somebody else', tokenId: null, expiresMs: null }))
    const claims = { ...headers, 'X-Actor': 'x', 'X-Request-Id': 'another' }
    const refused = await ask(`${streamOf(id)}&pass=${claim}&holder=x&request=${claim}`, { headers: claims })
    expect(refused.status).toBe(429)
    expect((await ask(streamOf(id), { headers: asAdmin })).status).toBe(429)
    await cancelStreams(streams)
  })
})
