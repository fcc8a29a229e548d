import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { api, cancelAll, setClock, startMs } from '../api.ts'
import { breakD1, restoreD1 } from '../meters.ts'
import { newKey, newTeam, signed } from './access-team.ts'
import { adminToken, asAdmin, ask, askWith, bearer, closed, makeToken, revoke, sessionSecret } from './closed.ts'
import { partsOf, signIn } from './cookies.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { createFixtures, initOf, requestsTo } from './routes.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  restoreD1()
  vi.restoreAllMocks()
  await cancelAll()
  vi.useRealTimers()
})

/** SHA-256 in hex, computed independently: D1 must hold it of a token, and nothing may show it. */
async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Collects everything written to the console from now on. */
function listen() {
  const spies = (['debug', 'error', 'info', 'log', 'trace', 'warn'] as const).map((level) => vi.spyOn(console, level))
  return () => spies.flatMap((spy) => spy.mock.calls.flat().map(String)).join('\n')
}

/** The visible parts of an answer. A stream's body is not read. */
async function shownBy(response: Response): Promise<string> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (isStream) await response.body?.cancel()
  const body = isStream ? '' : await response.text()
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie')
  return `${JSON.stringify(headers)}\n${body}`
}

test('no token, cookie, assertion or secret appears in a log line or an answer of any route, whatever the outcome', async () => {
  const things = await createFixtures()
  const key = await newKey('secrets')
  const team = newTeam(key)
  using _ = closed({ ACCESS_TEAM_DOMAIN: team.domain, ACCESS_AUD: team.audience, ACCESS_ROLES: '*@example.org=viewer' })
  const [viewer, operator, revoked] = [await makeToken('viewer'), await makeToken('operator'), await makeToken('admin')]
  const session = await signIn(operator.token)
  await revoke(revoked)
  const assertion = await signed(key, team.claims())
  const unknown = `stw_${'u'.repeat(43)}`
  const guess = `guess-${'g'.repeat(40)}`
  const secrets = [adminToken, sessionSecret, viewer.token, operator.token, revoked.token, unknown, guess, assertion]
  const cookie = partsOf(session)
  secrets.push(cookie.signature, encodeURIComponent(cookie.signature), assertion.split('.')[2] ?? '')
  const hashes = await Promise.all([adminToken, viewer.token, operator.token, revoked.token].map(hashOf))
  const credentials: Record<string, string>[] = [
    {},
    ...[adminToken, viewer.token, operator.token, revoked.token, unknown, guess].map(bearer),
    { Authorization: `Basic ${guess}` },
    session,
    { Cookie: `__Host-stellwerk=${guess}.${'A'.repeat(43)}=` },
    { 'Cf-Access-Jwt-Assertion': assertion },
    { 'Cf-Access-Jwt-Assertion': `${assertion}x` },
  ]
  const logged = listen()
  const seen: string[] = []
  for (const headers of credentials) {
    for (const asked of requestsTo(things)) {
      const separator = asked.path.includes('?') ? '&' : '?'
      const path = `${asked.path}${separator}token=${guess}`
      seen.push(await shownBy(await ask(path, initOf({ ...asked, path }, headers))))
    }
    seen.push(await shownBy(await ask(`/nothing?token=${guess}`, { headers: { ...headers, Accept: 'text/html' } })))
    // A token in a path: in place of an id, or where it does not belong.
    for (const token of [unknown, viewer.token, encodeURIComponent(`${revoked.token}!`)]) {
      for (const path of [`/api/v1/admin/tokens/${token}`, `${api}/jobs/${token}`, `/${token}/${token}`]) {
        seen.push(await shownBy(await ask(path, { method: 'DELETE', headers })))
      }
    }
  }
  const lines = logged()
  expect(lines.split('\n').length).toBeGreaterThan(300)
  const all = lines + seen.join('\n')
  expect([...secrets, ...hashes].filter((secret) => all.includes(secret))).toEqual([])
})

describe('an error', () => {
  test.each(['refused', 'unheard'] as const)('reveals no secret, and neither does its log line: D1 %s', async (how) => {
    using _ = closed()
    const made = await makeToken('admin')
    const Cookie = (await signIn(made.token)).Cookie
    // No longer cached by the isolate, so it must query D1.
    setClock(startMs + 60_000)
    const logged = listen()
    breakD1(how)
    for (const headers of [made.headers, { Cookie }, bearer(`stw_${'u'.repeat(43)}`)]) {
      const response = await ask(`${api}/jobs`, { headers })
      const shown = await shownBy(response)
      expect(response.status).toBe(503)
      expect(shown).not.toMatch(/D1|SELECT|api_tokens|\.ts\b/)
      expect(shown + logged()).not.toContain(made.token)
      expect(shown + logged()).not.toContain(await hashOf(made.token))
    }
    const signingIn = await askWith('POST', '/session', { token: made.token })
    const making = await askWith('POST', '/api/v1/admin/tokens', { name: 'broken', role: 'viewer' }, asAdmin)
    expect([signingIn.status, making.status]).toEqual([503, 503])
    expect((await signingIn.text()) + (await making.text()) + logged()).not.toMatch(/stw_/)
  })

  test('about an invalid body repeats at most the beginning of the invalid value', async () => {
    using _ = closed()
    const logged = listen()
    const bodies = [{ token: adminToken.repeat(20) }, { token: [adminToken] }, { [adminToken]: 1 }, adminToken]
    for (const body of bodies) {
      const response = await askWith('POST', '/session', body)
      expect(response.status).toBe(422)
      expect((await response.text()) + logged()).not.toContain(adminToken)
    }
    const twice = `{"token":"${adminToken}","token":"${adminToken}"}`
    const headers = { 'Content-Type': 'application/json' }
    const response = await ask('/session', { method: 'POST', headers, body: twice })
    expect((await response.text()) + logged()).not.toContain(adminToken)
  })
})

describe('a token', () => {
  test('is in D1 only as its SHA-256, and is shown once: when it is created', async () => {
    using _ = closed()
    const response = await askWith('POST', '/api/v1/admin/tokens', { name: 'once', role: 'viewer' }, asAdmin)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const { token, id } = (await response.json()) as { token: string; id: string }
    expect(token).toMatch(/^stw_[A-Za-z0-9_-]{43}$/)
    const row = await env.DB.prepare('SELECT * FROM api_tokens WHERE id = ?').bind(Number(id)).first()
    expect(row).toMatchObject({ hash: await hashOf(token), name: 'once' })
    const contents = JSON.stringify(await contentsOfD1())
    for (const part of [token, token.slice(4), token.slice(4, 24), adminToken]) expect(contents).not.toContain(part)
    const list = await (await ask('/api/v1/admin/tokens', { headers: asAdmin })).text()
    expect(list).toContain('"name":"once"')
    for (const part of ['hash', 'stw_', await hashOf(token), token]) expect(list).not.toContain(part)
  })

  test('is different each time, with 256 random bits', async () => {
    using _ = closed()
    const made = await Promise.all(Array.from({ length: 50 }, () => makeToken('viewer')))
    const bits = made.map(({ token }) => token.slice(4))
    expect(new Set(bits).size).toBe(50)
    // No two share a prefix, as counters or clocks would.
    expect(new Set(bits.map((text) => text.slice(0, 6))).size).toBe(50)
  })

  test('ADMIN_TOKEN is in no cookie, in clear or as a plain hash against which guesses could be tried', async () => {
    using _ = closed()
    const { says } = partsOf(await signIn(adminToken))
    expect(says).not.toContain(await hashOf(adminToken))
    expect(says).not.toContain(adminToken)
  })
})

test('each log line about a command names its actor, and the one about signing in the user', async () => {
  using _ = closed()
  const { headers, name, token } = await makeToken('operator')
  const logged = listen()
  const created = await askWith('POST', `${api}/jobs`, { name: 'Zeugnis', bundeslaender: ['BY'] }, headers)
  const { id } = (await created.json()) as { id: string }
  expect((await ask(`${api}/jobs/${id}/cancel`, { method: 'POST', headers })).status).toBe(200)
  await signIn(token)
  const lines = logged()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const actorOf = (found: Record<string, unknown>) =>
    lines.find((line) => Object.entries(found).every(([key, value]) => line[key] === value))?.actor
  expect(actorOf({ event: 'job_created', job_id: id })).toBe(`token:${name}`)
  expect(actorOf({ event: 'job_cancelled', job_id: id })).toBe(`token:${name}`)
  expect(actorOf({ event: 'job_preparation_started', job_id: id })).toBeUndefined()
  expect(actorOf({ event: 'request', path: '/session', status: 200 })).toBe(`token:${name}`)
})

test('the access log names the actor of a request, and nothing else of the credential', async () => {
  using _ = closed()
  const { headers, name } = await makeToken('viewer')
  const logged = listen()
  await ask(`${api}/jobs?access_token=secret`, { headers })
  const lines = logged()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.filter(({ event }) => event === 'request')).toEqual([
    expect.objectContaining({ actor: `token:${name}`, path: `${api}/jobs`, status: 422 }),
  ])
})
