import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { app } from '../../../src/app.ts'
import { authorize } from '../../../src/auth/authorize.ts'
import type { AppEnv } from '../../../src/auth/env.ts'
import { permissions, type Requirement } from '../../../src/auth/permissions.ts'
import { requiredRole } from '../../../src/auth/required-role.ts'
import type { Role } from '../../../src/shared/role.ts'
import { cancelAll, setClock, startMs } from '../api.ts'
import { asAdmin, ask, askWith, bearer, closed, makeToken, whoIs } from './closed.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { createFixtures, initOf, requestsTo, routes } from './routes.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

/** The required roles for which each role is refused. */
const refused: [Role, Role[]][] = [
  ['viewer', ['operator', 'admin']],
  ['operator', ['admin']],
  ['runner', ['viewer', 'operator', 'admin']],
]

test.each(refused)('a %s is refused what requires %j, learns why, and changes nothing', async (role, beyond) => {
  const things = await createFixtures()
  using _ = closed()
  const { headers } = await makeToken(role)
  await whoIs(headers)
  const before = await contentsOfD1()
  const attempts = requestsTo(things).filter(({ needs }) => beyond.some((one) => one === needs))
  expect(attempts.length).toBeGreaterThan(5)
  for (const asked of attempts) {
    const response = await ask(asked.path, initOf(asked, headers))
    expect(response.status, asked.route).toBe(403)
    expect(await response.json(), asked.route).toMatchObject({
      type: 'urn:stellwerk:problem:forbidden',
      detail: `Requires role ${asked.needs}; you have ${role}`,
    })
    if (asked.method === 'GET') expect((await ask(asked.path, { method: 'HEAD', headers })).status).toBe(403)
  }
  expect(await contentsOfD1()).toEqual(before)
})

/** The required roles that each role includes. */
const included: [Role, Requirement[]][] = [
  ['viewer', ['viewer']],
  ['operator', ['viewer', 'operator']],
  ['admin', ['viewer', 'operator', 'admin', 'runner']],
  ['runner', ['runner']],
]

test.each(included)('a role is allowed everything that requires a role it includes: %s, %j', async (role, may) => {
  const things = await createFixtures()
  using _ = closed()
  const { headers } = await makeToken(role)
  // Requests that delete something come last, so that the others find it.
  const allowed = requestsTo(things).filter(({ needs }) => may.includes(needs))
  for (const asked of allowed.sort((a, b) => rank(a.method) - rank(b.method))) {
    const response = await ask(asked.path, initOf(asked, headers))
    // 409 and 400 prove authorization too: the job or the version is in another state. So does 404 of a file.
    const expected = [200, 201, 204, 400, 409, ...(/:path|:upload|\/mlflow\//.test(asked.route) ? [404] : [])]
    expect(expected, `${asked.route}: ${response.status}`).toContain(response.status)
    await response.body?.cancel()
  }
})

const rank = (method: string) => ['GET', 'PUT', 'POST', 'DELETE'].indexOf(method)

describe('the table', () => {
  test('contains every route of the router, and no other', () => {
    expect(Object.keys(permissions).sort()).toEqual([...routes].sort())
  })

  test('omits no route for all methods: those are middleware, and what a door does not offer', () => {
    const forAll = app.routes.filter(({ method }) => method === 'ALL')
    expect(new Set(forAll.map(({ path }) => path))).toEqual(new Set(['/*', '/mlflow/api/*']))
    expect(routes.filter((route) => route.includes('*'))).toEqual([])
  })

  test('leaves only the health check, signing in and signing out public', () => {
    const open = Object.keys(permissions).filter((route) => permissions[route] === 'anyone')
    // The address of a part carries a right of its own.
    const parts = 'PUT /mlflow/api/2.0/mlflow-artifacts/mpu/parts/:job/:upload/:part'
    expect(open).toEqual(['GET /health', 'POST /session', 'DELETE /session', parts])
  })

  test('lets no viewer change anything, and requires admin to delete jobs, versions or tokens', () => {
    for (const [route, role] of Object.entries(permissions)) {
      if (role === 'viewer') expect(route).toMatch(/^GET |^POST .*\/(search|get-latest-versions)$/)
      if (/^DELETE .*\/(jobs|models|tokens)\/:id$/.test(route)) expect(role, route).toBe('admin')
      if (route.includes('/admin/tokens')) expect(role, route).toBe('admin')
    }
  })

  test.each(['GET', 'POST', 'DELETE'])(
    'forbids a route that is missing in it, even to an admin: %s',
    async (method) => {
      const seen: string[] = []
      const small = new Hono<AppEnv>()
        .use(async (c, next) => {
          c.set('credential', {
            kind: 'token',
            name: 'admin',
            actor: 'admin',
            role: 'admin',
            expiresMs: null,
            tokenId: null,
          })
          seen.push(requiredRole(c))
          await next()
        })
        .use(authorize)
        .on(method, '/api/v1/admin/forgotten/:id', (c) => c.text('secret'))
      const response = await small.request('/api/v1/admin/forgotten/1', { method }, {})
      expect([seen, response.status]).toEqual([['nobody'], 403])
      expect(await response.json()).toMatchObject({ detail: 'Requires role nobody; you have admin' })
    },
  )
})

test('the role is the token’s, whatever the request claims', async () => {
  using _ = closed()
  const { headers } = await makeToken('viewer')
  const other = `/api/v1/admin/tokens/${(await makeToken('viewer')).id}`
  const claims = { 'X-Role': 'admin', 'X-Actor': 'admin', 'X-HTTP-Method-Override': 'DELETE', Cookie: 'role=admin' }
  expect(await whoIs({ ...headers, ...claims })).toMatchObject({ role: 'viewer' })
  const before = await contentsOfD1()
  const tunnelled = await askWith('POST', `${other}?_method=DELETE`, { _method: 'DELETE' }, { ...headers, ...claims })
  expect(tunnelled.status).toBe(405)
  expect((await ask(other, { headers: { ...headers, ...claims } })).status).toBe(405)
  expect(await contentsOfD1()).toEqual(before)
})

test('of two credentials in one request the token counts, even if the other has a higher role', async () => {
  using _ = closed()
  const viewer = await makeToken('viewer')
  const signedIn = await askWith('POST', '/session', { token: asAdmin.Authorization.slice(7) })
  const Cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(await whoIs({ Cookie })).toMatchObject({ kind: 'session', role: 'admin' })
  expect(await whoIs({ Cookie, ...viewer.headers })).toMatchObject({ kind: 'token', role: 'viewer' })
  expect(await whoIs({ Cookie, ...bearer('wrong') })).toBe(401)
})
