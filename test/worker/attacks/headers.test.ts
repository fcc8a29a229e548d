import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { api, cancelAll, setClock, startMs } from '../api.ts'
import { breakD1, restoreD1 } from '../meters.ts'
import { adminToken, asAdmin, ask, askWith, bearer, closed, newAddress } from './closed.ts'
import { signIn } from './cookies.ts'
import { waysTo } from './path-tricks.ts'
import { createFixtures, type Fixtures, initOf, isOfMlflow, pages, requestsTo } from './routes.ts'

let things: Fixtures
let session: Record<string, string>
beforeAll(async () => {
  setClock(startMs)
  things = await createFixtures()
  using _ = closed()
  session = await signIn(adminToken)
})
afterEach(() => {
  restoreD1()
  vi.restoreAllMocks()
})
afterAll(async () => {
  await cancelAll()
  vi.useRealTimers()
})

const expected = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

function expectSecurityHeaders({ headers }: Response, what: string) {
  expect(Object.fromEntries(headers), what).toMatchObject(expected)
  expect(headers.get('x-request-id'), what).toMatch(/^[\w-]+$/)
  expect(Number(/max-age=(\d+)/.exec(headers.get('strict-transport-security') ?? '')?.[1]), what).toBeGreaterThan(1e7)
  for (const name of ['x-powered-by', 'server', 'x-stream-refusal']) expect(headers.get(name), what).toBeNull()
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/)
      return [name, sources] as const
    }),
  )
  expect(policy.get('default-src'), what).toEqual(["'none'"])
  expect(policy.get('script-src'), what).toEqual(["'self'"])
  expect(policy.get('frame-ancestors'), what).toEqual(["'none'"])
  expect(policy.get('base-uri'), what).toEqual(["'none'"])
  expect(policy.get('form-action'), what).toEqual(["'self'"])
  // Images that the page has fetched itself. Frames have none of these: only documents that stand in the page.
  expect(policy.get('img-src'), what).toEqual(["'self'", 'data:', 'blob:'])
  expect(policy.has('frame-src'), what).toBe(false)
  policy.delete('img-src')
  expect([...policy.values()].flat().join(' '), what).not.toMatch(/unsafe|\*|https?:|nonce|data:|blob:/)
}

/** An answer of each status, from a request that causes it. */
const answers: [status: number, ask: () => Promise<Response>][] = [
  [200, () => ask(`${api}/jobs`, { headers: asAdmin })],
  [200, () => ask('/health')],
  [200, () => ask('/theme.js')],
  [200, () => ask('/docs', { headers: asAdmin })],
  [200, () => ask(`${api}/metrics/stream?job_id=${things.training}`, { headers: asAdmin })],
  [200, () => ask(`${api}/ocr/stream?images_count=1`, { headers: asAdmin })],
  [201, () => askWith('POST', '/api/v1/admin/tokens', { name: crypto.randomUUID(), role: 'viewer' }, asAdmin)],
  [204, () => ask('/session', { method: 'DELETE' })],
  [200, () => ask('/', { headers: asAdmin })],
  [307, () => ask('/docs.html', { headers: asAdmin })],
  [304, () => notModified()],
  [400, () => ask(`${api}/ocr/stream?images_count=0`, { headers: asAdmin })],
  [401, () => ask('/session')],
  [401, () => ask('/session', { headers: bearer('wrong') })],
  [401, () => ask('/docs', { headers: { Accept: 'text/html' } })],
  [403, () => ask('/session', { method: 'POST', headers: { Origin: 'https://evil.example' } })],
  [404, () => ask(`${api}/jobs/unknown`, { headers: asAdmin })],
  [404, () => ask('/nothing', { headers: asAdmin })],
  [405, () => ask('/session', { method: 'PATCH', headers: asAdmin })],
  [409, () => askWith('POST', `${api}/jobs`, { name: 'x', bundeslaender: ['BY'] }, asAdmin)],
  [
    412,
    () => ask(`${api}/jobs/${things.paused}/resume`, { method: 'POST', headers: { ...asAdmin, 'If-Match': '"0-0"' } }),
  ],
  [413, () => askWith('POST', '/session', { token: 'x'.repeat(70_000) })],
  [415, () => ask('/session', { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/plain' } })],
  [422, () => askWith('POST', '/session', {})],
  [429, () => hasty()],
  [500, () => broken()],
  [503, () => unconfigured()],
]

async function notModified() {
  const path = `${api}/models/${things.version}`
  const tag = (await ask(path, { headers: asAdmin })).headers.get('etag') ?? ''
  return ask(path, { headers: { ...asAdmin, 'If-None-Match': tag } })
}

/** One of twice the failed attempts allowed in a minute, so that the start of a new minute makes no difference. */
async function hasty() {
  const headers = { 'CF-Connecting-IP': newAddress(), ...bearer('guess') }
  const all = await Promise.all(Array.from({ length: 41 }, () => ask('/session', { headers })))
  return all.find(({ status }) => status === 429) ?? Response.error()
}

async function broken() {
  vi.spyOn(console, 'error')
  breakD1('broken')
  return ask(`${api}/status`, { headers: asAdmin })
}

async function unconfigured() {
  using _ = closed({ ADMIN_TOKEN: '' })
  return await ask('/session')
}

test.each(answers)('an answer with %i has every security header: %#', async (status, make) => {
  using _ = closed()
  const response = await make()
  expect(response.status).toBe(status)
  expectSecurityHeaders(response, String(status))
  await response.body?.cancel()
})

describe('no shared cache stores an answer', () => {
  test.each([
    ['a token', () => asAdmin],
    ['a session', () => session],
  ])('on every route, asked with %s', async (_, headers) => {
    using __ = closed()
    for (const asked of requestsTo(things).filter(({ method, needs }) => method === 'GET' && needs !== 'anyone')) {
      const response = await ask(asked.path, initOf(asked, headers()))
      // These things have no files; how one is sent is in artifacts.test.ts.
      if (!isOfMlflow(asked)) expect(response.status, asked.route).toBe(/:path|:upload/.test(asked.route) ? 404 : 200)
      // That of streams is the reference's, and does not allow them to be stored either.
      const isStream = asked.route.endsWith('/stream')
      const wanted = isStream ? /^no-cache, no-transform$/ : /^(private, no-cache|no-store)$/
      expect(response.headers.get('cache-control'), asked.route).toMatch(wanted)
      if (isStream) expect([response.headers.get('etag'), response.headers.get('last-modified')]).toEqual([null, null])
      await response.body?.cancel()
    }
  })

  test.each([
    ['a token', () => asAdmin],
    ['a session', () => session],
  ])('on every page, asked with %s', async (_, headers) => {
    using __ = closed()
    for (const path of pages) {
      const response = await ask(path, { headers: headers() })
      expect(response.status, path).toBeLessThan(400)
      expect(response.headers.get('cache-control'), path).toMatch(/^(private, no-cache|no-store)$/)
    }
  })

  test.each(['/docs', '/openapi.json', '/'])(
    'under any other spelling of %s: whatever may be cached is public',
    async (path) => {
      using _ = closed()
      for (const way of waysTo(path)) {
        const response = await ask(way, { headers: session })
        if (!response.headers.get('cache-control')?.includes('public')) continue
        const nobodys = await ask(way)
        expect([nobodys.status, await nobodys.text()], way).toEqual([response.status, await response.text()])
      }
    },
  )

  test('nor the sign-in page in place of another page', async () => {
    using _ = closed()
    for (const path of pages) {
      const response = await ask(path, { headers: { Accept: 'text/html' } })
      expect(response.headers.get('cache-control'), path).toMatch(/^(private, no-cache|no-store)$/)
    }
  })
})

test('the files with immutable caching are public: their names contain the hash of their content', async () => {
  using _ = closed()
  const html = await (await ask('/', { headers: asAdmin })).text()
  const files = [...html.matchAll(/(?:src|href)="(\/dashboard\/[^"]+)"/g)].map(([, path = '']) => path)
  expect(files.length).toBeGreaterThan(0)
  for (const path of files) {
    const response = await ask(path)
    expect([response.status, response.headers.get('cache-control')], path).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ])
    expect(path).toMatch(/[-.][\w-]{8,}\.\w+$/)
    await response.body?.cancel()
  }
})

test.each(['/docs', '/'])('the page %s contains nothing inline, and nothing of another host', async (path) => {
  using _ = closed()
  const html = await (await ask(path, { headers: asAdmin })).text()
  expect(html).toContain('<script src="/')
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i)
  expect(html).not.toMatch(/(src|href|action)="(https?:)?\/\//i)
})
