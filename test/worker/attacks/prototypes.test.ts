import { env } from 'cloudflare:workers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { api, cancelAll, getJob } from '../api.ts'
import { asAdmin, ask, closed, makeToken, whoIs } from './closed.ts'
import { bodyOf, bodyRoutes } from './routes.ts'
import { expectRefusal, sendTo, withMore } from './send-body.ts'

let vars: Disposable
beforeAll(() => {
  vars = closed({ MAX_ACTIVE_JOBS: '100' })
})
afterEach(() => {
  const bare: Record<string, unknown> = {}
  expect([bare.polluted, bare.role, bare.limit, [].length]).toEqual([undefined, undefined, undefined, 0])
})
afterAll(async () => {
  vars[Symbol.dispose]()
  await cancelAll()
})

const keys = [
  '"__proto__":{"polluted":true,"role":"admin","limit":1}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"__proto__":{"__proto__":{"polluted":true}}',
  '"prototype":{"polluted":true},"toString":1,"hasOwnProperty":1,"valueOf":{},"then":1,"toJSON":1',
  '"\\u005f_proto__":{"polluted":true}',
]

describe.each(bodyRoutes)('%s', (route) => {
  test.each(keys)('takes nothing from an unknown key: {%s}', async (key) => {
    const [plain, withKey] = [
      await sendTo(route, JSON.stringify(bodyOf(route))),
      await sendTo(route, withMore(route, key)),
    ]
    // The body of a job is the reference's, which ignores such keys, and a runner may be newer than the service; the others
    // refuse them.
    expect(withKey.status).toBe(/\/(jobs|claims)$/.test(route) ? plain.status : 422)
    expect(await withKey.text()).not.toContain('polluted')
  })

  test('takes no field from a prototype in the body', async () => {
    for (const key of ['__proto__', 'constructor']) {
      const body = `{"${key}":${JSON.stringify(bodyOf(route))}}`
      const problem = await expectRefusal(sendTo(route, body), 422, key)
      expect(problem.errors?.map(({ type }) => type)).toContain('missing')
    }
  })
})

test('a job is stored with the fields of the schema only', async () => {
  const more = `${keys[0]},"id":"mine","status":"completed","created_by":"somebody else","revision":9,"slot":0`
  const { id } = (await (await sendTo(`POST ${api}/jobs`, withMore(`POST ${api}/jobs`, more))).json()) as { id: string }
  const plain = (await (await sendTo(`POST ${api}/jobs`, JSON.stringify(bodyOf(`POST ${api}/jobs`)))).json()) as {
    id: string
  }
  vars[Symbol.dispose]()
  const [job, other] = [await getJob(id), await getJob(plain.id)]
  vars = closed({ MAX_ACTIVE_JOBS: '100' })
  expect(Object.keys(job)).toEqual(Object.keys(other))
  expect(Object.keys(job.config)).toEqual(Object.keys(other.config))
  expect(job).toMatchObject({ id, created_by: 'admin', status: 'preparing' })
  const row = await env.DB.prepare('SELECT snapshot FROM jobs WHERE id = ?').bind(id).first<{ snapshot: string }>()
  expect(row?.snapshot).not.toMatch(/proto|polluted|mine|somebody/)
})

test('documents are stored with the fields of the schema only', async () => {
  const route = `PUT ${api}/dataset/documents`
  const body = JSON.stringify(bodyOf(route)).replace('[{', `[{${keys[0]},${keys[1]},"seq":1,`)
  const { errors } = await expectRefusal(sendTo(route, body), 422, 'unknown fields')
  expect(errors?.map(({ type }) => type)).toEqual(['unknown_field', 'unknown_field', 'unknown_field'])
  const listed = await (await ask(`${api}/dataset/documents`, { headers: asAdmin })).text()
  expect(listed).not.toMatch(/proto|polluted|seq/)
})

test('a token has the role in its request, not one from a prototype', async () => {
  const route = 'POST /api/v1/admin/tokens'
  const more = '{"name":"proto","role":"viewer","__proto__":{"role":"admin"},"constructor":{"role":"admin"}}'
  await expectRefusal(sendTo(route, more), 422, 'roles of prototypes')
  const body = '{"name":"proto","role":"viewer"}'
  const { token } = (await (await sendTo(route, body)).json()) as { token: string }
  expect(await whoIs({ Authorization: `Bearer ${token}` })).toMatchObject({ role: 'viewer' })
  await expectRefusal(sendTo(route, '{"name":"none","__proto__":{"role":"admin"}}'), 422, 'no role')
  await expectRefusal(sendTo(route, '{"name":"none","role":"constructor"}'), 422, 'a role of the prototype')
})

test.each([
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '__proto__[polluted]',
  'constructor[prototype][polluted]',
])('a parameter named %s is refused as unknown, and so is such a value', async (name) => {
  const { headers } = await makeToken('viewer')
  for (const path of [`${api}/jobs`, `${api}/models`, `${api}/dataset/documents`]) {
    expect((await ask(`${path}?${encodeURIComponent(name)}=1`, { headers })).status, path).toBe(422)
    expect((await ask(`${path}?limit=${encodeURIComponent(name)}`, { headers })).status, path).toBe(422)
  }
  expect((await ask(`${api}/jobs?status=${encodeURIComponent(name)}`, { headers })).status).toBe(422)
  for (const path of [`${api}/jobs/`, `${api}/models/`]) {
    expect((await ask(path + encodeURIComponent(name), { headers })).status, path).toBe(404)
  }
  expect((await ask('/session', { headers: { ...headers, [name.replace(/\W/g, '')]: '1' } })).status).toBe(200)
})
