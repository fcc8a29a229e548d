import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { newJobToken } from '../../../src/auth/job-token.ts'
import { api } from '../api.ts'
import { askedJobs, attemptAt, claims, fence, reportsOf, send } from './attempt-routes.ts'
import { ask, askWith, bearer, closed, makeToken, newAddress, whoIs } from './closed.ts'
import { signIn } from './cookies.ts'
import { statuses, times, withinOneMinute } from './within-one-minute.ts'

/** As in wrangler.toml. */
const FAILURES_MAX = 60
const GENERAL_FAILURES_MAX = 20
const WRITES_MAX = 300

type Flood = (address: Record<string, string>) => Promise<Response>
const unknown = () => bearer(newJobToken(crypto.randomUUID()))
const floods: [name: string, flood: Flood][] = [
  [
    'unknown job tokens',
    (address) => {
      const id = crypto.randomUUID()
      return send(reportsOf(id), { ...address, ...bearer(newJobToken(id)) })
    },
  ],
  ['malformed tokens at reports', (address) => send(reportsOf('x'), { ...address, ...bearer(crypto.randomUUID()) })],
  ['unknown tokens at claims', (address) => send(claims, { ...address, ...bearer(crypto.randomUUID()) })],
  ['malformed headers at claims', (address) => send(claims, { ...address, Authorization: 'Basic x' })],
]

test.each(floods)('a flood of %s is answered 429, and holds back no person there', async (_, flood) => {
  using __ = closed()
  const [person, other] = [await makeToken('viewer'), await makeToken('operator')]
  const session = await signIn(other.token)
  await withinOneMinute(async () => {
    const address = { 'CF-Connecting-IP': newAddress() }
    // One after the other, since only so many are checked at once.
    for (let n = 0; n < FAILURES_MAX; n++) expect((await flood(address)).status).toBe(401)
    const refused = await flood(address)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await refused.json()).toMatchObject({ type: 'urn:stellwerk:problem:too-many-attempts' })
    expect(await whoIs({ ...address, ...person.headers })).toMatchObject({ role: 'viewer' })
    expect(await whoIs({ ...address, ...session })).toMatchObject({ role: 'operator' })
    const guess = (n: number) => ask('/session', { headers: { ...address, ...bearer(`guess-${n}`) } })
    expect(statuses(await times(GENERAL_FAILURES_MAX, guess))).toEqual({ 401: GENERAL_FAILURES_MAX })
    expect((await flood({ 'CF-Connecting-IP': newAddress() })).status).toBe(401)
  })
})

/** Uses up the failed attempts of a network on one of the routes. */
async function exhaust(flood: Flood, address: Record<string, string>): Promise<void> {
  for (let n = 0; n <= FAILURES_MAX; n++) await flood(address)
  expect((await flood(address)).status).toBe(429)
}

test('a flood of unknown job tokens holds back neither a runner nor an attempt that has reported', async () => {
  using _ = closed()
  const runner = await makeToken('runner')
  const id = crypto.randomUUID()
  const [token, unheard] = [await attemptAt(id), await attemptAt(id)]
  await withinOneMinute(async () => {
    const address = { 'CF-Connecting-IP': newAddress() }
    const report = (of: string) => send(reportsOf(id), { ...address, ...bearer(of) })
    expect((await report(token)).status).toBe(200)
    await exhaust(floods[0]?.[1] as Flood, address)
    expect([(await report(token)).status, (await report(unheard)).status]).toEqual([200, 429])
    expect((await send(claims, { ...address, ...runner.headers })).status).toBe(200)
  })
})

test('a flood of failed claims, or of ordinary guesses, holds back no attempt, and no runner that was there', async () => {
  using _ = closed()
  const [here, late] = [await makeToken('runner'), await makeToken('runner')]
  const id = crypto.randomUUID()
  const token = await attemptAt(id)
  await withinOneMinute(async () => {
    const address = { 'CF-Connecting-IP': newAddress() }
    const claim = (headers: Record<string, string>) => send(claims, { ...address, ...headers })
    await times(GENERAL_FAILURES_MAX + 1, (n) => ask('/session', { headers: { ...address, ...bearer(`guess-${n}`) } }))
    expect((await claim(here.headers)).status).toBe(200)
    await exhaust(floods[2]?.[1] as Flood, address)
    expect([(await claim(here.headers)).status, (await claim(late.headers)).status]).toEqual([200, 429])
    expect((await send(reportsOf(id), { ...address, ...bearer(token) })).status).toBe(200)
  })
})

test('over the limit, a guess asks no job, not even a right one; a fenced token is a guess again', async () => {
  using _ = closed()
  const id = crypto.randomUUID()
  const token = await attemptAt(id)
  await withinOneMinute(async () => {
    const address = { 'CF-Connecting-IP': newAddress() }
    const report = () => send(reportsOf(id), { ...address, ...bearer(token) })
    await report()
    await exhaust(floods[0]?.[1] as Flood, address)
    const asked = askedJobs.length
    const flood = await times(100, () => send(reportsOf(id), { ...address, ...bearer(newJobToken(id)) }))
    expect([statuses(flood), askedJobs.length]).toEqual([{ 429: 100 }, asked])
    for (const path of [`${api}/jobs/${id}`, `${api}/metrics/stream?job_id=${id}`]) {
      expect((await ask(path, { headers: { ...address, ...bearer(newJobToken(id)) } })).status).toBe(429)
    }
    expect((await report()).status).toBe(200)
    await fence(token)
    expect((await report()).status).toBe(429)
    expect(askedJobs.length).toBe(asked + 2)
    expect((await report()).status).toBe(429)
    expect(askedJobs.length).toBe(asked + 2)
  })
})

test('a flood of tokens of jobs that do not exist is answered 404, then 429', async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const address = { 'CF-Connecting-IP': newAddress(), 'Content-Type': 'application/json' }
    const report = () => {
      const id = crypto.randomUUID()
      const headers = { ...address, ...bearer(newJobToken(id)) }
      return ask(reportsOf(id), { method: 'POST', headers, body: '{}' })
    }
    for (let n = 0; n < FAILURES_MAX; n++) expect((await report()).status).toBe(404)
    const refused = await report()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect((await report()).status).toBe(429)
  })
})

test('a job token elsewhere is refused without being counted', async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const address = { 'CF-Connecting-IP': newAddress() }
    const elsewhere = await times(FAILURES_MAX * 2, () => ask('/session', { headers: { ...address, ...unknown() } }))
    expect(statuses(elsewhere)).toEqual({ 403: FAILURES_MAX * 2 })
    expect((await floods[0]?.[1](address))?.status).toBe(401)
  })
})

test('reports are no writes', async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const id = crypto.randomUUID()
    const headers = bearer(await attemptAt(id))
    const sent = await times(WRITES_MAX + 10, () => send(reportsOf(id), headers))
    expect(statuses(sent)).toEqual({ 200: WRITES_MAX + 10 })
  })
})

test("what a person's client of MLflow logs is no write either", async () => {
  // The platform's own limiter, with a limit that a test reaches.
  using _ = closed({ WRITE_LIMITER: env.FAILED_AUTH_LIMITER })
  await withinOneMinute(async () => {
    const { headers } = await makeToken('operator')
    const calls = 'log-metric log-parameter log-batch log-inputs log-model outputs set-tag delete-tag'.split(' ')
    const pathOf = (n: number) => `/mlflow/api/2.0/mlflow/runs/${calls[n % calls.length]}`
    const log = (n: number) => askWith('POST', pathOf(n), { run_id: crypto.randomUUID() }, headers)
    const sent = statuses(await times(GENERAL_FAILURES_MAX * calls.length, log))
    expect(sent).not.toHaveProperty('429')
  })
})

test('the reports of an attempt are limited by themselves, and tokens invented for its job use none of them up', async () => {
  // The platform's own limiter, with a limit that a test reaches.
  using _ = closed({ REPORT_LIMITER: env.FAILED_AUTH_LIMITER })
  await withinOneMinute(async () => {
    const id = crypto.randomUUID()
    const [one, other] = [await attemptAt(id), await attemptAt(id)]
    const report = (token: string) => send(reportsOf(id), bearer(token))
    expect(statuses(await times(5, () => report(newJobToken(id))))).toEqual({ 401: 5 })
    expect(statuses(await times(GENERAL_FAILURES_MAX, () => report(one)))).toEqual({ 200: GENERAL_FAILURES_MAX })
    const refused = await report(one)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await refused.json()).toMatchObject({ type: 'urn:stellwerk:problem:too-many-reports' })
    expect((await report(other)).status).toBe(200)
  })
})
