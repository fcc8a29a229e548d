import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { cancelAll, setClock, startMs } from '../api.ts'
import { type Key, newKey, newTeam, signed, whoHas } from './access-team.ts'
import { ask, askWith, closed, fromLocalhost, makeToken } from './closed.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { forgeries } from './forged-assertions.ts'
import { createFixtures, initOf, requestsTo } from './routes.ts'

let key: Key
let stranger: Key
beforeAll(async () => {
  key = await newKey('key-1')
  stranger = await newKey('key-2')
})
beforeEach(() => {
  setClock(startMs)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const roles = 'anna@example.org=operator *@example.org=viewer'

test('an assertion grants the role of its address, else of the domain, until it expires', async () => {
  const team = newTeam(key)
  using _ = team.closed(`${roles} bert@example.org=admin *@schule.example=operator`)
  const expires_at = new Date(startMs + 3_600_000).toISOString()
  const anna = { kind: 'access', name: 'anna@example.org', role: 'operator', expires_at }
  expect(await whoHas(await signed(key, team.claims()))).toEqual(anna)
  expect(await whoHas(await signed(key, team.claims({ email: 'ANNA@Example.org', aud: team.audience })))).toEqual(anna)
  const others = { 'bert@example.org': 'admin', 'carl@example.org': 'viewer', 'dora@schule.example': 'operator' }
  for (const [email, role] of Object.entries(others)) {
    expect(await whoHas(await signed(key, team.claims({ email })))).toMatchObject({ name: email, role })
  }
  expect(team.asked).toBe(1)
})

test('an address with a lower role than its domain has only its own role', async () => {
  const team = newTeam(key)
  using _ = team.closed('*@example.org=admin anna@example.org=viewer')
  expect(await whoHas(await signed(key, team.claims()))).toMatchObject({ role: 'viewer' })
})

test.each(['eve@example.com', 'anna@example.org.evil.example', 'anna@evil-example.org', 'example.org', '*', ''])(
  'an address that Access authenticated but that has no role here gets 403: %s',
  async (email) => {
    const team = newTeam(key)
    using _ = team.closed(roles)
    const response = await ask('/api/v1/admin/training/jobs', {
      headers: { 'Cf-Access-Jwt-Assertion': await signed(key, team.claims({ email })) },
    })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ type: 'urn:stellwerk:problem:no-role' })
  },
)

test.each(forgeries)('an assertion %s is refused, and opens neither a route nor a page', async (_, forge) => {
  const team = newTeam(key)
  using __ = team.closed(roles)
  expect(await whoHas(await signed(key, team.claims()))).toMatchObject({ role: 'operator' })
  const headers = { 'Cf-Access-Jwt-Assertion': await forge({ team, key, stranger }) }
  for (const path of ['/session', '/docs', '/api/v1/admin/training/jobs']) {
    const response = await ask(path, { headers })
    expect([response.status, response.headers.get('www-authenticate')], path).toEqual([
      401,
      'Bearer realm="stellwerk", error="invalid_token"',
    ])
    expect(await response.json(), path).toMatchObject({ type: 'urn:stellwerk:problem:invalid-assertion' })
  }
})

test('no forged assertion grants access to any route, streams included, or changes anything', async () => {
  const things = await createFixtures()
  const team = newTeam(key)
  {
    using _ = team.closed(roles)
    const before = await contentsOfD1()
    for (const [name, forge] of forgeries) {
      const headers = { 'Cf-Access-Jwt-Assertion': await forge({ team, key, stranger }) }
      for (const asked of requestsTo(things).filter(({ needs }) => needs !== 'anyone')) {
        expect((await ask(asked.path, initOf(asked, headers))).status, `${asked.route} ${name}`).toBe(401)
      }
    }
    expect(await contentsOfD1()).toEqual(before)
  }
  await cancelAll()
})

test('an assertion expires at the exact second', async () => {
  const team = newTeam(key)
  using _ = team.closed(roles)
  const assertion = await signed(key, team.claims({ exp: startMs / 1_000 + 10 }))
  setClock(startMs + 9_999)
  expect(await whoHas(assertion)).toMatchObject({ kind: 'access' })
  setClock(startMs + 10_000)
  expect(await whoHas(assertion)).toBe(401)
})

test('the cookie of Access alone is not an assertion: any client can send it where Access is not in front', async () => {
  const team = newTeam(key)
  using _ = team.closed(roles)
  const assertion = await signed(key, team.claims())
  expect((await ask('/session', { headers: { Cookie: `CF_Authorization=${assertion}` } })).status).toBe(401)
  expect((await ask('/session', { headers: { Authorization: `Bearer ${assertion}` } })).status).toBe(401)
  expect((await ask(`/session?Cf-Access-Jwt-Assertion=${assertion}`)).status).toBe(401)
})

test('without Access configured its header is ignored, valid or not', async () => {
  const team = newTeam(key)
  using _ = closed()
  const { headers } = await makeToken('viewer')
  const assertion = await signed(key, team.claims())
  expect(await whoHas(assertion)).toBe(401)
  expect(await whoHas('nonsense', headers)).toMatchObject({ kind: 'token', role: 'viewer' })
  expect(team.asked).toBe(0)
})

test('with Access configured local access is off, with an invalid assertion or without one', async () => {
  const team = newTeam(key)
  const vars = { ADMIN_TOKEN: '', ACCESS_TEAM_DOMAIN: team.domain, ACCESS_AUD: team.audience }
  using _ = closed({ ALLOW_ANYONE_ON_LOCALHOST: 'true', ...vars })
  expect(await whoHas('nonsense', fromLocalhost)).toBe(401)
  expect((await ask('/session', { headers: fromLocalhost })).status).toBe(401)
})

test('a role in ACCESS_ROLES grants no more than that role', async () => {
  const team = newTeam(key)
  using _ = team.closed('*@example.org=viewer')
  const headers = { 'Cf-Access-Jwt-Assertion': await signed(key, team.claims({ role: 'admin', roles: ['admin'] })) }
  expect((await ask('/api/v1/admin/training/jobs', { headers })).status).toBe(200)
  expect((await askWith('POST', '/api/v1/admin/training/jobs', {}, headers)).status).toBe(403)
  expect((await ask('/api/v1/admin/tokens', { headers })).status).toBe(403)
})
