import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LocalServer } from './local-server.ts'

const adminToken = 'admin-token-of-a-closed-npm-start-0123456789'
const vars = [`ADMIN_TOKEN:${adminToken}`, 'SESSION_SECRET:session-secret-of-a-closed-npm-start']

let server: LocalServer
beforeAll(async () => {
  server = await LocalServer.start(vars.flatMap((one) => ['--var', one]))
})
afterAll(() => server[Symbol.asyncDispose]())

const database = '/api/d1/database/00000000-0000-0000-0000-000000000000/raw'
const sql = JSON.stringify({ sql: 'SELECT count(*) FROM api_tokens' })
const json = { 'Content-Type': 'application/json' }

/** Spellings of the paths of wrangler's Local Explorer and of its recordings. */
const paths = ['/cdn-cgi/explorer', '/cdn-cgi/local/explorer', '/cdn-cgi/handler/explorer'].flatMap((prefix) => [
  prefix,
  `${prefix}/`,
  `${prefix}/api`,
  `${prefix}/api/`,
  `${prefix}/api/d1/database`,
  `${prefix}${database}`,
  `${prefix}/api/local/observability/query`,
  `${prefix}/api/workers/durable_objects/namespaces`,
  `${prefix}/api/r2/buckets`,
  `${prefix}/api/storage/kv/namespaces`,
])
/**
 * Where wrangler serves the objects of a local bucket, and cannot be told not to: only to who names a key, which has the random
 * id of its job, and lists none.
 */
const bucketDoor = '/cdn-cgi/local/r2/public'
const spellings = [
  ...paths,
  ...paths.map((path) => path.toUpperCase()),
  ...paths.map((path) => path.replace('explorer', '%65xplorer')),
  ...paths.map((path) => path.replace('/cdn-cgi/', '/cdn-cgi%2f')),
  ...paths.map((path) => path.replace('/cdn-cgi/', '//cdn-cgi/')),
  ...paths.map((path) => path.replace('/cdn-cgi/', '/x/../cdn-cgi/')),
  ...paths.map((path) => path.replace('/cdn-cgi/', '/cdn-cgi/./')),
  '/cdn-cgi/local/observability',
  '/cdn-cgi/local/observability/query',
  '/cdn-cgi/local/explorer/api/local/observability/query',
  bucketDoor,
  `${bucketDoor}/`,
  `${bucketDoor}/stellwerk-artifacts`,
  `${bucketDoor}/stellwerk-artifacts/jobs`,
  '/cdn-cgi/local/r2/s3',
  '/cdn-cgi/',
  '/cdn-cgi',
]

/** Headers that could make wrangler treat a request as one from its own page. */
const guises: [who: string, headers: Record<string, string>][] = [
  ['nobody in particular', {}],
  ['localhost', { Host: 'localhost' }],
  ['a page of another port', { Host: 'localhost', Origin: 'http://localhost:3000' }],
  ['this page', { Host: '127.0.0.1', 'MF-Original-URL': 'http://localhost/cdn-cgi/local/explorer/api' }],
]

test('npm start with credentials prints that they are required', () => {
  expect(server.said).toMatch(/^Sign-in required: /)
})

describe.each(guises)('who says to be %s and shows no credential', (_, headers) => {
  test.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE'])('cannot read the database by %s', async (method) => {
    const body = method === 'POST' || method === 'PUT' ? { body: sql } : {}
    const ask = async (path: string) => {
      const answer = await server.ask(path, { method, headers: { ...json, ...headers }, ...body })
      expect([401, 403, 404], `${method} ${path}: ${answer.status} ${answer.body}`).toContain(answer.status)
    }
    await Promise.all(spellings.map(ask))
  })

  test('is allowed by no preflight', async () => {
    const preflight = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' }
    const ask = async (path: string) => {
      const answer = await server.ask(path, { method: 'OPTIONS', headers: { ...headers, ...preflight } })
      expect([401, 403, 404, 405], `${path}: ${answer.status}`).toContain(answer.status)
      expect(answer.headers['access-control-allow-origin'], path).toBeUndefined()
    }
    await Promise.all(spellings.filter((path) => !path.startsWith(bucketDoor)).map(ask))
  })
})

test('a token sent in a query is stored nowhere by the server', async () => {
  const answer = await server.ask(`/api/v1/admin/training/status?access_token=${adminToken}`)
  expect(answer.status).toBe(401)
  const files = await readdir(server.state, { recursive: true, withFileTypes: true })
  const kept = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
  const telling = await Promise.all(kept.map(async (path) => (await readFile(path)).includes(adminToken)))
  expect(kept.length).toBeGreaterThan(1)
  expect(kept.filter((_, at) => telling[at])).toEqual([])
})

/** Starts to send a body of 500 bytes, and disconnects. */
async function breakOff(headers: string[], path: string): Promise<void> {
  const socket = connect(server.port, '127.0.0.1')
  const lines = [`${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json', ...headers]
  await once(socket, 'connect')
  await new Promise((sent) =>
    socket.write(`${lines.join('\r\n')}\r\n\r\n${headers.includes(chunked) ? '8\r\n' : ''}{"token":`, sent),
  )
  socket.destroy()
}
const chunked = 'Transfer-Encoding: chunked'

test.each([
  ['POST /session', 'Content-Length: 500'],
  ['POST /session', chunked],
  ['PUT /api/v1/admin/training/dataset/documents', 'Content-Length: 500', `Authorization: Bearer ${adminToken}`],
])('%s whose client disconnects halfway (%s) is no error of the service', async (path, ...headers) => {
  const id = crypto.randomUUID()
  await breakOff([...headers, `X-Request-Id: ${id}`], path)
  expect(await server.line(new RegExp(`"event":"request","request_id":"${id}"`))).toContain('"status":400')
  expect(server.lines.filter((line) => line.includes('"level":"error"'))).toEqual([])
})
