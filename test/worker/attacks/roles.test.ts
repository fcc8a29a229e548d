import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { app } from '../../../src/app.ts'
import { authorize, requiredRole } from '../../../src/auth/authorize.ts'
import type { AppEnv } from '../../../src/auth/env.ts'
import { permissions } from '../../../src/auth/permissions.ts'
import { type Role, roles } from '../../../src/shared/role.ts'
import { cancelAll, setClock, startMs } from '../api.ts'
import { asAdmin, ask, askWith, bearer, closed, makeToken, whoIs } from './closed.ts'
import { contentsOfD1 } from './contents.ts'
import { initOf, makeThings, requestsTo, routes } from './routes.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

/** What each role is refused: the roles that are needed for it. */
const refused: [Role, Role[]][] = [
  ['viewer', ['operator', 'admin']],
  ['operator', ['admin']],
]

test.each(refused)('a %s is refused what only %j may do, is told why, and changes nothing', async (role, beyond) => {
  const things = await makeThings()
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
      detail: `This takes the role ${asked.needs}; yours is ${role}`,
    })
    if (asked.method === 'GET') expect((await ask(asked.path, { method: 'HEAD', headers })).status).toBe(403)
  }
  expect(await contentsOfD1()).toEqual(before)
})

test.each(roles)('a role is let in to all that it may do: %s', async (role) => {
  const things = await makeThings()
  using _ = closed()
  const { headers } = await makeToken(role)
  const may: (Role | 'anyone')[] = roles.slice(0, roles.indexOf(role) + 1)
  // What ends a thing comes last, so that each request finds it.
  const allowed = requestsTo(things).filter(({ needs }) => may.includes(needs))
  for (const asked of allowed.sort((a, b) => rank(a.method) - rank(b.method))) {
    const response = await ask(asked.path, initOf(asked, headers))
    // One thing is enough to show that it is let in: 409 and 400 say that the job or the version is in no such state.
    expect([200, 201, 400, 409], `${asked.route}: ${response.status}`).toContain(response.status)
    await response.body?.cancel()
  }
})

const rank = (method: string) => ['GET', 'PUT', 'POST', 'DELETE'].indexOf(method)

describe('the table', () => {
  test('names every route of the router, and no other', () => {
    expect(Object.keys(permissions).sort()).toEqual([...routes].sort())
  })

  test('misses no route that takes all methods: those are middleware, for all paths', () => {
    const forAll = app.routes.filter(({ method }) => method === 'ALL')
    expect(new Set(forAll.map(({ path }) => path))).toEqual(new Set(['/*']))
    expect(routes.filter((route) => route.includes('*'))).toEqual([])
  })

  test('opens nothing to anyone but a probe, and signing in and out', () => {
    const open = Object.keys(permissions).filter((route) => permissions[route] === 'anyone')
    expect(open).toEqual(['GET /health', 'POST /session', 'DELETE /session'])
  })

  test('has no viewer change anything, and has whatever deletes jobs, versions or tokens need an admin', () => {
    for (const [route, role] of Object.entries(permissions)) {
      if (role === 'viewer') expect(route).toMatch(/^GET /)
      if (/^DELETE .*(jobs|models|tokens)/.test(route)) expect(role, route).toBe('admin')
      if (route.includes('/admin/tokens')) expect(role, route).toBe('admin')
    }
  })

  test.each(['GET', 'POST', 'DELETE'])(
    'a route that is not in it is nobody’s, not even an admin’s: %s',
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
      expect(await response.json()).toMatchObject({ detail: 'This takes the role nobody; yours is admin' })
    },
  )
})

test('a role is that of the token, whatever the request says of it', async () => {
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

test('of two credentials in one request the token counts, even if the other may do more', async () => {
  using _ = closed()
  const viewer = await makeToken('viewer')
  const signedIn = await askWith('POST', '/session', { token: asAdmin.Authorization.slice(7) })
  const Cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(await whoIs({ Cookie })).toMatchObject({ kind: 'session', role: 'admin' })
  expect(await whoIs({ Cookie, ...viewer.headers })).toMatchObject({ kind: 'token', role: 'viewer' })
  expect(await whoIs({ Cookie, ...bearer('wrong') })).toBe(401)
})
