import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { newJobToken } from '../../../src/auth/job-token.ts'
import { ownJobRoutes } from '../../../src/auth/permissions.ts'
import { sha256 } from '../../../src/platform/sha256.ts'
import { api, cancelAll, setClock, startMs } from '../api.ts'
import { breakD1, restoreD1 } from '../meters.ts'
import { askedJobs, attemptAt, claims, reportsOf, send } from './attempt-routes.ts'
import { asAdmin, ask, askWith, bearer, closed, fromLocalhost, makeToken } from './closed.ts'
import { signIn } from './cookies.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { createFixtures, initOf, isOfMlflow, requestsTo } from './routes.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  restoreD1()
  vi.restoreAllMocks()
  await cancelAll()
  vi.useRealTimers()
})

const ownAttemptOnly = {
  type: 'urn:stellwerk:problem:forbidden',
  detail: 'A job token opens its own attempt only',
}

describe('a job token', () => {
  test('opens no other route, even of its own job, and changes nothing', async () => {
    const things = await createFixtures()
    using _ = closed()
    const headers = bearer(newJobToken(things.training))
    const before = await contentsOfD1()
    const others = requestsTo(things).filter(
      (one) => one.needs !== 'anyone' && one.needs !== 'job' && !(one.route in ownJobRoutes) && !isOfMlflow(one),
    )
    expect(others.length).toBeGreaterThan(25)
    for (const asked of others) {
      const response = await ask(asked.path, initOf(asked, headers))
      expect(response.status, asked.route).toBe(403)
      expect(await response.json(), asked.route).toMatchObject(ownAttemptOnly)
    }
    for (const path of ['/docs', '/none', `${api}/none`]) expect((await ask(path, { headers })).status).toBe(403)
    expect((await send(claims, headers)).status).toBe(403)
    expect(await contentsOfD1()).toEqual(before)
  })

  test('that no attempt has opens neither its job nor the stream', async () => {
    const { training } = await createFixtures()
    using _ = closed()
    const headers = bearer(newJobToken(training))
    for (const path of [
      `${api}/jobs/${training}`,
      `${api}/jobs/${training}/dataset`,
      `${api}/metrics/stream?job_id=${training}`,
    ]) {
      for (const method of ['GET', 'HEAD']) {
        const response = await ask(path, { method, headers })
        expect([response.status, response.headers.get('etag')]).toEqual([401, null])
        expect(response.headers.get('www-authenticate')).toContain('Bearer')
      }
    }
  })

  test('opens no other job, however the request names it', async () => {
    using _ = closed()
    const [own, other] = [`a${crypto.randomUUID().slice(1)}`, crypto.randomUUID()]
    const headers = bearer(await attemptAt(own))
    expect((await send(reportsOf(own), headers)).status).toBe(200)
    const asked = askedJobs.length
    const twiceEncoded = `%25${own.charCodeAt(0).toString(16)}${own.slice(1)}`
    for (const id of [other, own.toUpperCase(), twiceEncoded, `${own}%00`, `${other}%2f..%2f${own}`]) {
      expect((await send(reportsOf(id), headers)).status, id).toBe(403)
      expect((await ask(`${api}/jobs/${id}`, { headers })).status, id).toBe(403)
      expect((await ask(`${api}/jobs/${id}/dataset`, { headers })).status, id).toBe(403)
      expect((await ask(`${api}/metrics/stream?job_id=${id}&job_id=${own}`, { headers })).status, id).toBe(403)
    }
    for (const query of ['', '?job_id=', `?job_id=${own}&job_id=${other}`, `?id=${own}`, `?JOB_ID=${own}`]) {
      expect((await ask(`${api}/metrics/stream${query}`, { headers })).status, query).toBe(403)
    }
    expect(askedJobs.length).toBe(asked)
  })

  test('needs no database, and is named in the log by its job alone', async () => {
    using _ = closed()
    const id = crypto.randomUUID()
    const token = await attemptAt(id)
    breakD1('refused')
    const response = await send(reportsOf(id), bearer(token))
    expect([response.status, await response.json()]).toEqual([200, { actor: `job:${id}` }])
    const spies = (['log', 'info', 'warn', 'error'] as const).map((level) => vi.spyOn(console, level))
    const unknown = newJobToken(id)
    const answers = [
      await ask(`${api}/jobs/${id}`, { headers: bearer(unknown) }),
      await ask(`/${unknown}/${token}`, { headers: bearer(token) }),
    ]
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    const lines = spies.flatMap((spy) => spy.mock.calls.flat().map(String)).join('\n')
    expect(lines).toContain(`"actor":"job:${id}"`)
    expect(lines).toContain('/stj_…/stj_…')
    for (const secret of [token, unknown, await sha256(token), await sha256(unknown)]) {
      expect(lines + texts.join('\n')).not.toContain(secret.slice(-43))
    }
  })

  test('opens no session, and neither does the token of a runner', async () => {
    using _ = closed()
    const runner = await makeToken('runner')
    for (const token of [runner.token, newJobToken(crypto.randomUUID())]) {
      const response = await askWith('POST', '/session', { token })
      expect([response.status, response.headers.get('set-cookie')]).toEqual([403, null])
      expect(await response.json()).toMatchObject({
        type: 'urn:stellwerk:problem:no-session',
        detail: 'The tokens of runners and of attempts open no session; sign in with another token',
      })
    }
  })
})

describe('only the attempt speaks for itself', () => {
  const id = crypto.randomUUID()

  test('a role is refused, the admin’s too, however it was authenticated', async () => {
    using _ = closed()
    const [admin, runner] = [await makeToken('admin'), await makeToken('runner')]
    for (const headers of [asAdmin, admin.headers, runner.headers, await signIn(admin.token)]) {
      const response = await send(reportsOf(id), { Origin: 'http://localhost', ...headers })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({
        type: 'urn:stellwerk:problem:forbidden',
        detail: "Requires the token of the job's attempt",
      })
    }
    expect((await send(reportsOf(id))).status).toBe(401)
  })

  test('local access claims, but does not report', async () => {
    expect(await (await send(claims, fromLocalhost)).json()).toEqual({ actor: 'anonymous' })
    const response = await send(reportsOf(id), fromLocalhost)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ type: 'urn:stellwerk:problem:unauthorized' })
    const token = await attemptAt(id)
    expect((await send(reportsOf(id), { ...fromLocalhost, ...bearer(token) })).status).toBe(200)
  })
})

test('runners and admins claim jobs, nobody else does', async () => {
  using _ = closed()
  for (const [role, status] of [
    ['runner', 200],
    ['admin', 200],
    ['operator', 403],
    ['viewer', 403],
  ] as const) {
    expect((await send(claims, (await makeToken(role)).headers)).status, role).toBe(status)
  }
  expect((await send(claims)).status).toBe(401)
})

test('the role runner is stored, listed, and unknown to Cloudflare Access', async () => {
  using _ = closed()
  const { id } = await makeToken('runner')
  const row = await env.DB.prepare('SELECT role FROM api_tokens WHERE id = ?').bind(Number(id)).first()
  expect(row).toEqual({ role: 'runner' })
  const listed = await ask('/api/v1/admin/tokens', { headers: asAdmin })
  expect(await listed.json()).toContainEqual(expect.objectContaining({ id, role: 'runner' }))
  const access = { ACCESS_TEAM_DOMAIN: 'a.cloudflareaccess.com', ACCESS_AUD: 'a', ACCESS_ROLES: 'a@example.org=runner' }
  using __ = closed(access)
  expect((await ask('/session', { headers: asAdmin })).status).toBe(503)
})
