import { afterEach, expect, test, vi } from 'vitest'
import type { AuthVars } from '../../../src/auth/settings.ts'
import { ask, bearer, closed, fromLocalhost } from './closed.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { createFixtures, initOf, pages, requestsTo } from './routes.ts'

const without: AuthVars = { ADMIN_TOKEN: '', SESSION_SECRET: '' }
const notConfigured = [503, 'Authentication is not configured', 'urn:stellwerk:problem:authentication-not-configured']

/** The part of a refusal to compare. */
async function refusalOf(response: Response) {
  const { detail, type } = (await response.json()) as { detail: string; type: string }
  return [response.status, detail, type]
}

afterEach(() => {
  vi.restoreAllMocks()
})

test('a Worker without settings answers 503 on every route, changes nothing, and asks for no token', async () => {
  const things = await createFixtures()
  using _ = closed(without)
  const before = await contentsOfD1()
  for (const asked of requestsTo(things).filter(({ route }) => route !== 'GET /health')) {
    const response = await ask(asked.path, initOf(asked, bearer('x'.repeat(40))))
    expect(await refusalOf(response), asked.route).toEqual(notConfigured)
    expect(response.headers.get('www-authenticate'), asked.route).toBeNull()
  }
  expect(await contentsOfD1()).toEqual(before)
})

test.each([...pages, '/theme.js', '/dashboard/index.js', '/icon.svg', '/nothing', '/health/', '/HEALTH', '//health'])(
  'a Worker without settings does not serve %s, by any method',
  async (path) => {
    using _ = closed(without)
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
      const headers = { Accept: 'text/html', 'Sec-Fetch-Site': 'none' }
      expect(await refusalOf(await ask(path, { method, headers })), method).toEqual(notConfigured)
    }
    expect((await ask(path, { method: 'HEAD' })).status).toBe(503)
  },
)

test('the health check still works, with GET and HEAD only', async () => {
  using _ = closed(without)
  const statuses = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'].map(
    async (method) => (await ask('/health', { method })).status,
  )
  expect(await Promise.all(statuses)).toEqual([200, 200, 503, 503, 503])
})

test.each([
  'http://evil.example',
  'http://localhost.evil.example',
  'http://127.0.0.1.nip.io',
  'http://localhost.',
  'http://xlocalhost',
  'http://localhost@evil.example',
  'http://0.0.0.0',
  'http://[::]',
  'http://[::ffff:127.0.0.1]',
  'http://127.0.0.2',
  'https://stellwerk.example.workers.dev',
])('local access left on by mistake allows nothing at %s (DNS rebinding)', async (origin) => {
  using _ = closed({ ...without, ALLOW_ANYONE_ON_LOCALHOST: 'true' })
  for (const path of ['/session', '/docs', '/api/v1/admin/training/jobs']) {
    const headers = { ...fromLocalhost, 'X-Forwarded-Host': 'localhost', Origin: 'http://localhost' }
    expect(await refusalOf(await ask(path, { headers }, origin)), path).toEqual(notConfigured)
  }
})

test.each(['http://localhost', 'http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787'])(
  'local access allows %s',
  async (origin) => {
    using _ = closed({ ...without, ALLOW_ANYONE_ON_LOCALHOST: 'true' })
    const response = await ask('/session', { headers: fromLocalhost }, origin)
    expect(await response.json()).toMatchObject({ kind: 'local', role: 'admin' })
  },
)

test.each<[string, Record<string, string>]>([
  ['Cloudflare, on which the var was left', { 'CF-Connecting-IP': '203.0.113.7' }],
  ['another machine of the network', { 'CF-Connecting-IP': '192.168.0.7' }],
  ['a tunnel', { ...fromLocalhost, 'X-Forwarded-For': '203.0.113.7' }],
  ['a proxy', { ...fromLocalhost, Forwarded: 'for=203.0.113.7;host=localhost' }],
])('local access allows nothing that comes through %s, even for localhost', async (_, headers) => {
  using __ = closed({ ...without, ALLOW_ANYONE_ON_LOCALHOST: 'true' })
  for (const path of ['/session', '/docs', '/api/v1/admin/training/jobs']) {
    expect(await refusalOf(await ask(path, { headers })), path).toEqual(notConfigured)
  }
})

test('local access is off where a token is configured', async () => {
  using _ = closed({ ALLOW_ANYONE_ON_LOCALHOST: 'true' })
  for (const path of ['/session', '/docs', '/api/v1/admin/training/jobs']) {
    expect((await ask(path, { headers: fromLocalhost })).status, path).toBe(401)
  }
})

const secret = 'hunter2-hunter2'
const access = { ACCESS_TEAM_DOMAIN: 'unconfigured.example', ACCESS_AUD: 'aud' }

test.each<[string, AuthVars]>([
  ['ADMIN_TOKEN', { ADMIN_TOKEN: secret }],
  ['ADMIN_TOKEN', { ADMIN_TOKEN: `${secret} with a blank, and long enough` }],
  ['ADMIN_TOKEN', { ADMIN_TOKEN: `${secret}${'ü'.repeat(40)}` }],
  ['SESSION_SECRET', { SESSION_SECRET: secret }],
  ['ACCESS_TEAM_DOMAIN', { ACCESS_TEAM_DOMAIN: access.ACCESS_TEAM_DOMAIN }],
  ['ACCESS_AUD', { ACCESS_AUD: secret }],
  ['ACCESS_TEAM_DOMAIN', { ...access, ACCESS_TEAM_DOMAIN: `http://${secret}.example` }],
  ['ACCESS_ROLES', { ...access, ACCESS_ROLES: `${secret}@example.org=owner` }],
  ['CORS_ORIGINS', { CORS_ORIGINS: '*' }],
  ['ALLOW_ANYONE_ON_LOCALHOST', { ALLOW_ANYONE_ON_LOCALHOST: secret }],
])(
  'an invalid %s closes everything; the health check and the log name it without its value: %j',
  async (name, vars) => {
    const logged = vi.spyOn(console, 'error')
    using _ = closed({ ALLOW_ANYONE_ON_LOCALHOST: 'true', ...vars })
    const response = await ask('/session', { headers: bearer('hunter2-hunter2') })
    expect(await refusalOf(response)).toEqual(notConfigured)
    const health = await ask('/health')
    const shown = (await health.text()) + JSON.stringify([...response.headers])
    expect(health.status).toBe(503)
    expect(shown).toContain(name)
    const lines = logged.mock.calls.flat().join()
    expect(lines).toContain('authentication_misconfigured')
    expect(lines).toContain(name)
    expect(lines + shown).not.toContain('hunter2')
  },
)
