import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, cancelAll } from '../api.ts'
import { asAdmin, ask, closed, makeToken } from './closed.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { waysTo } from './path-tricks.ts'
import { createFixtures, type Fixtures } from './routes.ts'

let things: Fixtures
let vars: Disposable
let viewer: Record<string, string>
beforeAll(async () => {
  things = await createFixtures()
  vars = closed()
  viewer = (await makeToken('viewer')).headers
})
afterAll(async () => {
  vars[Symbol.dispose]()
  await cancelAll()
})

/** Paths that require a credential, and text that shows that they were answered. */
const protectedPaths: [path: string, shows: string][] = [
  ['/docs', 'id="docs"'],
  ['/docs/docs.js', 'SwaggerUIBundle('],
  ['/openapi.json', '"openapi":'],
  ['/session', '"kind":'],
  [`${api}/jobs`, '"revision":'],
  ['/api/v1/admin/tokens', '"created_by":'],
  [`${api}/metrics/stream`, 'retry:'],
  [`${api}/ocr/stream`, 'retry:'],
]

/** Headers in which some proxies pass on the original path. */
const misleading = { 'X-Original-URL': '/health', 'X-Rewrite-URL': '/theme.js', 'X-Forwarded-Prefix': '/theme.js' }

test.each(protectedPaths)(
  'without a credential %s is not shown under any other spelling of its path',
  async (path, shows) => {
    for (const way of waysTo(path)) {
      for (const headers of [misleading, { Accept: 'text/html' }]) {
        const response = await ask(way, { headers })
        expect(response.status, way).toBeLessThan(500)
        const body = await response.text()
        expect(body, way).not.toContain(shows)
        // Public paths are public in these spellings, too.
        if (response.status === 200) expect(body, way).toMatch(/<svg|"ok"/)
        else if (response.status !== 307) expect([401, 404, 405], way).toContain(response.status)
      }
      expect([200, 307, 401, 404, 405], way).toContain((await ask(way, { method: 'OPTIONS' })).status)
    }
  },
)

const commands: [method: string, path: (things: Fixtures) => string][] = [
  ['DELETE', ({ paused }) => `${api}/jobs/${paused}`],
  ['POST', ({ training }) => `${api}/jobs/${training}/cancel`],
  ['POST', ({ version }) => `${api}/models/${version}/activate`],
  ['DELETE', ({ document }) => `${api}/dataset/documents/${document}`],
  ['DELETE', ({ token }) => `/api/v1/admin/tokens/${token}`],
]

/** The contents of D1, except for the last use of tokens. */
async function contentsButUses() {
  const { api_tokens: tokens = [], ...others } = await contentsOfD1()
  return { ...others, tokens: tokens.map((token) => ({ ...(token as object), last_used_ms: null })) }
}

test.each(commands)(
  'no other spelling of a path lets a viewer, or a request without a credential, send a command: %s %#',
  async (method, pathOf) => {
    const path = pathOf(things)
    const before = await contentsButUses()
    for (const way of waysTo(path)) {
      for (const headers of [{}, viewer]) {
        const first = await ask(way, { method, headers })
        // A trailing slash leads to the path without it.
        const response =
          first.status === 307 ? await ask(first.headers.get('Location') ?? '', { method, headers }) : first
        expect([401, 403, 404, 405], `${way}: ${response.status}`).toContain(response.status)
      }
    }
    expect(await contentsButUses()).toEqual(before)
  },
)

test('an id with an encoded slash stays one id and reaches no other route', async () => {
  const { training } = things
  for (const id of [`${training}%2fcancel`, `${training}%2Fpause`, `x%2f..%2f${training}`, `${training}%252fcancel`]) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const response = await ask(`${api}/jobs/${id}`, { method, headers: asAdmin })
      expect([404, 405], `${method} ${id}: ${response.status}`).toContain(response.status)
    }
  }
  expect(await (await ask(`${api}/jobs/${training}`, { headers: asAdmin })).json()).toMatchObject({
    status: 'training',
  })
})

test.each([
  ['a segment', (n: number) => `/${'a'.repeat(n)}`],
  ['segments', (n: number) => '/a'.repeat(n / 2)],
  ['dots', (n: number) => `/docs${'/..'.repeat(n / 3)}/nothing`],
  ['encoded dots', (n: number) => `/docs${'/%2e%2e'.repeat(n / 7)}/nothing`],
  ['slashes', (n: number) => '/'.repeat(n)],
  ['percent codes', (n: number) => `/${'%41'.repeat(n / 3)}`],
  ['broken percent codes', (n: number) => `/${'%'.repeat(n)}`],
  ['half percent codes', (n: number) => `/${'%F0%9F'.repeat(n / 6)}`],
  ['an id', (n: number) => `${api}/jobs/${'a'.repeat(n)}`],
  ['a query', (n: number) => `${api}/jobs?${'limit=1&'.repeat(n / 8)}`],
  ['a query of brackets', (n: number) => `${api}/jobs?a${'[a]'.repeat(n / 3)}=1`],
])('a path of 8 KiB of %s is refused at once', async (_, pathOf) => {
  expect((await ask(pathOf(8_192))).status).toBe(401)
  expect([200, 307, 404, 405, 422]).toContain((await ask(pathOf(8_192), { headers: asAdmin })).status)
})
