import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  CREDENTIAL_CHECK_MS,
  IDLE_TICK_MS,
  SESSION_AGE_MAX_MS,
  STREAM_AGE_MAX_MS,
} from '../../../src/platform/limits.ts'
import { cancelAll, createJob, startMs, withVars } from '../api.ts'
import { advance, freezeTime } from '../fake-time.ts'
import { breakD1, restoreD1 } from '../meters.ts'
import { newKey, newTeam, signed } from './access-team.ts'
import { adminToken, asAdmin, ask, closed, makeToken, revoke } from './closed.ts'
import { signIn } from './cookies.ts'
import {
  advanceQuietly,
  cancelStreams,
  quietJob,
  streamOf,
  streamsShowingChange,
  watch,
  watchWhenPossible,
} from './watch-streams.ts'

beforeEach(() => {
  freezeTime()
})
afterEach(async () => {
  restoreD1()
  await cancelAll()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()

describe('a stream ends', () => {
  test('within a tick of its token’s expiry, and those of others continue', async () => {
    const id = await quietJob()
    using _ = closed()
    const expiring = await makeToken('viewer', { expires_at: inMs(60_000) })
    const other = await makeToken('viewer')
    const streams = await Promise.all([expiring.headers, other.headers, asAdmin].map((headers) => watch(id, headers)))
    await advanceQuietly(id, 60_000 - 1)
    expect(await streamsShowingChange(id, streams)).toEqual([true, true, true])
    await advanceQuietly(id, 1 + IDLE_TICK_MS)
    expect(await streamsShowingChange(id, streams)).toEqual([false, true, true])
    expect((await ask(streamOf(id), { headers: expiring.headers })).status).toBe(401)
    await cancelStreams(streams)
  })

  test('with the session that opened it, even if its token stays valid', async () => {
    const id = await quietJob()
    using _ = closed()
    const { token, headers } = await makeToken('viewer')
    const session = await signIn(token)
    vi.setSystemTime(startMs + SESSION_AGE_MAX_MS - 60_000)
    const streams = [await watch(id, session), await watch(id, headers)]
    expect(await streamsShowingChange(id, streams)).toEqual([true, true])
    await advanceQuietly(id, 60_000 + IDLE_TICK_MS)
    expect(await streamsShowingChange(id, streams)).toEqual([false, true])
    await cancelStreams(streams)
  })

  test.each([0, 1, CREDENTIAL_CHECK_MS - 1, CREDENTIAL_CHECK_MS])(
    'within a minute after its token is revoked, %i ms after it was opened, and those of others continue',
    async (ms) => {
      const id = await quietJob()
      using _ = closed()
      const leaked = await makeToken('viewer')
      const other = await makeToken('operator')
      const holders = [leaked.headers, await signIn(leaked.token), other.headers, await signIn(other.token), asAdmin]
      const streams = await Promise.all(holders.map((headers) => watch(id, headers)))
      await advanceQuietly(id, ms)
      await revoke(leaked)
      await advanceQuietly(id, 60_000)
      expect(await streamsShowingChange(id, streams)).toEqual([false, false, true, true, true])
      expect((await ask(streamOf(id), { headers: leaked.headers })).status).toBe(401)
      await cancelStreams(streams)
    },
  )
})

test('streams continue while D1 is unavailable, since no token can be revoked, and are checked again afterwards', async () => {
  const id = await quietJob()
  using _ = closed()
  const warned = vi.spyOn(console, 'warn')
  const leaked = await makeToken('viewer')
  const streams = [await watch(id, leaked.headers), await watch(id, asAdmin)]
  await revoke(leaked)
  breakD1('refused', 'FROM api_tokens')
  await advanceQuietly(id, 2 * 60_000)
  expect(await streamsShowingChange(id, streams)).toEqual([true, true])
  expect(warned.mock.calls.flat().join()).toContain('credentials_unchecked')
  restoreD1()
  await advanceQuietly(id, 60_000)
  expect(await streamsShowingChange(id, streams)).toEqual([false, true])
  await cancelStreams(streams)
})

test('reconnecting after a stream ended by its age requires a valid credential', async () => {
  const id = await quietJob()
  using _ = closed()
  const endsMs = Date.now() + 2 * STREAM_AGE_MAX_MS
  const { headers } = await makeToken('viewer', { expires_at: new Date(endsMs).toISOString() })
  const stream = await watch(id, headers)
  const first = await stream.event()
  await advance(id, STREAM_AGE_MAX_MS * 1.2)
  expect(await stream.rest()).toEqual([])
  const again = { ...headers, 'Last-Event-ID': first?.id ?? '' }
  const next = await watch(id, again)
  expect(await streamsShowingChange(id, [next])).toEqual([true])
  await next.cancel()
  vi.setSystemTime(endsMs)
  expect((await ask(streamOf(id), { headers: again })).status).toBe(401)
})

test('a stream opened with Cloudflare Access ends when the assertion expires', async () => {
  const id = await quietJob()
  const key = await newKey('streams')
  const team = newTeam(key)
  using _ = closed({ ACCESS_TEAM_DOMAIN: team.domain, ACCESS_AUD: team.audience, ACCESS_ROLES: '*@example.org=viewer' })
  const until = async (ms: number) => ({
    'Cf-Access-Jwt-Assertion': await signed(key, team.claims({ exp: (Date.now() + ms) / 1_000 })),
  })
  const streams = [await watch(id, await until(60_000)), await watch(id, await until(600_000))]
  await advanceQuietly(id, 60_000 - 1)
  expect(await streamsShowingChange(id, streams)).toEqual([true, true])
  await advanceQuietly(id, 1 + IDLE_TICK_MS)
  expect(await streamsShowingChange(id, streams)).toEqual([false, true])
  await cancelStreams(streams)
})

describe('one credential', () => {
  test('has a limited number of streams of a job; others are not affected, and a closed stream frees its place', async () => {
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
    streams.push(await watchWhenPossible(id, greedy.headers))
    await cancelStreams(streams)
  })

  test('is counted by its identity, not by what the request claims', async () => {
    using _ = withVars({ MAX_STREAMS_PER_CREDENTIAL: '1' })
    const id = await createJob()
    using __ = closed()
    const { headers } = await makeToken('viewer')
    const streams = [await watch(id, headers), await watch(id, await signIn(adminToken))]
    const claim = encodeURIComponent(JSON.stringify({ holder: 'somebody else', tokenId: null, expiresMs: null }))
    const claims = { ...headers, 'X-Actor': 'x', 'X-Request-Id': 'another' }
    const refused = await ask(`${streamOf(id)}&_=${claim}`, { headers: claims })
    expect(refused.status).toBe(429)
    expect((await ask(streamOf(id), { headers: asAdmin })).status).toBe(429)
    await cancelStreams(streams)
  })
})
