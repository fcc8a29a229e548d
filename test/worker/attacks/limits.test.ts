import { expect, test } from 'vitest'
import { api } from '../api.ts'
import { asAdmin, ask, askWith, closed, makeToken, whoIs } from './closed.ts'
import { signIn } from './cookies.ts'
import { statuses, times, withinOneMinute } from './within-one-minute.ts'

/** As in wrangler.toml. */
const WRITES_MAX = 300
const READS_MAX = 3_000

test('a credential may read so often in a minute, by any route; it writes on, and others read on', {
  timeout: 60_000,
}, async () => {
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

test('a flood with a stolen token of an admin does not keep it from being found and revoked by the same one', async () => {
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

test('a credential may write so often in a minute, by session or token; it reads on, and others write on', {
  timeout: 30_000,
}, async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const busy = await makeToken('operator')
    const session = await signIn(busy.token)
    // What is not JSON is refused before anything is written, and counts all the same.
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
