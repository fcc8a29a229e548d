import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CREDENTIAL_CHECK_MS, SESSION_AGE_MAX_MS } from '../../../src/platform/limits.ts'
import { api, setClock, startMs } from '../api.ts'
import { EventStream } from '../event-stream.ts'
import { breakD1, restoreD1 } from '../meters.ts'
import { newKey, newTeam, signed } from './access-team.ts'
import { asAdmin, ask, closed, makeToken, revoke } from './closed.ts'
import { signIn } from './cookies.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(() => {
  restoreD1()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const IMAGES = 20
/** A batch is never more than a few images ahead of its reader, so the test can act in between. */
const vars = { SIMULATION_SPEED: '1000' }

/** A batch whose first event was received. */
async function begin(headers: Record<string, string>) {
  const stream = new EventStream(await ask(`${api}/ocr/stream?images_count=${IMAGES}`, { headers }))
  expect((await stream.event())?.data).toMatchObject({ type: 'progress', current: 1 })
  return stream
}

/** Whether the batch continues to its completion; otherwise the stream must end early. */
async function isCarriedOn(stream: EventStream) {
  const rest = await stream.rest()
  const isComplete = rest.at(-1)?.data.type === 'complete'
  expect(rest.length === IMAGES).toBe(isComplete)
  return isComplete
}

const outcomes = (streams: EventStream[]) => Promise.all(streams.map(isCarriedOn))

describe('a batch ends', () => {
  test('when its token expires, and those of others continue', async () => {
    using _ = closed(vars)
    const expiring = await makeToken('operator', { expires_at: new Date(startMs + 1_000).toISOString() })
    const other = await makeToken('operator')
    const streams = await Promise.all([expiring.headers, other.headers, asAdmin].map(begin))
    setClock(startMs + 1_000)
    expect(await outcomes(streams)).toEqual([false, true, true])
  })

  test('when the session that started it ends, even if the token stays valid', async () => {
    using _ = closed(vars)
    const { token, headers } = await makeToken('operator')
    const session = await signIn(token)
    setClock(startMs + SESSION_AGE_MAX_MS - 1)
    const streams = [await begin(session), await begin(headers)]
    setClock(startMs + SESSION_AGE_MAX_MS)
    expect(await outcomes(streams)).toEqual([false, true])
  })

  test('when the assertion of Cloudflare Access expires', async () => {
    const key = await newKey('ocr')
    const team = newTeam(key)
    using _ = team.closed('*@example.org=operator')
    using __ = closed({ ...vars, ACCESS_TEAM_DOMAIN: team.domain, ACCESS_AUD: team.audience })
    const until = async (ms: number) => ({
      'Cf-Access-Jwt-Assertion': await signed(key, team.claims({ exp: (startMs + ms) / 1_000 })),
    })
    const streams = [await begin(await until(10_000)), await begin(await until(20_000))]
    setClock(startMs + 10_000)
    expect(await outcomes(streams)).toEqual([false, true])
  })

  test('within half a minute after its token is revoked, and those of others continue', async () => {
    using _ = closed(vars)
    const leaked = await makeToken('operator')
    const other = await makeToken('operator')
    const holders = [leaked.headers, await signIn(leaked.token), other.headers, await signIn(other.token), asAdmin]
    const streams = await Promise.all(holders.map(begin))
    await revoke(leaked)
    setClock(startMs + CREDENTIAL_CHECK_MS)
    expect(await outcomes(streams)).toEqual([false, false, true, true, true])
  })
})

test('a batch continues while D1 is unavailable: no token can have been revoked', async () => {
  using _ = closed(vars)
  const warned = vi.spyOn(console, 'warn')
  const stream = await begin((await makeToken('operator')).headers)
  breakD1('refused', 'FROM api_tokens')
  setClock(startMs + CREDENTIAL_CHECK_MS)
  expect(await isCarriedOn(stream)).toBe(true)
  expect(warned.mock.calls.flat().join()).toContain('credentials_unchecked')
})

test('the id of a batch is not a credential: resuming it requires a valid one', async () => {
  using _ = closed(vars)
  const { headers } = await makeToken('operator')
  const query = `?images_count=${IMAGES}&after=${startMs}.3`
  expect((await ask(`${api}/ocr/stream${query}`)).status).toBe(401)
  expect((await ask(`${api}/ocr/stream${query}`, { headers: (await makeToken('viewer')).headers })).status).toBe(403)
  const resumed = new EventStream(await ask(`${api}/ocr/stream${query}`, { headers }))
  expect((await resumed.event())?.data).toMatchObject({ current: 4 })
  await resumed.cancel()
})
