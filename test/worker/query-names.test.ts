import { beforeEach, expect, test } from 'vitest'
import { app } from '../../src/app.ts'
import { permissions } from '../../src/auth/permissions.ts'
import { describedRoutes } from '../../src/http/described-routes.ts'
import { dashboardPaths } from '../../src/system/dashboard-files.ts'
import { api, createJob, post, request, setClock, startMs } from './api.ts'

beforeEach(() => setClock(startMs))

/** Every described route but the probe's and those of attempts, with something in place of its parameters. */
const routes = describedRoutes(app)
  .filter(({ method, path }) => {
    const route = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`
    return path !== '/health' && permissions[route] !== 'job'
  })
  .map(({ method, path }) => [method.toUpperCase(), path.replace(/\{\w+\}/g, '1')] as const)

test.each(routes)('%s %s refuses a parameter that it does not declare, and names it', async (method, path) => {
  const answer = await request(`${path}?_=1793520000000&oder=loss`, { method })
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({
    type: 'urn:stellwerk:problem:invalid-request',
    detail: expect.stringMatching(/^query\.oder: Unknown parameter; /),
    errors: [{ loc: ['query', 'oder'], type: 'unknown_parameter' }],
  })
})

test('the error lists the parameters that there are', async () => {
  const answer = await request(`${api}/models?activ=true&order=loss`)
  const { errors } = await answer.json<{ errors: { loc: string[]; msg: string }[] }>()
  expect(errors.map(({ loc }) => loc[1])).toEqual(['activ', 'order'])
  expect(errors[0]?.msg).toMatch(/^Unknown parameter; expected one of limit, .*\bactive\b/)
  expect((await request(`${api}/models?activ=true`, { method: 'HEAD' })).status).toBe(422)
})

test('a command with an unknown parameter changes nothing', async () => {
  const id = await createJob()
  expect((await post(`${api}/jobs/${id}/cancel?force=true`)).status).toBe(422)
  expect(await (await request(`${api}/jobs/${id}`)).json()).not.toMatchObject({ status: 'cancelled' })
  expect((await post(`${api}/jobs/${id}/cancel?_=1`)).status).toBe(200)
})

test('lastEventId, which polyfills of EventSource send, is ignored on streams alone', async () => {
  const id = await createJob()
  await post(`${api}/jobs/${id}/cancel`)
  const stream = await request(`${api}/metrics/stream?job_id=${id}&lastEventId=1.0`, { method: 'HEAD' })
  expect(stream.status).toBe(200)
  expect((await request(`${api}/ocr/stream?images_count=1&lastEventId=&r=1`)).status).toBe(422)
  expect((await request(`${api}/jobs?lastEventId=1.0`)).status).toBe(422)
})

test('pages, files, the probe and the document take any query', async () => {
  const paths = [...dashboardPaths.map((path) => path.replace(':id', 'x')), '/docs/', '/theme.js', '/health']
  for (const path of [...paths, '/openapi.json']) {
    expect([path, (await request(`${path}?utm_source=mail`)).status]).not.toEqual([path, 422])
  }
})

test('a token in the name of a parameter is not repeated', async () => {
  const token = `stw_${'A'.repeat(43)}`
  const answer = await request(`${api}/status?${token}&${'x'.repeat(1_000)}=1&%F0%9F=2`)
  expect(answer.status).toBe(422)
  const text = await answer.text()
  expect(text).not.toContain(token.slice(0, 20))
  expect(text).not.toContain('x'.repeat(31))
})
