import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sweep } from '../../src/jobs/sweeper.ts'
import { IDEMPOTENCY_KEY_AGE_MAX_MS } from '../../src/platform/limits.ts'
import {
  api,
  cancelAll,
  createJob,
  getJob,
  post,
  refusal,
  request,
  runAlarm,
  runToEnd,
  setClock,
  startMs,
  withVars,
} from './api.ts'
import { breakD1, restoreD1 } from './meters.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(async () => {
  restoreD1()
  await cancelAll()
  vi.useRealTimers()
})

const secret = 'a-secret-of-at-least-32-characters'
const config = { name: 'again', bundeslaender: ['BY'], epochs: 1 }
const create = (key: string, body: unknown = config, query = '') =>
  request(`${api}/jobs${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: JSON.stringify(body),
  })
const idOf = async (response: Response) => ((await response.json()) as { id: string }).id

describe('Idempotency-Key', () => {
  test('the same key and request give the same job again', async () => {
    const first = await create('key-1')
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    const id = await idOf(first)
    const again = await create('key-1', { ...config, surprise: 'dropped', epochs: 1 })
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true'])
    expect(again.headers.get('location')).toBe(`${api}/jobs/${id}`)
    expect(await idOf(again)).toBe(id)
  })

  test('the same key with another request is refused', async () => {
    await create('key-2')
    for (const other of [
      await create('key-2', { ...config, epochs: 2 }),
      await create('key-2', config, '?when_busy=queue'),
    ]) {
      expect(other.status).toBe(422)
      expect(await other.json()).toMatchObject({ errors: [{ loc: ['header', 'Idempotency-Key'] }] })
    }
  })

  test('two requests at the same moment make one job', async () => {
    const both = await Promise.all([create('key-3'), create('key-3')])
    expect(both.map((response) => response.status)).toEqual([200, 200])
    expect(new Set(await Promise.all(both.map(idOf))).size).toBe(1)
  })

  test('a refused request leaves its key free', async () => {
    const other = await createJob()
    expect((await create('key-4')).status).toBe(409)
    await post(`${api}/jobs/${other}/cancel`)
    const taken = await create('key-4')
    expect([taken.status, taken.headers.get('idempotency-replayed')]).toEqual([200, null])
  })

  test('a request whose answer D1 lost can be sent again', async () => {
    breakD1('unheard', 'INSERT INTO jobs')
    expect((await create('key-5')).status).toBe(200)
    restoreD1()
    expect((await create('key-5')).headers.get('idempotency-replayed')).toBe('true')
  })

  test('a key is stored for a day', async () => {
    const id = await idOf(await create('key-6'))
    await runToEnd(id)
    setClock(startMs + IDEMPOTENCY_KEY_AGE_MAX_MS - 1_000)
    expect(await idOf(await create('key-6'))).toBe(id)
    setClock(startMs + IDEMPOTENCY_KEY_AGE_MAX_MS)
    expect(await idOf(await create('key-6'))).not.toBe(id)
  })

  test('a key belongs to the credential that sent it', async () => {
    using _ = withVars({ ADMIN_TOKEN: secret, MAX_ACTIVE_JOBS: '5' })
    const send = (path: string, token: string, body: unknown, more = {}) =>
      request(path, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...more },
        body: JSON.stringify(body),
      })
    const makeToken = async (name: string) =>
      ((await (await send('/api/v1/admin/tokens', secret, { name, role: 'operator' })).json()) as { token: string })
        .token
    const tokens = [await makeToken('team-a'), await makeToken('team-b')]
    const create = async (token: string) => {
      const response = await send(`${api}/jobs`, token, config, { 'Idempotency-Key': 'nightly' })
      return [await idOf(response), response.headers.get('idempotency-replayed')]
    }
    const [ofA, ofB] = [await create(tokens[0] ?? ''), await create(tokens[1] ?? '')]
    expect([ofA[1], ofB[1]]).toEqual([null, null])
    expect(ofA[0]).not.toBe(ofB[0])
    expect(await create(tokens[0] ?? '')).toEqual([ofA[0], 'true'])
    const { id } = (
      (await (await request('/api/v1/admin/tokens', { headers: { Authorization: `Bearer ${secret}` } })).json()) as {
        id: string
        name: string
      }[]
    ).find(({ name }) => name === 'team-b') ?? { id: '' }
    await request(`/api/v1/admin/tokens/${id}`, { method: 'DELETE', headers: { Authorization: `Bearer ${secret}` } })
    const ofAnother = await create(await makeToken('team-b'))
    expect(ofAnother[1]).toBeNull()
    await send(`${api}/jobs/${ofAnother[0]}/cancel`, secret, {})
    for (const id of [ofA[0], ofB[0]]) await send(`${api}/jobs/${id}/cancel`, secret, {})
  })

  test('a key stored without its credential is valid for all callers', async () => {
    const id = await idOf(await create('key-8'))
    await env.DB.prepare("UPDATE idempotency_keys SET key = 'key-8' WHERE job_id = ?").bind(id).run()
    expect(await idOf(await create('key-8'))).toBe(id)
  })

  test('the key of a deleted job answers 410 and creates nothing', async () => {
    const id = await idOf(await create('key-9'))
    await post(`${api}/jobs/${id}/cancel`)
    await request(`${api}/jobs/${id}`, { method: 'DELETE' })
    const again = await create('key-9')
    expect([again.status, again.headers.get('location')]).toEqual([410, null])
    expect(await again.json()).toMatchObject({ type: 'urn:stellwerk:problem:job-deleted' })
    expect(await (await request(`${api}/jobs?status=preparing`)).json()).toEqual([])
  })

  test('the key of a job whose row is lost still names the job', async () => {
    const id = await idOf(await create('key-10'))
    await env.DB.prepare('DELETE FROM jobs WHERE id = ?').bind(id).run()
    expect(await idOf(await create('key-10'))).toBe(id)
    await post(`${api}/jobs/${id}/cancel`)
  })

  test('the sweeper deletes expired keys', async () => {
    await create('key-7')
    await sweep(env, startMs + IDEMPOTENCY_KEY_AGE_MAX_MS)
    expect(await env.DB.prepare("SELECT key FROM idempotency_keys WHERE key = 'key-7'").first()).toBeNull()
  })

  test.each(['', 'with space', 'x'.repeat(256), 'ü'])('%j is not a key', async (key) => {
    const response = await create(encodeURI(key) === key ? key : 'a b')
    expect([200, 422]).toContain(response.status)
    if (key !== '') expect(response.status).toBe(422)
  })
})

describe('conditional reads', () => {
  test('a job has a strong ETag of revision and points, and a client that has it gets 304', async () => {
    const id = await createJob()
    await runAlarm(id)
    setClock(startMs + 500 + 60_000)
    const response = await request(`${api}/jobs/${id}`)
    const etag = response.headers.get('etag') ?? ''
    expect(etag).toBe('"3-121"')
    const same = await request(`${api}/jobs/${id}`, { headers: { 'If-None-Match': etag } })
    expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', etag])
    setClock(startMs + 500 + 60_500)
    const later = await request(`${api}/jobs/${id}`, { headers: { 'If-None-Match': etag } })
    expect([later.status, later.headers.get('etag')]).toEqual([200, '"3-122"'])
  })

  test('the ETag of a queued job changes when the queue moves up', async () => {
    await createJob()
    const ahead = await idOf(await create('waits-1', config, '?when_busy=queue'))
    const path = `${api}/jobs/${await idOf(await create('waits-2', config, '?when_busy=queue'))}`
    const etag = (await request(path)).headers.get('etag') ?? ''
    const ask = () => request(path, { headers: { 'If-None-Match': etag } })
    expect((await ask()).status).toBe(304)
    await post(`${api}/jobs/${ahead}/cancel`)
    const later = await ask()
    expect([later.status, later.headers.get('etag') === etag]).toEqual([200, false])
    expect(await later.json()).toMatchObject({ status: 'queued', queue_position: 1 })
  })
})

describe('conditional commands', () => {
  const conditional = (id: string, command: string, tag: string) =>
    request(`${api}/jobs/${id}/${command}`, { method: 'POST', headers: { 'If-Match': tag } })

  test('a command on a job that another user has changed since is refused, and changes nothing', async () => {
    const id = await createJob()
    await runAlarm(id)
    const seen = (await request(`${api}/jobs/${id}`)).headers.get('etag') ?? ''
    await post(`${api}/jobs/${id}/pause`)
    const before = await getJob(id)
    const [status, detail] = await refusal(await conditional(id, 'cancel', seen))
    expect([status, detail]).toEqual([412, 'The job changed since you read it. Fetch it again and retry.'])
    expect(await getJob(id)).toEqual(before)
    const now = (await request(`${api}/jobs/${id}`)).headers.get('etag') ?? ''
    expect((await conditional(id, 'cancel', `"1-0", ${now}`)).status).toBe(200)
  })

  test('steps since then do not invalidate the tag', async () => {
    const id = await createJob()
    await runAlarm(id)
    const seen = (await request(`${api}/jobs/${id}`)).headers.get('etag') ?? ''
    setClock(startMs + 20_000)
    expect((await conditional(id, 'pause', seen)).status).toBe(200)
  })

  test('* matches any state, a weak or unknown tag matches none', async () => {
    const id = await createJob()
    await runAlarm(id)
    const seen = (await request(`${api}/jobs/${id}`)).headers.get('etag') ?? ''
    for (const tag of [`W/${seen}`, 'nonsense', '""']) expect((await conditional(id, 'pause', tag)).status).toBe(412)
    expect((await conditional(id, 'pause', '*')).status).toBe(200)
  })
})
