import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { api, cancelAll, setClock, startMs } from '../api.ts'
import { type Key, newKey, newTeam, signed } from './access-team.ts'
import { adminToken, asAdmin, ask, closed, fromLocalhost } from './closed.ts'
import { signIn } from './cookies.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { createFixtures, type Fixtures, type RouteRequest, requestsTo } from './routes.ts'

let things: Fixtures
let key: Key
beforeAll(async () => {
  setClock(startMs)
  key = await newKey('cross-site')
  things = await createFixtures()
})
afterAll(async () => {
  await cancelAll()
  vi.useRealTimers()
})

type Sent = { body: BodyInit | null; type: string | null }
type Page = { name: string; headers: Record<string, string> }

/** Requests that a page can make a browser send to another site without a preflight. */
const simple: [name: string, sent: (asked: RouteRequest) => Sent][] = [
  [
    'a form',
    ({ body }) => ({
      body: new URLSearchParams({ body: JSON.stringify(body) }).toString(),
      type: 'application/x-www-form-urlencoded',
    }),
  ],
  [
    'a form with files',
    () => ({
      body: '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
      type: 'multipart/form-data; boundary=b',
    }),
  ],
  ['a form of plain text that is JSON', ({ body }) => ({ body: JSON.stringify(body ?? {}), type: 'text/plain' })],
  [
    'plain text with a parameter',
    ({ body }) => ({ body: JSON.stringify(body ?? {}), type: 'Text/Plain;charset=UTF-8; a=application/json' }),
  ],
  ['a body of no type', ({ body }) => ({ body: new TextEncoder().encode(JSON.stringify(body ?? {})), type: null })],
  ['no body', () => ({ body: null, type: null })],
  ['a ping', () => ({ body: 'PING', type: 'text/ping' })],
]

const evil: Page[] = [
  { name: 'another site', headers: { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' } },
  { name: 'an older browser', headers: { Origin: 'https://evil.example' } },
  { name: 'a sandboxed frame', headers: { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' } },
  { name: 'a neighbouring host', headers: { Origin: 'http://evil.localhost', 'Sec-Fetch-Site': 'same-site' } },
  { name: 'another port', headers: { Origin: 'http://localhost:3000', 'Sec-Fetch-Site': 'same-site' } },
  { name: 'the same host without TLS', headers: { Origin: 'https://localhost', 'Sec-Fetch-Site': 'cross-site' } },
  { name: 'a page that hides where it is', headers: { 'Sec-Fetch-Site': 'cross-site' } },
  { name: 'a bookmark', headers: { 'Sec-Fetch-Site': 'none' } },
]

const changing = () => requestsTo(things).filter(({ method }) => method !== 'GET' && method !== 'HEAD')
/** Recognizing images is work that a GET starts. */
const working = () => requestsTo(things).filter(({ method, needs }) => method === 'GET' && needs === 'operator')

const opened = { ALLOW_ANYONE_ON_LOCALHOST: 'true', ADMIN_TOKEN: '' }

type Opened = { vars: Parameters<typeof closed>[0]; credential: () => Promise<Record<string, string>> }

/** Credentials that a browser sends by itself. */
const openings: { opening: string; open: () => Opened }[] = [
  { opening: 'a session', open: () => ({ vars: {}, credential: () => signIn(adminToken) }) },
  { opening: 'local access', open: () => ({ vars: opened, credential: async () => fromLocalhost }) },
  {
    opening: 'Cloudflare Access',
    open: () => {
      const team = newTeam(key)
      const vars = { ACCESS_TEAM_DOMAIN: team.domain, ACCESS_AUD: team.audience, ACCESS_ROLES: '*@example.org=admin' }
      return { vars, credential: async () => ({ 'Cf-Access-Jwt-Assertion': await signed(key, team.claims()) }) }
    },
  },
]

describe.each(openings)('a page of another site cannot use $opening', ({ open }) => {
  const attack = async (pages: Page[], sent: (asked: RouteRequest) => Sent) => {
    const { vars, credential: bring } = open()
    using _ = closed(vars)
    const credential = await bring()
    const before = await contentsOfD1()
    for (const { name, headers } of pages) {
      for (const asked of changing()) {
        const { body, type } = sent(asked)
        const all = { ...credential, ...headers, ...(type === null ? {} : { 'Content-Type': type }) }
        const response = await ask(asked.path, { method: asked.method, headers: all, body })
        expect(response.status, `${asked.route} from ${name}`).toBe(403)
        expect(await response.json()).toMatchObject({ type: 'urn:stellwerk:problem:cross-site' })
      }
    }
    expect(await contentsOfD1()).toEqual(before)
  }

  test.each(simple)('by %s', (_, sent) => attack(evil.slice(0, 2), sent))
  test.each(evil)('as $name', (page) => attack([page], () => ({ body: null, type: null })))

  test('for work that a GET starts, such as through the address of an image', async () => {
    const { vars, credential: bring } = open()
    using _ = closed(vars)
    const credential = await bring()
    expect(working()).not.toEqual([])
    for (const { path } of working()) {
      for (const { name, headers } of evil.filter(({ headers }) => headers['Sec-Fetch-Site'] !== 'none')) {
        expect((await ask(path, { headers: { ...credential, ...headers } })).status, `${path} from ${name}`).toBe(403)
      }
      for (const site of ['same-origin', 'none']) {
        const response = await ask(path, { headers: { ...credential, 'Sec-Fetch-Site': site } })
        expect(response.status, `${path} from ${site}`).toBe(200)
        await response.body?.cancel()
      }
    }
  })
})

test('the service’s own pages can use their session, and scripts their token', async () => {
  using _ = closed()
  const session = await signIn(adminToken)
  const path = `/api/v1/admin/training/jobs/${things.training}/pause`
  const resume = `/api/v1/admin/training/jobs/${things.training}/resume`
  const own = { Origin: 'http://localhost', 'Sec-Fetch-Site': 'same-origin' }
  const good: [string, Record<string, string>][] = [
    [path, { ...session, ...own }],
    [resume, { ...session, 'Sec-Fetch-Site': 'same-origin' }],
    [path, { ...session, Origin: 'http://localhost' }],
    [resume, asAdmin],
    // A browser never adds a token by itself: the sender knows it.
    [
      path,
      { ...asAdmin, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'text/plain' },
    ],
  ]
  for (const [to, headers] of good) {
    expect((await ask(to, { method: 'POST', headers })).status, JSON.stringify(headers)).toBe(200)
  }
})

test('an invalid token does not let a forged request fall back to the session', async () => {
  using _ = closed()
  const headers = { ...(await signIn(adminToken)), ...evil[0]?.headers, Authorization: 'Basic eDp5' }
  const before = await contentsOfD1()
  for (const { path, method } of changing().filter(({ needs }) => needs !== 'anyone')) {
    expect((await ask(path, { method, headers })).status, path).toBe(401)
  }
  expect(await contentsOfD1()).toEqual(before)
})

test('a page of another site cannot sign in its visitor as another user', async () => {
  using _ = closed()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    const headers = { ...evil[0]?.headers, 'Content-Type': type }
    const response = await ask('/session', { method: 'POST', headers, body: JSON.stringify({ token: adminToken }) })
    expect([response.status, response.headers.get('set-cookie')]).toEqual([403, null])
  }
})

// A page chooses the address of its policy violation reports; browsers send them there without a preflight.
test('a page of another site cannot use local access through a policy violation report', async () => {
  using _ = closed(opened)
  const before = await contentsOfD1()
  const headers = { ...fromLocalhost, ...evil[0]?.headers, 'Content-Type': 'application/csp-report' }
  for (const { path, method } of changing().filter((asked) => asked.method === 'POST')) {
    await ask(path, { method, headers, body: '{"csp-report":{}}' })
  }
  expect(await contentsOfD1()).toEqual(before)
})

test('behind a proxy that rewrites Host, the refusal of the page’s request names the setting that helps', async () => {
  const headers = { ...fromLocalhost, Origin: 'https://jobs.example.org', 'Content-Type': 'application/json' }
  const body = JSON.stringify({ name: 'x', bundeslaender: ['BY'] })
  const refused = await ask(`${api}/jobs`, { method: 'POST', headers, body })
  expect([refused.status, await refused.json()]).toMatchObject([
    403,
    { type: 'urn:stellwerk:problem:cross-site', detail: expect.stringContaining('CORS_ORIGINS') },
  ])
})
