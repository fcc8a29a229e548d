import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { api } from '../api.ts'
import { asAdmin, ask, closed } from './closed.ts'
import { contentsOfD1 } from './d1-contents.ts'
import { bodyOf } from './routes.ts'
import { expectRefusal, sendTo } from './send-body.ts'

let vars: Disposable
let before: unknown
beforeAll(async () => {
  vars = closed()
  before = await contentsOfD1()
})
afterEach(async () => {
  expect(await contentsOfD1()).toEqual(before)
})
afterAll(() => vars[Symbol.dispose]())

/** Every string field of every body, with its path. */
const texts: [route: string, field: string, put: (value: unknown) => unknown][] = [
  [`POST ${api}/jobs`, 'name', (name) => ({ ...good(`POST ${api}/jobs`), name })],
  [`POST ${api}/jobs`, 'model_type', (model_type) => ({ ...good(`POST ${api}/jobs`), model_type })],
  [`POST ${api}/jobs`, 'bundeslaender', (land) => ({ ...good(`POST ${api}/jobs`), bundeslaender: [land] })],
  ...['id', 'title', 'bundesland', 'doc_type', 'source_url'].map((field): (typeof texts)[number] => [
    `PUT ${api}/dataset/documents`,
    field,
    (value) => documentWith({ [field]: value }),
  ]),
  ...['name', 'role', 'expires_at'].map((field): (typeof texts)[number] => [
    'POST /api/v1/admin/tokens',
    field,
    (value) => ({ name: 'x', role: 'viewer', [field]: value }),
  ]),
]

const good = (route: string) => bodyOf(route) as Record<string, unknown>
function documentWith(more: object) {
  const { documents } = good(`PUT ${api}/dataset/documents`) as { documents: object[] }
  return { documents: [{ ...documents[0], ...more }] }
}

const odd: [what: string, value: unknown][] = [
  ['a lone high surrogate', 'x\ud800y'],
  ['a lone low surrogate', 'x\udc00y'],
  ['surrogates the wrong way round', 'x\udc00\ud800y'],
  ['a NUL', 'x\0y'],
  ['a line feed', 'x\ny'],
  ['a carriage return', 'x\ry'],
  ['a tab', 'x\ty'],
  ['an escape sequence', 'x\u001b[2Jy'],
  ['a C1 control', 'x\u0085y'],
  ['a delete', 'x\u007fy'],
  ['nothing but blanks', ' \u00a0\u3000 '],
  ['an array', ['x']],
  ['an object', { toString: 'x' }],
  ['a number', 1],
  ['a boolean', true],
  ['60,000 characters', 'x'.repeat(60_000)],
]

test.each(texts)(
  '%s: a %s that is not text, or contains controls or lone surrogates, is 422',
  async (route, field, put) => {
    for (const [what, value] of odd) {
      const problem = await expectRefusal(sendTo(route, JSON.stringify(put(value))), 422, what)
      expect(
        problem.errors?.every(({ loc }) => loc.includes(field)),
        what,
      ).toBe(true)
    }
  },
)

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  '//evil.example',
  'https://',
  'ftp://x',
  'https://www.gesetze-bayern.de@evil.example/',
  'https://user:password@example.org/',
  'x',
])('a document with the source %s is 422: a page might render it as a link', async (source_url) => {
  const route = `PUT ${api}/dataset/documents`
  await expectRefusal(sendTo(route, JSON.stringify(documentWith({ source_url }))), 422, source_url)
})

test.each([
  ['line breaks', 'a%0D%0Ab'],
  ['a NUL', 'a%00b'],
  ['a lone surrogate', '%ED%A0%80'],
  ['bytes that are not UTF-8', '%FF%FE'],
  ['a broken percent code', '%E0%A4%A'],
  ['a quote of SQL', "'%20OR%201=1--"],
  ['an encoded slash', '..%2F..%2Fhealth'],
  ['dots', '...'],
  ['8,000 characters', 'a'.repeat(8_000)],
  ['a name of the prototype', '__proto__'],
])('an id with %s is 404 or 422, and changes nothing', async (_, id) => {
  for (const [method, path] of [
    ['GET', `${api}/jobs/${id}`],
    ['DELETE', `${api}/jobs/${id}`],
    ['POST', `${api}/jobs/${id}/pause`],
    ['POST', `${api}/jobs/${id}/cancel`],
    ['GET', `${api}/jobs/${id}/events`],
    ['GET', `${api}/jobs/${id}/history`],
    ['GET', `${api}/metrics/stream?job_id=${id}`],
    ['GET', `${api}/models/${id}`],
    ['POST', `${api}/models/${id}/activate`],
    ['DELETE', `${api}/models/${id}`],
    ['DELETE', `${api}/dataset/documents/${id}`],
    ['DELETE', `/api/v1/admin/tokens/${id}`],
  ] as const) {
    const response = await ask(path, { method, headers: asAdmin })
    expect([404, 422], `${method} ${path.slice(0, 100)}: ${response.status}`).toContain(response.status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  }
})

test.each([
  '2040-01-01',
  '2040-01-01T00:00:00',
  '2040-02-30T00:00:00Z',
  '2040-01-01T24:00:00Z',
  '2040-01-01T00:00:60Z',
  '2040-01-01T00:00:00+99:99',
  '2040-01-01T00:00:00+24:00',
  '+012040-01-01T00:00:00Z',
  '٢٠٤٠-01-01T00:00:00Z',
  'never',
  '1999-12-31T23:59:59Z',
])('a token that expires at %s is rejected, not created without an expiry', async (expires_at) => {
  const body = JSON.stringify({ name: 'x', role: 'viewer', expires_at })
  await expectRefusal(sendTo('POST /api/v1/admin/tokens', body), 422, expires_at)
})

test.each(['', ' ', '\u0000', 'x'.repeat(2_000)])('a stream of the job %j is rejected', async (id) => {
  const response = await ask(`${api}/metrics/stream?job_id=${encodeURIComponent(id)}`, { headers: asAdmin })
  expect([404, 422], `${response.status}`).toContain(response.status)
})

test.each([
  ['Last-Event-ID', '9'.repeat(4_000)],
  ['Last-Event-ID', '1.0, 2.0'],
  ['Idempotency-Key', 'k\u00e9y'],
  ['Idempotency-Key', 'k'.repeat(256)],
  ['Idempotency-Key', 'two words'],
])('a header %s that does not fit is 422', async (name, value) => {
  const headers = { ...asAdmin, [name]: value, 'Content-Type': 'application/json' }
  const sent =
    name === 'Last-Event-ID'
      ? ask(`${api}/metrics/stream?job_id=unknown`, { headers })
      : ask(`${api}/jobs`, { method: 'POST', headers, body: JSON.stringify(good(`POST ${api}/jobs`)) })
  await expectRefusal(sent, 422, name)
})
