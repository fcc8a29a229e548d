import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TOKEN_USE_INTERVAL_MS } from '../../../src/platform/limits.ts'
import { api, cancelAll, setClock, startMs } from '../api.ts'
import { breakD1, meterD1, restoreD1 } from '../meters.ts'
import { newKey, newTeam, signed } from './access-team.ts'
import { adminToken, asAdmin, ask, askWith, closed, type MadeToken, makeToken, whoIs } from './closed.ts'
import { signIn } from './cookies.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  restoreD1()
  vi.restoreAllMocks()
  await cancelAll()
  vi.useRealTimers()
})

type Logged = { type: string; actor: string | null }

test('the event log names the actor of each event: a token, the admin, an address; and none for automatic events', async () => {
  const key = await newKey('actors')
  const team = newTeam(key)
  using _ = closed({
    MAX_ACTIVE_JOBS: '10',
    ACCESS_TEAM_DOMAIN: team.domain,
    ACCESS_AUD: team.audience,
    ACCESS_ROLES: '*@example.org=operator',
  })
  const bot = await makeToken('operator', { name: 'ci-bot' })
  const who: [Record<string, string>, string][] = [
    [bot.headers, 'token:ci-bot'],
    [await signIn(bot.token), 'token:ci-bot'],
    [asAdmin, 'admin'],
    [await signIn(adminToken), 'admin'],
    [
      { 'Cf-Access-Jwt-Assertion': await signed(key, team.claims({ email: 'Anna@Example.org' })) },
      'access:anna@example.org',
    ],
  ]
  for (const [headers, actor] of who) {
    const claims = { ...headers, 'X-Actor': 'somebody else', 'X-Forwarded-User': 'somebody else' }
    const body = { name: 'Zeugnis', bundeslaender: ['BY'], actor: 'somebody else', created_by: 'somebody else' }
    const { id } = (await (await askWith('POST', `${api}/jobs`, body, claims)).json()) as { id: string }
    expect((await ask(`${api}/jobs/${id}/cancel`, { method: 'POST', headers: claims })).status).toBe(200)
    const events = (await (await ask(`${api}/jobs/${id}/events`, { headers: asAdmin })).json()) as Logged[]
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([
      ['created', actor],
      ['preparation_started', null],
      ['cancelled', actor],
    ])
    expect(await (await ask(`${api}/jobs/${id}`, { headers: asAdmin })).json()).toMatchObject({ created_by: actor })
  }
})

test('actors with similar names stay distinct: no token is taken for the admin, an address, or another token', async () => {
  using _ = closed()
  for (const name of ['admin', 'anonymous', 'access:anna@example.org', 'token:x', 'x']) {
    const { headers } = await makeToken('viewer', { name })
    expect(await whoIs(headers)).toMatchObject({ kind: 'token', name, role: 'viewer' })
  }
  for (const name of ['x', ' x ', 'admin\t', 'x\u200b', '\u202ex', 'a\u00addmin']) {
    const response = await askWith('POST', '/api/v1/admin/tokens', { name, role: 'viewer' }, asAdmin)
    expect([409, 422], name).toContain(response.status)
  }
})

test('a token shows who created it', async () => {
  using _ = closed()
  const maker = await makeToken('admin', { name: 'maker' })
  const body = { name: 'made', role: 'viewer' }
  const forged = await askWith('POST', '/api/v1/admin/tokens', { ...body, created_by: 'x' }, maker.headers)
  expect(forged.status).toBe(422)
  const made = await askWith('POST', '/api/v1/admin/tokens', body, maker.headers)
  expect(await made.json()).toMatchObject({ created_by: 'token:maker' })
})

const lastUse = async ({ id }: MadeToken) => {
  const row = await env.DB.prepare('SELECT last_used_ms FROM api_tokens WHERE id = ?').bind(Number(id)).first()
  return row?.last_used_ms
}

/** Polls D1 for a condition: the last use is recorded after the answer. `vi.waitFor` would move the clock. */
async function soon(made: MadeToken, isSo: (ms: unknown) => boolean) {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (isSo(await lastUse(made))) return
  }
  throw new Error(`The last use is ${await lastUse(made)}`)
}

test('the last use of a token is written once an hour, however often it is used', async () => {
  using _ = closed()
  const made = await makeToken('viewer')
  const session = await signIn(made.token)
  expect(await lastUse(made)).toBeNull()
  await whoIs(made.headers)
  await soon(made, (ms) => ms === startMs)
  setClock(startMs + TOKEN_USE_INTERVAL_MS - 1)
  const meter = meterD1()
  for (let n = 0; n < 5; n++) {
    await whoIs(made.headers)
    await whoIs(session)
  }
  meter.stop()
  expect([meter.rowsWritten, await lastUse(made)]).toEqual([0, startMs])
  setClock(startMs + TOKEN_USE_INTERVAL_MS)
  await whoIs(session)
  await soon(made, (ms) => ms === startMs + TOKEN_USE_INTERVAL_MS)
})

test('a use that D1 fails to record rejects no request, and is recorded by a later one', async () => {
  using _ = closed()
  const warned = vi.spyOn(console, 'warn')
  const made = await makeToken('viewer')
  breakD1('refused', 'UPDATE api_tokens')
  expect(await whoIs(made.headers)).toMatchObject({ kind: 'token' })
  await soon(made, () => warned.mock.calls.flat().join().includes('token_use_unnoted'))
  restoreD1()
  await whoIs(made.headers)
  await soon(made, (ms) => ms === startMs)
})

test('a rejected token is not recorded as used', async () => {
  using _ = closed()
  const made = await makeToken('viewer', { expires_at: new Date(startMs + 1_000).toISOString() })
  setClock(startMs + 1_000)
  expect(await whoIs(made.headers)).toBe(401)
  expect(await lastUse(made)).toBeNull()
})
