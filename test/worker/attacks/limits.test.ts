import { expect, test } from 'vitest'
import { api } from '../api.ts'
import { asAdmin, ask, askWith, closed, makeToken, whoIs } from './closed.ts'
import { signIn } from './cookies.ts'
import { statuses, times, withinOneMinute } from './within-one-minute.ts'

/** As in wrangler.toml. */
const WRITES_MAX = 300
const READS_MAX = 3_000

test('reads of a credential are limited per minute over all routes; its writes and other credentials are not affected', async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const busy = await makeToken('operator')
    const paths = [
      '/session',
      `${api}/models`,
      `${api}/jobs/none`,
      `${api}/metrics/stream?job_id=none`,
      '/jobs',
      '/none',
    ]
    const readMany = async (count: number) => {
      const all = await times(count, (n) => ask(paths[n % paths.length] ?? '', { headers: busy.headers }))
      return all.filter(({ status }) => status === 429).length
    }
    let refused = 0
    for (let sent = 0; sent < READS_MAX; sent += 300) refused += await readMany(300)
    expect(refused).toBe(0)
    expect(await readMany(paths.length)).toBe(paths.length)
    const answer = await ask(`${api}/jobs`, { headers: busy.headers })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await answer.json()).toMatchObject({ type: 'urn:stellwerk:problem:too-many-reads' })
    const write = await ask(`${api}/jobs/none/pause`, { method: 'POST', headers: busy.headers })
    expect(write.status).toBe(404)
    expect(await whoIs((await makeToken('viewer')).headers)).toMatchObject({ role: 'viewer' })
  })
})

test('a flood with a stolen admin token does not keep the admin from listing and revoking that token', async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const [stolen, other] = [await makeToken('admin'), await makeToken('viewer')]
    const flood = (n: number) => askWith('POST', '/api/v1/admin/tokens', { name: n }, stolen.headers)
    expect(statuses(await times(WRITES_MAX + 10, flood))).toEqual({ 422: WRITES_MAX, 429: 10 })
    const listed = await ask('/api/v1/admin/tokens?limit=200', { headers: stolen.headers })
    expect(await listed.json()).toContainEqual(expect.objectContaining({ id: other.id }))
    for (const { id } of [other, stolen]) {
      const gone = await ask(`/api/v1/admin/tokens/${id}`, { method: 'DELETE', headers: stolen.headers })
      expect(gone.status).toBe(200)
    }
    expect([await whoIs(other.headers), await whoIs(stolen.headers)]).toEqual([401, 401])
  })
})

test('writes of a credential are limited per minute over session and token; its reads and other credentials are not affected', async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const busy = await makeToken('operator')
    const session = await signIn(busy.token)
    // A body that is not JSON is rejected before any write, and still counts.
    const write = (headers: Record<string, string>) =>
      ask(`${api}/dataset/documents`, {
        method: 'PUT',
        headers: { ...headers, 'Content-Type': 'text/plain' },
        body: 'x',
      })
    const half = WRITES_MAX / 2
    expect(statuses(await times(half, () => write(busy.headers)))).toEqual({ 415: half })
    expect(statuses(await times(half, () => write(session)))).toEqual({ 415: half })
    for (const headers of [busy.headers, session]) {
      const refused = await write(headers)
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
      expect(await refused.json()).toMatchObject({ type: 'urn:stellwerk:problem:too-many-writes' })
    }
    const [post] = await times(1, () => ask(`${api}/jobs/none/pause`, { method: 'POST', headers: busy.headers }))
    expect([post?.status, (await ask(`${api}/jobs`, { headers: busy.headers })).status]).toEqual([429, 200])
    for (const headers of [(await makeToken('operator')).headers, asAdmin]) {
      expect((await write(headers)).status).toBe(415)
    }
  })
})
