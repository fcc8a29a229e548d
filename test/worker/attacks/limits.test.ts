import { expect, test } from 'vitest'
import { api } from '../api.ts'
import { adminToken, asAdmin, ask, askWith, bearer, closed, makeToken, newAddress, whoIs } from './closed.ts'
import { signIn } from './cookies.ts'

/** As in wrangler.toml. */
const FAILURES_MAX = 20
const WRITES_MAX = 300

/**
 * Runs a test within one minute: the platform counts by minutes of the real clock, and a test that lies across the turn
 * of one proves nothing, so it begins anew, with an address and tokens of its own.
 */
async function withinOneMinute(run: () => Promise<void>): Promise<void> {
  for (let turns = 0; turns < 3; turns++) {
    const minute = minuteNow()
    const failure = await run().then(
      () => null,
      (error: unknown) => ({ error }),
    )
    if (minute !== minuteNow()) continue
    if (failure) throw failure.error
    return
  }
  throw new Error('The minute turned each time')
}

const minuteNow = () => Math.floor(Date.now() / 60_000)

const statuses = (responses: Response[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** So many at once. */
const times = (count: number, send: (n: number) => Promise<Response>) =>
  Promise.all(Array.from({ length: count }, (_, n) => send(n)))

type Guess = (address: string, n: number) => Promise<Response>
const guesses: [name: string, guess: Guess][] = [
  ['tokens', (address, n) => ask('/session', { headers: { 'CF-Connecting-IP': address, ...bearer(`guess-${n}`) } })],
  [
    'tokens for a session',
    (address, n) => askWith('POST', '/session', { token: `guess-${n}` }, { 'CF-Connecting-IP': address }),
  ],
  [
    'tokens on different routes',
    (address, n) => ask(`${api}/jobs/${n}`, { headers: { 'CF-Connecting-IP': address, ...bearer(`guess-${n}`) } }),
  ],
  [
    'schemes',
    (address, n) => ask('/docs', { headers: { 'CF-Connecting-IP': address, Authorization: `Scheme${n} guess` } }),
  ],
  [
    'assertions of Cloudflare Access',
    (address, n) => ask('/docs', { headers: { 'CF-Connecting-IP': address, 'Cf-Access-Jwt-Assertion': `guess.${n}` } }),
  ],
]

/** Cloudflare Access configured too; what is sent is no assertion, so its keys are never asked for. */
const access = { ACCESS_TEAM_DOMAIN: 'limits.cloudflareaccess.com', ACCESS_AUD: 'aud' }

test.each(guesses)('who guesses %s is told to wait after the twentieth wrong one in a minute', async (_, guess) => {
  using __ = closed(access)
  await withinOneMinute(async () => {
    const address = newAddress()
    expect(statuses(await times(FAILURES_MAX, (n) => guess(address, n)))).toEqual({ 401: FAILURES_MAX })
    const refused = await guess(address, 21)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await refused.json()).toMatchObject({ type: 'urn:stellwerk:problem:too-many-attempts' })
    expect((await guess(newAddress(), 22)).status).toBe(401)
  })
})

/** Uses up the failed attempts of a network. */
async function guessInVain(address: Record<string, string>): Promise<void> {
  await times(FAILURES_MAX + 1, (n) => ask('/session', { headers: { ...address, ...bearer(`guess-${n}`) } }))
}

const tried = (token: string, address: Record<string, string>): Promise<Response>[] => [
  ask('/session', { headers: { ...address, ...bearer(token) } }),
  askWith('POST', '/session', { token }, address),
]
const statusesOf = async (sent: Promise<Response>[]) => (await Promise.all(sent)).map(({ status }) => status)

test('a right guess behind twenty wrong ones is held back, and its owner is let in from elsewhere meanwhile', async () => {
  using _ = closed()
  const { token } = await makeToken('viewer')
  await withinOneMinute(async () => {
    const [address, elsewhere] = [{ 'CF-Connecting-IP': newAddress() }, { 'CF-Connecting-IP': newAddress() }]
    expect(await statusesOf(tried(token, elsewhere))).toEqual([200, 200])
    await guessInVain(address)
    for (const right of [token, adminToken]) {
      expect(await statusesOf(tried(right, address))).toEqual([429, 429])
      expect(await statusesOf(tried(right, elsewhere))).toEqual([200, 200])
    }
    const refused = await ask('/session', { headers: { ...address, ...bearer(token) } })
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    expect(await refused.json()).toMatchObject({ type: 'urn:stellwerk:problem:too-many-attempts' })
  })
})

test('a right guess in the midst of hundreds that are sent at once is held back', async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const headers = { 'CF-Connecting-IP': newAddress() }
    const guess = (n: number) =>
      ask('/session', { headers: { ...headers, ...bearer(n === 200 ? adminToken : `${n}`) } })
    expect(statuses(await times(400, guess))).toEqual({ 401: FAILURES_MAX, 429: 400 - FAILURES_MAX })
  })
})

test('who was let in from a network goes on there while others guess, and showing nothing is no guess', async () => {
  using _ = closed()
  const { token, headers } = await makeToken('viewer')
  const session = await signIn(token)
  await withinOneMinute(async () => {
    const address = { 'CF-Connecting-IP': newAddress() }
    expect(await whoIs({ ...address, ...headers })).toMatchObject({ kind: 'token' })
    await guessInVain(address)
    expect(await statusesOf(tried(token, address))).toEqual([200, 200])
    expect(await whoIs({ ...address, ...session })).toMatchObject({ kind: 'session' })
    expect((await ask('/session', { headers: address })).status).toBe(401)
  })
})

test('right tokens, however many, use up no failed attempts', async () => {
  using _ = closed()
  const made = await Promise.all(Array.from({ length: FAILURES_MAX + 5 }, () => makeToken('viewer')))
  await withinOneMinute(async () => {
    const address = { 'CF-Connecting-IP': newAddress() }
    const right = made.flatMap(({ token }) => tried(token, address))
    expect(statuses(await Promise.all(right))).toEqual({ 200: right.length })
    const wrong = (n: number) => ask('/session', { headers: { ...address, ...bearer(`guess-${n}`) } })
    expect(statuses(await times(FAILURES_MAX, wrong))).toEqual({ 401: FAILURES_MAX })
  })
})

test('who says that he is somewhere else is counted where he is', async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const address = newAddress()
    const guess = (n: number) => {
      const claims = { 'X-Forwarded-For': `203.0.113.${n}`, 'X-Real-IP': `203.0.113.${n}`, 'True-Client-IP': `::${n}` }
      return ask('/session', { headers: { 'CF-Connecting-IP': address, ...claims, ...bearer(`guess-${n}`) } })
    }
    expect(statuses(await times(FAILURES_MAX + 5, guess))).toEqual({ 401: FAILURES_MAX, 429: 5 })
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
