import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { api, cancelAll, createJob, request, setClock, startMs } from '../api.ts'
import { digestOf, filesOf, put } from '../artifacts.ts'
import { Runner } from '../runner.ts'
import { ask, bearer, closed, makeToken, whoIs } from './closed.ts'
import { contentsOfD1 } from './d1-contents.ts'

beforeEach(() => setClock(startMs))
afterEach(async () => {
  await cancelAll()
  vi.useRealTimers()
})

/** A job with a live attempt, which has stored a file. */
async function begin(): Promise<Runner> {
  await createJob({ trainer: 'runner' })
  const runner = await new Runner().begin()
  await put(runner, 'a.txt', 'hello')
  return runner
}

/** A file is sent to a path as it stands in the address. */
const send = ({ job, token }: Runner, path: string, headers: Record<string, string> = {}, body = 'evil') =>
  request(`${api}/jobs/${job}/artifacts/${path}`, {
    method: 'PUT',
    headers: { ...bearer(token), 'Content-Length': String(body.length), ...headers },
    body,
  })

const inR2 = async () => (await env.ARTIFACTS.list()).objects.map(({ key }) => key)

test.each([
  ['..%2f..%2fa.txt', 'a way out'],
  ['x/..%2F..%2Fa.txt', 'a way out'],
  ['x/%2E%2E%5ca', 'a way out of Windows'],
  ['x%5cy', 'a backslash'],
  ['x//y', 'an empty name'],
  ['%2fetc/passwd', 'a root'],
  ['x/', 'a folder'],
  ['x/%2e%2fy', 'a dot'],
  ['x%00.txt', 'a NUL'],
  ['x%e2%80%aetxt.exe', 'text from right to left'],
  ['x%e2%80%8b', 'an invisible character'],
  ['a%cc%88', 'a letter and an umlaut apart'],
  ['x'.repeat(513), 'too many bytes'],
  ['%c3%a4'.repeat(257), 'too many bytes in UTF-8'],
])('a path is refused, and nothing is stored: %s (%s)', async (path) => {
  const runner = await begin()
  const before = await inR2()
  const answer = await send(runner, path)
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({ errors: [{ loc: ['path', 'path'], type: 'invalid_path' }] })
  expect([await inR2(), (await filesOf(runner.job)).map((one) => one.path)]).toEqual([before, ['a.txt']])
})

test('a path with a line break is refused', async () => {
  const runner = await begin()
  for (const path of ['x%0a.txt', 'x%0d%0aSet-Cookie:a', '%0a']) {
    expect((await request(`${api}/jobs/${runner.job}/artifacts/${path}`, { method: 'PUT', body: 'x' })).status).toBe(
      422,
    )
  }
  expect(await filesOf(runner.job)).toHaveLength(1)
})

test('no path becomes a key: the bytes of a job lie below its own id', async () => {
  const runner = await begin()
  await send(runner, `jobs/${crypto.randomUUID()}/1`)
  const keys = (await inR2()).filter((key) => key.includes(runner.job))
  expect(keys).toEqual([`jobs/${runner.job}/1`, `jobs/${runner.job}/2`])
})

test('a page, a script and a picture that a training process leaves are never shown or run in this origin', async () => {
  const runner = await begin()
  for (const type of ['text/html', 'image/svg+xml', 'text/javascript', 'application/xhtml+xml']) {
    const name = `${type.replace(/\W/g, '-')}.html`
    await put(runner, name, '<script>alert(document.domain)</script>', { 'Content-Type': type })
    for (const headers of [{}, { Range: 'bytes=0-9' }, { 'If-None-Match': '*' }]) {
      const answer = await request(`${api}/jobs/${runner.job}/artifacts/${name}`, {
        headers: { ...bearer(runner.token), ...headers },
      })
      expect(Object.fromEntries(answer.headers), type).toMatchObject({
        'content-security-policy': "default-src 'none'; sandbox",
        'content-disposition': `attachment; filename*=UTF-8''${name}`,
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'private, no-cache',
      })
    }
  }
})

test.each(['text/html\\0', 'text/html, text/plain', 'x', '*/*', `a/${'b'.repeat(100)}`, 'text/plain; charset=ä'])(
  'a media type that is none is not passed on: %s',
  async (type) => {
    const runner = await begin()
    await put(runner, 'b', 'b', { 'Content-Type': type })
    expect(await filesOf(runner.job)).toMatchObject([{}, { path: 'b', content_type: 'application/octet-stream' }])
  },
)

test.each(['sha-256=:AAAA:', 'sha-256=AAAA', 'sha-256=:!:', 'hello', `sha-256=:${'A'.repeat(44)}:`, 'sha-256=::'])(
  'a digest that is none is refused: %s',
  async (digest) => {
    const runner = await begin()
    const answer = await send(runner, 'b', { 'Repr-Digest': digest })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: [{ loc: ['header', 'Repr-Digest'], type: 'invalid_digest' }] })
  },
)

test('digests of other kinds are left to others', async () => {
  const runner = await begin()
  const both = `md5=:AAAA:, ${await digestOf('evil')}`
  expect((await send(runner, 'b', { 'Repr-Digest': both })).status).toBe(201)
  expect((await send(runner, 'b', { 'Repr-Digest': 'sha-512=:AAAA:' })).status).toBe(204)
})

test.each(['gzip', 'br', 'identity, gzip'])(
  'a compressed file is refused, not stored as something else: %s',
  async (coding) => {
    const runner = await begin()
    expect((await send(runner, 'b', { 'Content-Encoding': coding })).status).toBe(415)
    expect(await filesOf(runner.job)).toHaveLength(1)
  },
)

test('a prefix is text: neither a pattern nor a statement', async () => {
  const runner = await begin()
  for (const prefix of ['%25', '_', '*', "' OR 1=1 --", '%00', 'a%25', '[a]', '\u{10ffff}']) {
    expect(await filesOf(runner.job, `?prefix=${prefix}`), prefix).toEqual([])
  }
})

describe('with credentials', () => {
  test('a job token reads and writes the files of its own job only', async () => {
    const runner = await begin()
    await runner.finish('failed')
    const other = await begin()
    using _ = closed()
    const before = [await filesOfAs(other), await contentsOfD1(), await inR2()]
    const headers = bearer(runner.token)
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const init = { method, headers, ...(method === 'PUT' ? { body: 'x' } : {}) }
      const answer = await ask(`${api}/jobs/${other.job}/artifacts/a.txt`, init)
      expect(answer.status, method).toBe(403)
    }
    expect((await ask(`${api}/jobs/${other.job}/artifacts`, { headers })).status).toBe(403)
    expect([await filesOfAs(other), await contentsOfD1(), await inR2()]).toEqual(before)
  })

  test('a token that no attempt has is refused before a byte is stored, and told nothing of the files', async () => {
    const runner = await begin()
    using _ = closed()
    const invented = new Runner()
    invented.job = runner.job
    invented.token = runner.token.replace(/.{8}$/, 'AAAAAAAA')
    const before = await inR2()
    const path = `${api}/jobs/${runner.job}/artifacts/b`
    expect((await ask(path, { method: 'PUT', headers: bearer(invented.token), body: 'x' })).status).toBe(401)
    for (const path of ['/a.txt', '/none', '']) {
      const answer = await ask(`${api}/jobs/${runner.job}/artifacts${path}`, { headers: bearer(invented.token) })
      expect([answer.status, answer.headers.get('etag')]).toEqual([401, null])
    }
    expect(await inR2()).toEqual(before)
  })

  test('a viewer reads, an operator stores and deletes, a runner’s own token does none of it', async () => {
    const runner = await begin()
    using _ = closed()
    const path = `${api}/jobs/${runner.job}/artifacts/b.txt`
    const statusOf = async (headers: Record<string, string>, method: string, body?: string) =>
      (await ask(path, { method, headers, ...(body === undefined ? {} : { body }) })).status
    const [viewer, operator, machine] = await Promise.all([
      makeToken('viewer'),
      makeToken('operator'),
      makeToken('runner'),
    ])
    expect(await statusOf(viewer.headers, 'PUT', 'x')).toBe(403)
    expect(await statusOf(operator.headers, 'PUT', 'x')).toBe(201)
    expect(await statusOf(viewer.headers, 'GET')).toBe(200)
    expect(await statusOf(viewer.headers, 'DELETE')).toBe(403)
    for (const [method, body] of [['PUT', 'x'], ['GET'], ['DELETE']] as const) {
      expect(await statusOf(machine.headers, method, body)).toBe(403)
      expect(await statusOf({}, method, body)).toBe(401)
    }
    expect(await statusOf(operator.headers, 'DELETE')).toBe(200)
  })

  test('a job that does not exist has no files, and none is made by asking', async () => {
    using _ = closed()
    const operator = await makeToken('operator')
    await whoIs(operator.headers)
    const before = await contentsOfD1()
    for (const id of [crypto.randomUUID(), 'x', '%00', '1'.repeat(500)]) {
      const path = `${api}/jobs/${id}/artifacts/a`
      for (const [method, body] of [['PUT', 'x'], ['GET'], ['DELETE']] as const) {
        const answer = await ask(path, { method, headers: operator.headers, ...(body === undefined ? {} : { body }) })
        expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([404, 'Job not found'])
      }
    }
    expect(await contentsOfD1()).toEqual(before)
  })
})

async function filesOfAs({ job, token }: Runner): Promise<unknown> {
  return (await ask(`${api}/jobs/${job}/artifacts`, { headers: bearer(token) })).json()
}
