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
  using _ = withVars({ ASSETS: undefined as never })
  const response = await request('/docs')
  expect(response.status).toBe(500)
  const problem = (await response.json()) as { request_id: string; detail: string }
  expect(problem.detail).toBe('Internal error. Quote request_id when reporting it.')
  expect(problem.request_id).toBe(response.headers.get('x-request-id'))
  expect(logged.mock.calls.flat().join()).toContain(`"request_id":"${problem.request_id}"`)
})

test('each request is one line of JSON in the log', async () => {
  const logged = vi.spyOn(console, 'info')
  await request(`${api}/jobs/unknown?_=secret`, { headers: { 'X-Request-Id': 'abc-123' } })
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

test.each([
  ['MAX_ACTIVE_JOBS', '0', 'must be a whole number from 1 to 100'],
  ['MAX_WATCHERS_PER_JOB', '1172', 'must be a whole number from 1 to 1171'],
  ['MAX_STREAMS_PER_CREDENTIAL', '1.5', 'must be a whole number from 1 to 10000'],
  ['SIMULATION_SPEED', '1e9', 'must be a number from 0.01 to 1000'],
  ['SIMULATION_FAILS_AT', '-1', 'must be empty, or a whole number from 0 to 10000'],
  ['MAX_ACTIVE_JOBS', 5 as unknown as string, 'must be text, in quotation marks'],
])(
  '%s out of its range (%s) makes the service unhealthy, which names it, and work for nobody',
  async (name, value, rule) => {
    using _ = withVars({ [name]: value })
    const logged = vi.spyOn(console, 'error')
    const misconfigured = {
      status: 503,
      type: 'urn:stellwerk:problem:misconfigured',
      detail: `The var ${name} ${rule}`,
    }
    for (const path of ['/health', '/', '/session', `${api}/status`, `${api}/jobs`, '/openapi.json']) {
      const response = await request(path)
      expect([path, await response.json()]).toMatchObject([path, misconfigured])
    }
    expect((await send('POST', `${api}/jobs`, { name: 'x', bundeslaender: ['BY'] })).status).toBe(503)
    expect(logged.mock.calls.flat().join()).toContain(`The var ${name} ${rule}`)
  },
)
