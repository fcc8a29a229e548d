import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { api, cancelAll, setClock, startMs } from '../api.ts'
import { adminToken, asAdmin, ask, closed } from './closed.ts'
import { signIn } from './cookies.ts'
import { createFixtures, type Fixtures, initOf, requestsTo } from './routes.ts'

const friend = 'https://admin.example.org'
const CORS_ORIGINS = `${friend}, http://localhost:5173`

let things: Fixtures
beforeAll(async () => {
  setClock(startMs)
  things = await createFixtures()
})
afterAll(async () => {
  await cancelAll()
  vi.useRealTimers()
})

/** The part of an answer that a browser lets another origin's page read. */
function sharing({ headers }: Response) {
  return [...headers].filter(([name]) => name.startsWith('access-control-')).map(([name]) => name)
}

const preflight = (path: string, origin: string, method = 'POST') =>
  ask(path, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'authorization,content-type,x-evil',
    },
  })

const strangers = [
  'https://evil.example',
  'https://admin.example.org.evil.example',
  'https://evil-admin.example.org',
  'https://sub.admin.example.org',
  'https://admin.example.or',
  'https://admin.example.org:8443',
  'http://admin.example.org',
  'https://ADMIN.example.org',
  'https://admin.example.org/',
  'https://admin.example.org https://evil.example',
  'https://admin.example.org, https://evil.example',
  'http://localhost:5174',
  'null',
  '*',
  '',
]

test.each(strangers)('a page of a site that is not in CORS_ORIGINS reads nothing: %j', async (origin) => {
  using _ = closed({ CORS_ORIGINS })
  for (const path of ['/session', `${api}/jobs`, '/health', '/nothing', '/theme.js']) {
    const headers = { Origin: origin, ...asAdmin }
    expect(sharing(await ask(path, { headers })), path).toEqual([])
    const refused = await preflight(path, origin)
    expect([refused.status, ...sharing(refused)], `preflight of ${path}`).toEqual([path === '/theme.js' ? 404 : 401])
  }
})

test('no site is allowed unless CORS_ORIGINS names it', async () => {
  using _ = closed({ CORS_ORIGINS: '' })
  for (const origin of [friend, '', 'null', 'http://localhost']) {
    expect(sharing(await ask('/session', { headers: { Origin: origin, ...asAdmin } })), origin).toEqual([])
  }
})

test('a page of an allowed site can read every answer: the header names its origin, never *', async () => {
  using _ = closed({ CORS_ORIGINS })
  for (const asked of requestsTo(things).filter(({ route, method }) => route !== 'GET /health' && method === 'GET')) {
    for (const credential of [asAdmin, {}]) {
      const response = await ask(asked.path, initOf(asked, { Origin: friend, ...credential }))
      expect(response.headers.get('access-control-allow-origin'), asked.route).toBe(friend)
      expect(response.headers.get('access-control-allow-credentials'), asked.route).toBe('true')
      expect(response.headers.get('vary'), asked.route).toContain('Origin')
      await response.body?.cancel()
    }
  }
})

test('a preflight of an allowed site is answered with methods and headers, without a credential', async () => {
  using _ = closed({ CORS_ORIGINS })
  const response = await preflight(`${api}/jobs`, friend)
  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-origin')).toBe(friend)
  expect(response.headers.get('access-control-allow-methods')?.split(',')).toEqual(
    expect.arrayContaining(['GET', 'POST', 'PUT', 'DELETE']),
  )
  const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase() ?? ''
  expect(allowed).toContain('authorization')
  expect(allowed).not.toContain('x-evil')
  expect(allowed).not.toContain('cf-')
  expect(response.headers.get('vary')).toContain('Origin')
})

test('a page of an allowed site can read a 304', async () => {
  using _ = closed({ CORS_ORIGINS })
  const headers = { Origin: friend, ...asAdmin }
  const path = `${api}/models/${things.version}`
  const tag = (await ask(path, { headers })).headers.get('etag') ?? ''
  const response = await ask(path, { headers: { ...headers, 'If-None-Match': tag } })
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([304, friend])
})

test('a page of an allowed site can write with a session or a token, with no more than their role', async () => {
  using _ = closed({ CORS_ORIGINS })
  const site = { Origin: friend, 'Sec-Fetch-Site': 'cross-site' }
  const session = await signIn(adminToken)
  for (const headers of [
    { ...site, ...session },
    { ...site, ...asAdmin },
  ]) {
    expect((await ask(`${api}/jobs/unknown/pause`, { method: 'POST', headers })).status).toBe(404)
  }
  expect((await ask(`${api}/jobs/unknown/pause`, { method: 'POST', headers: site })).status).toBe(401)
})
