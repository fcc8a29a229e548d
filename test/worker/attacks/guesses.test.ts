import { expect, test } from 'vitest'
import { api } from '../api.ts'
import { adminToken, ask, askWith, bearer, closed, makeToken, newAddress, whoIs } from './closed.ts'
import { signIn } from './cookies.ts'
import { statuses, times, withinOneMinute } from './within-one-minute.ts'

/** As in wrangler.toml. */
const FAILURES_MAX = 20

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

/** With Cloudflare Access configured as well; no valid assertion is sent, so its keys are never fetched. */
const access = { ACCESS_TEAM_DOMAIN: 'limits.cloudflareaccess.com', ACCESS_AUD: 'aud' }

test.each(guesses)('guessing %s is answered 429 after the twentieth wrong one in a minute', async (_, guess) => {
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

test('a correct guess after twenty wrong ones is rejected, while the token stays valid from other networks', async () => {
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

test('a correct guess among hundreds of concurrent ones is rejected', async () => {
  using _ = closed()
  await withinOneMinute(async () => {
    const headers = { 'CF-Connecting-IP': newAddress() }
    const guess = (n: number) =>
      ask('/session', { headers: { ...headers, ...bearer(n === 200 ? adminToken : `${n}`) } })
    expect(statuses(await times(400, guess))).toEqual({ 401: FAILURES_MAX, 429: 400 - FAILURES_MAX })
  })
})

test('a token that was valid from a network stays valid while others there guess; no credential is not a guess', async () => {
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

test('valid tokens, however many, use up no failed attempts', async () => {
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

test('a client that claims another address is counted at its own', async () => {
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
