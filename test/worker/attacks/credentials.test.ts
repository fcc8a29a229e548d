import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { newToken } from '../../../src/auth/token.ts'
import { setClock, snapshotOf, startMs } from '../api.ts'
import { asAdmin, ask, bearer, closed, makeToken, revoke, whoIs } from './closed.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { createFixtures, type Fixtures, initOf, pages, type RouteRequest, requestsTo } from './routes.ts'

let things: Fixtures
let guarded: RouteRequest[]
let vars: Disposable
const ended: Record<string, string> = {}

beforeAll(async () => {
  setClock(startMs)
  things = await createFixtures()
  guarded = requestsTo(things).filter(({ needs }) => needs !== 'anyone')
  vars = closed()
  const expired = await makeToken('admin', { expires_at: new Date(Date.now() + 1_000).toISOString() })
  const revoked = await makeToken('admin')
  // Once accepted, it is cached.
  expect(await whoIs(revoked.headers)).toMatchObject({ role: 'admin' })
  await revoke(revoked)
  setClock(Date.now() + 1_000)
  Object.assign(ended, { expired: `Bearer ${expired.token}`, revoked: `Bearer ${revoked.token}` })
})
beforeEach(() => {
  setClock(startMs + 1_000_000)
})
afterEach(() => {
  vi.useRealTimers()
})
afterAll(() => vars[Symbol.dispose]())

const token = newToken()
const admin = asAdmin.Authorization.slice('Bearer '.length)
const credentials: [name: string, header: () => string | null][] = [
  ['no credential', () => null],
  ['an empty one', () => ''],
  ['the scheme alone', () => 'Bearer'],
  ['the scheme and a blank', () => 'Bearer '],
  ['a token without its scheme', () => admin],
  ['the scheme without its blank', () => `Bearer${admin}`],
  ['the token behind a tab', () => `Bearer\t${admin}`],
  ['another scheme', () => `Basic ${btoa(`admin:${admin}`)}`],
  ['the token under another scheme', () => `Token ${admin}`],
  ['the token twice', () => `Bearer ${admin} ${admin}`],
  ['two credentials in one header', () => `Bearer ${token}, Bearer ${admin}`],
  ['a token of 8 KiB', () => `Bearer ${'a'.repeat(8_192)}`],
  ['the admin token without its end', () => `Bearer ${admin.slice(0, -1)}`],
  ['the admin token and more', () => `Bearer ${admin}=`],
  ['the admin token in capitals', () => `Bearer ${admin.toUpperCase()}`],
  ['a token that nobody was given', () => `Bearer ${token}`],
  ['one that reads as SQL', () => "Bearer stw_'OR(1)=1--"],
  ['the name of a var', () => 'Bearer undefined'],
  ['an expired token', () => ended.expired ?? ''],
  ['a revoked token', () => ended.revoked ?? ''],
]

test.each(credentials)('%s grants access to no route, and changes nothing', async (_, header) => {
  const before = await stateOf()
  const authorization = header()
  for (const asked of guarded) {
    const headers: Record<string, string> = authorization === null ? {} : { Authorization: authorization }
    const response = await ask(asked.path, initOf(asked, headers))
    await expectRefusal(response, asked.route, Boolean(authorization))
  }
  expect(await stateOf()).toEqual(before)
})

test('HEAD without a credential does not reveal whether something exists or what it contains', async () => {
  for (const { path, route } of guarded.filter(({ method }) => method === 'GET')) {
    for (const headers of [{}, bearer(token), { Authorization: ended.expired ?? '' }]) {
      const response = await ask(path, { method: 'HEAD', headers })
      expect([response.status, await response.text(), response.headers.get('etag')], route).toEqual([401, '', null])
    }
  }
})

test('a token that is not ASCII is not valid', async () => {
  await expectRefusal(await ask('/session', { headers: bearer('t\u00f6ken') }), 'not ASCII', true)
})

test.each([...pages, '/nothing', '/api', '/api/v1/nothing', '/robots.txt', '/dashboard/nothing/docs'])(
  'without a credential %s is not shown, nor whether it exists; a browser gets the sign-in page',
  async (path) => {
    await expectRefusal(await ask(path), path, false)
    await expectRefusal(await ask(path, { headers: bearer(token) }), path, true)
    const response = await ask(path, { headers: { Accept: 'text/html,*/*' } })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="stellwerk"'])
    const isPage = !path.startsWith('/api/')
    expect((await response.text()).includes('<div id="app">'), path).toBe(isPage)
  },
)

test('an unsupported method is 401 without a credential, and does not reveal the supported ones', async () => {
  for (const method of ['PATCH', 'OPTIONS', 'PROPFIND', 'PUT']) {
    const response = await ask(`/api/v1/admin/tokens`, { method })
    await expectRefusal(response, method, false)
    expect(response.headers.get('allow'), method).toBeNull()
  }
})

test.each(['?token=', '?access_token=', '?authorization=Bearer%20', '?api_key='])(
  'a token in the address (%s…) is not a credential',
  async (query) => {
    for (const { method, path } of guarded) {
      const separator = path.includes('?') ? query.replace('?', '&') : query
      expect((await ask(path + separator + encodeURIComponent(admin), { method })).status, path).toBe(401)
    }
  },
)

test.each([
  'X-API-Key',
  'X-Auth-Token',
  'Proxy-Authorization',
  'Cookie',
  'X-Forwarded-User',
  'Cf-Access-Authenticated-User-Email',
])('a token in %s is not a credential', async (header) => {
  const value = header === 'Cookie' ? `stellwerk=${admin}; token=${admin}` : `Bearer ${admin}`
  expect((await ask('/session', { headers: { [header]: value } })).status).toBe(401)
})

test('only a few routes need no credential', () => {
  const open = requestsTo(things).filter(({ needs }) => needs === 'anyone')
  // The address of a part carries a right of its own.
  const parts = 'PUT /mlflow/api/2.0/mlflow-artifacts/mpu/parts/:job/:upload/:part'
  expect(open.map(({ route }) => route)).toEqual(['GET /health', 'POST /session', 'DELETE /session', parts])
})

async function stateOf() {
  const jobs = [await snapshotOf(things.training), await snapshotOf(things.paused)]
  return { ...(await contentsOfD1()), revisions: jobs.map((job) => job?.revision) }
}

async function expectRefusal(response: Response, what: string, showedSomething: boolean) {
  expect(response.status, what).toBe(401)
  expect(response.headers.get('content-type'), what).toBe('application/problem+json')
  const challenge = `Bearer realm="stellwerk"${showedSomething ? ', error="invalid_token"' : ''}`
  expect(response.headers.get('www-authenticate'), what).toBe(challenge)
  const kind = showedSomething ? 'invalid-token' : 'unauthorized'
  expect(await response.json(), what).toMatchObject({ status: 401, type: `urn:stellwerk:problem:${kind}` })
}
