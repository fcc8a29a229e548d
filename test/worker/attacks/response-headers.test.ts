import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, cancelAll } from '../api.ts'
import { asAdmin, ask, closed } from './closed.ts'

let vars: Disposable
beforeAll(() => {
  vars = closed({ MAX_ACTIVE_JOBS: '100' })
})
afterAll(async () => {
  vars[Symbol.dispose]()
  await cancelAll()
})

const breaks = [
  '%0d%0aX-Injected:%201',
  '%0aX-Injected:%201',
  '%E5%98%8D%E5%98%8AX-Injected:%201',
  '%00',
  '%F0%9F%82%A1',
]

test.each(breaks)('a path or query cannot inject a line break into a header: %s', async (text) => {
  for (const path of [
    `${api}/jobs/${text}`,
    `${api}/jobs/${text}/events?limit=1`,
    `${api}/jobs?limit=1&x=${text}`,
    `${api}/jobs?cursor=${text}`,
    `${api}/dataset/documents?limit=1&${text}=1`,
    `/docs/${text}`,
    `/${text}`,
    `/docs.html?${text}`,
  ]) {
    const response = await ask(path, { headers: asAdmin })
    expect(response.status, path).toBeLessThan(500)
    expectCleanHeaders(response)
  }
})

test.each(['x'.repeat(256), 'a b', 'a\tb', '<script>', 'a;b', 'a,b', '"', 'a%0d%0ab', '../..', ''])(
  'a request with the id %j gets a new one',
  async (asked) => {
    for (const path of ['/health', '/session', `${api}/jobs`, '/nothing']) {
      const response = await ask(path, { headers: { ...asAdmin, 'X-Request-Id': asked } })
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expectCleanHeaders(response)
    }
  },
)

test('an answer repeats a valid request id, and nothing else of the request', async () => {
  const response = await ask('/health', { headers: { 'X-Request-Id': 'a-B_9=' } })
  expect(response.headers.get('x-request-id')).toBe('a-B_9=')
})

test('Location and Link are paths, whatever Host and forwarded headers say', async () => {
  const headers = {
    ...asAdmin,
    'X-Forwarded-Host': 'evil.example',
    Forwarded: 'host=evil.example',
    'X-Original-URL': '//evil',
  }
  for (let n = 0; n < 2; n++) {
    const created = await ask(`${api}/jobs?_=//evil.example`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'x', bundeslaender: ['BY'] }),
    })
    expect(created.headers.get('location')).toMatch(/^\/api\/v1\/admin\/training\/jobs\/[0-9a-f-]{36}$/)
  }
  const first = `${api}/jobs?limit=1&_=%3E;rel=%22next%22,%3Chttps://evil.example/%3E`
  const link = (await ask(first, { headers }, 'https://evil.example')).headers.get('link') ?? ''
  expect(link).toMatch(/^<\/api\/v1\/admin\/training\/jobs\?[^<>",;\s]*>; rel="next"$/)
  const moved = await ask('/docs.html', { headers }, 'https://evil.example')
  expect([moved.status, moved.headers.get('location')]).toEqual([307, '/docs'])
})

test.each([
  '//evil.example/docs.html',
  '//evil.example/docs/',
  '/\\evil.example/docs.html',
  '/%2Fevil.example/docs/',
  '/docs/?//evil.example',
  '/docs.html//evil.example',
  '/%5Cevil.example/%2e%2e/docs/',
])('%s is not redirected to another host', async (path) => {
  const response = await ask(path, { headers: asAdmin })
  const to = response.headers.get('location')
  expect(response.status).toBeLessThan(500)
  if (to !== null) expect(new URL(to, 'http://localhost').origin, to).toBe('http://localhost')
})

function expectCleanHeaders(response: Response) {
  expect(response.headers.get('x-injected')).toBeNull()
  expect(response.headers.get('set-cookie')).toBeNull()
  for (const [name, value] of response.headers) {
    expect(value, name).toMatch(/^[\x20-\x7e]*$/)
  }
}
