import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'

const request = (path: string, init?: RequestInit) =>
  exports.default.fetch(new Request(`http://stellwerk.test${path}`, init))

test('health says so while D1 answers, and is never cached', async () => {
  const response = await request('/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'ok' })
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test('an unknown path is a 404 problem', async () => {
  const response = await request('/nothing/here')
  expect(response.status).toBe(404)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is nothing at this path',
    instance: '/nothing/here',
  })
})

test('a path with routes answers 405 to the methods it lacks, and names those it has', async () => {
  const response = await request('/health', { method: 'DELETE' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, HEAD')
  expect(response.headers.get('content-type')).toBe('application/problem+json')
})
