import { beforeEach, expect, test } from 'vitest'
import { app } from '../../src/app.ts'
import { describedRoutes } from '../../src/http/described-routes.ts'
import { api, request, setClock, startMs } from './api.ts'

beforeEach(() => setClock(startMs))

/** A request as a client sends it that does not follow redirects by itself. */
const ask = (path: string, init?: RequestInit) => request(path, { redirect: 'manual', ...init })

const routes: [method: string, path: string][] = [
  ...describedRoutes(app).map(({ method, path }) => [method.toUpperCase(), path] as [string, string]),
  ['GET', '/openapi.json'],
]
// The path of a file may have slashes, so one at its end is an empty name.
const targets = routes
  .filter(([, path]) => !path.endsWith('{[^]+}'))
  .map(([method, path]) => [method, path.replace(/\{\w+\}/g, 'a%2Fb')] as const)

test.each(targets)('%s %s with a trailing slash leads to the path without it, query kept', async (method, path) => {
  const answer = await ask(`${path}/?limit=1&name=a%20b`, { method })
  expect([answer.status, answer.headers.get('Location')]).toEqual([307, `${path}?limit=1&name=a%20b`])
})

test('a job is created at /jobs/ by a client that follows: 307 keeps method and body', async () => {
  const answer = await request(`${api}/jobs/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'Slashed', bundeslaender: ['BY'], epochs: 1 }),
    redirect: 'follow',
  })
  expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'queued' }])
})

test.each([
  '//evil.example/',
  '//evil.example/health/',
  `//evil.example${api}/jobs/`,
  '/\\evil.example/',
  '/api//evil.example/',
  `${api}/nothing/`,
  '/nothing/',
])('%s leads nowhere: no redirect to another site', async (path) => {
  const answer = await ask(path)
  expect([answer.status, answer.headers.get('Location')]).toEqual([404, null])
})

test('several slashes are one, and a wrong method is refused only where it leads', async () => {
  expect((await ask(`${api}/jobs//`)).headers.get('Location')).toBe(`${api}/jobs`)
  expect((await ask(`${api}/status/`, { method: 'POST' })).status).toBe(307)
  expect((await ask(`${api}/status`, { method: 'POST' })).status).toBe(405)
})
