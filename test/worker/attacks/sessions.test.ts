import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SESSION_AGE_MAX_MS, TOKEN_CACHED_MS } from '../../../src/platform/limits.ts'
import { api, cancelAll, createJob, setClock, startMs } from '../api.ts'
import { EventStream } from '../event-stream.ts'
import { adminToken, ask, askWith, bearer, closed, makeToken, revoke, whoIs } from './closed.ts'
import { parseSetCookie, signIn } from './cookies.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

const other = (secret: string) => secret.replace(/^./, 'X')

test('the cookie is for this host only, over HTTPS, inaccessible to scripts and other sites', async () => {
  using _ = closed()
  const { token } = await makeToken('operator')
  const response = await askWith('POST', '/session', { token })
  const cookie = parseSetCookie(response.headers.get('set-cookie'))
  expect(cookie.name).toBe('__Host-stellwerk')
  expect(cookie.attributes).toEqual({ 'max-age': '28800', path: '/', httponly: true, secure: true, samesite: 'Strict' })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(decodeURIComponent(cookie.value)).not.toContain(token)
  expect(await response.json()).toEqual({
    kind: 'session',
    name: 'operator-1',
    role: 'operator',
    expires_at: new Date(startMs + SESSION_AGE_MAX_MS).toISOString(),
  })
})

test('a session grants what its token grants: the API, a stream, a page, and no more', async () => {
  const id = await createJob()
  using _ = closed()
  const headers = await signIn((await makeToken('viewer')).token)
  expect((await ask(`${api}/jobs`, { headers })).status).toBe(200)
  expect((await ask('/docs', { headers })).status).toBe(200)
  const stream = new EventStream(await ask(`${api}/metrics/stream?job_id=${id}`, { headers }))
  expect((await stream.event())?.data).toMatchObject({ job_id: id })
  await stream.cancel()
  expect((await ask(`${api}/jobs/${id}/cancel`, { method: 'POST', headers })).status).toBe(403)
})

describe('a session ends', () => {
  test('after eight hours', async () => {
    using _ = closed()
    const headers = await signIn(adminToken)
    setClock(startMs + SESSION_AGE_MAX_MS - 1)
    expect(await whoIs(headers)).toMatchObject({ kind: 'session', role: 'admin' })
    setClock(startMs + SESSION_AGE_MAX_MS)
    expect(await whoIs(headers)).toBe(401)
  })

  test('when its token expires, and its cookie no later', async () => {
    using _ = closed()
    const { token } = await makeToken('viewer', { expires_at: new Date(startMs + 60_900).toISOString() })
    const response = await askWith('POST', '/session', { token })
    expect(parseSetCookie(response.headers.get('set-cookie')).attributes['max-age']).toBe('60')
    const headers = await signIn(token)
    setClock(startMs + 60_899)
    expect(await whoIs(headers)).toMatchObject({ kind: 'session' })
    setClock(startMs + 60_900)
    expect(await whoIs(headers)).toBe(401)
  })

  test('when its token is revoked: at once in the same isolate, within 20 s where it is cached', async () => {
    using _ = closed()
    const here = await makeToken('viewer')
    const headers = await signIn(here.token)
    expect(await whoIs(headers)).toMatchObject({ kind: 'session' })
    await revoke(here)
    expect(await whoIs(headers)).toBe(401)
  })

  test('when its token is gone from D1, even if this isolate has cached it', async () => {
    using _ = closed()
    const made = await makeToken('viewer')
    const headers = await signIn(made.token)
    expect(await whoIs(headers)).toMatchObject({ kind: 'session' })
    await env.DB.prepare('DELETE FROM api_tokens WHERE id = ?').bind(Number(made.id)).run()
    setClock(startMs + TOKEN_CACHED_MS)
    expect([await whoIs(headers), await whoIs(made.headers)]).toEqual([401, 401])
  })

  test('when ADMIN_TOKEN changes, if it was opened with that; others stay valid', async () => {
    using _ = closed()
    const admins = await signIn(adminToken)
    const others = await signIn((await makeToken('viewer')).token)
    using __ = closed({ ADMIN_TOKEN: other(adminToken) })
    expect(await whoIs(admins)).toBe(401)
    expect(await whoIs(others)).toMatchObject({ kind: 'session' })
  })

  test('when SESSION_SECRET changes or is removed; tokens stay valid', async () => {
    using _ = closed()
    const made = await makeToken('viewer')
    const sessions = [await signIn(adminToken), await signIn(made.token)]
    for (const SESSION_SECRET of [`another-secret-${'x'.repeat(32)}`, '']) {
      using __ = closed({ SESSION_SECRET })
      expect(await Promise.all(sessions.map(whoIs))).toEqual([401, 401])
      expect(await whoIs(made.headers)).toMatchObject({ kind: 'token' })
    }
    expect(await whoIs(sessions[0] ?? {})).toMatchObject({ kind: 'session' })
  })

  test('in this browser when it signs out, even with a session that has ended already', async () => {
    using _ = closed()
    const headers = await signIn(adminToken)
    setClock(startMs + SESSION_AGE_MAX_MS)
    for (const brought of [headers, {}]) {
      const response = await ask('/session', { method: 'DELETE', headers: brought })
      expect(response.status).toBe(204)
      const { name, value, attributes } = parseSetCookie(response.headers.get('set-cookie'))
      expect([name, value, attributes['max-age'], attributes.path]).toEqual(['__Host-stellwerk', '', '0', '/'])
    }
  })
})

test('an ended session is answered with: sign in again', async () => {
  using _ = closed()
  const headers = await signIn(adminToken)
  setClock(startMs + SESSION_AGE_MAX_MS)
  const response = await ask('/session', { headers })
  expect(await response.json()).toMatchObject({ type: 'urn:stellwerk:problem:session-ended', status: 401 })
})

test('signing in without SESSION_SECRET is 503: the session could be forged', async () => {
  using _ = closed({ SESSION_SECRET: '' })
  const response = await askWith('POST', '/session', { token: adminToken })
  expect([response.status, response.headers.get('set-cookie')]).toEqual([503, null])
  expect(await response.json()).toMatchObject({ type: 'urn:stellwerk:problem:sessions-not-configured' })
})

test.each(['wrong', 'stw_0000000000000000000000000000000000000000000', adminToken.slice(1), 'x'.repeat(512)])(
  'an invalid token opens no session: %s',
  async (token) => {
    using _ = closed()
    const response = await askWith('POST', '/session', { token })
    expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null])
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="stellwerk", error="invalid_token"')
  },
)

test('an expired or revoked token opens no session, and neither does a session', async () => {
  using _ = closed()
  const expiring = await makeToken('admin', { expires_at: new Date(startMs + 1).toISOString() })
  const revoked = await makeToken('admin')
  const { Cookie } = await signIn(revoked.token)
  await revoke(revoked)
  setClock(startMs + 1)
  for (const { token } of [expiring, revoked]) {
    expect((await askWith('POST', '/session', { token })).status).toBe(401)
  }
  expect((await askWith('POST', '/session', { token: Cookie })).status).toBe(401)
  expect((await askWith('POST', '/session', { token: 'wrong' }, bearer(adminToken))).status).toBe(401)
})
