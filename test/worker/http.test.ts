import { afterEach, expect, test, vi } from 'vitest'
import { api, request, send, withVars } from './api.ts'
import { breakD1, restoreD1 } from './meters.ts'

afterEach(() => {
  restoreD1()
  vi.restoreAllMocks()
})

test('health is ok while D1 answers, and is never cached', async () => {
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
    detail: 'Path not found',
    instance: '/nothing/here',
  })
})

test('a path with routes answers 405 to an unsupported method, and names the supported ones', async () => {
  const response = await request('/health', { method: 'DELETE' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, HEAD')
  expect(response.headers.get('content-type')).toBe('application/problem+json')
})

test('health is 503 while D1 is unavailable', async () => {
  breakD1('refused')
  const response = await request('/health')
  expect(response.status).toBe(503)
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test('an unexpected error is a 500 whose request id is in the log, and that reveals no internals', async () => {
  const logged = vi.spyOn(console, 'error')
  using _ = withVars({ MAX_ACTIVE_JOBS: 'many' })
  const response = await request(`${api}/status`)
  expect(response.status).toBe(500)
  const problem = (await response.json()) as { request_id: string; detail: string }
  expect(problem.detail).toBe('Internal error. Quote request_id when reporting it.')
  expect(problem.request_id).toBe(response.headers.get('x-request-id'))
  expect(logged.mock.calls.flat().join()).toContain(`"request_id":"${problem.request_id}"`)
})

test('each request is one line of JSON in the log', async () => {
  const logged = vi.spyOn(console, 'info')
  await request(`${api}/jobs/unknown?secret=1`, { headers: { 'X-Request-Id': 'abc-123' } })
  const lines = logged.mock.calls.map(([line]) => JSON.parse(line)).filter((line) => line.event === 'request')
  expect(lines).toEqual([
    {
      level: 'info',
      event: 'request',
      request_id: 'abc-123',
      method: 'GET',
      path: `${api}/jobs/unknown`,
      actor: 'anonymous',
      status: 404,
      ms: expect.any(Number),
    },
  ])
})

test('a setting out of its range is an error that names it, not another setting', async () => {
  using _ = withVars({ MAX_ACTIVE_JOBS: 'lots' })
  const logged = vi.spyOn(console, 'error')
  const response = await send('POST', `${api}/jobs`, { name: 'x', bundeslaender: ['BY'] })
  expect(response.status).toBe(500)
  expect(logged.mock.calls.flat().join()).toContain('MAX_ACTIVE_JOBS is not valid')
})
