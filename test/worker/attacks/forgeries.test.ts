import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setClock, startMs } from '../api.ts'
import { adminToken, ask, closed, makeToken, sessionSecret, whoIs } from './closed.ts'
import { cookieOf, partsOf, signatureOf, signIn } from './cookies.ts'

beforeEach(() => {
  setClock(startMs)
})
afterEach(() => {
  vi.useRealTimers()
})

type Forger = (says: string, signature: string) => Promise<{ Cookie: string }> | { Cookie: string }

/** A viewer's valid session, forged to gain another identity or a longer life. */
const forgeries: [name: string, forge: Forger][] = [
  [
    'with a changed digit in its subject',
    (says, signature) =>
      cookieOf(
        says.replace(/^\d+/, (id) => String(Number(id) + 1)),
        signature,
      ),
  ],
  ['whose end was put off', (says, signature) => cookieOf(`${says.slice(0, -1)}9`, signature)],
  ['that says more', (says, signature) => cookieOf(`${says}0`, signature)],
  ['whose signature was cut', (says, signature) => cookieOf(says, signature.slice(0, -1))],
  [
    'with a changed signature',
    (says, signature) => cookieOf(says, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`),
  ],
  ['whose signature is empty', (says) => cookieOf(says, '')],
  ['whose signature is zero', (says) => cookieOf(says, btoa('\0'.repeat(32)))],
  ['signed with another secret', async (says) => cookieOf(says, await signatureOf(says, `x${sessionSecret}`))],
  ['signed with the empty secret', async (says) => cookieOf(says, await signatureOf(says, ' '))],
  ['signed with the token it was opened with', async (says) => cookieOf(says, await signatureOf(says, adminToken))],
  ['of the name without its prefix', (says, signature) => cookieOf(says, signature, 'stellwerk')],
  ['of the name with a weaker prefix', (says, signature) => cookieOf(says, signature, '__Secure-stellwerk')],
  ['of the name in capitals', (says, signature) => cookieOf(says, signature, '__HOST-STELLWERK')],
  ['that is not signed', (says) => ({ Cookie: `__Host-stellwerk=${says}` })],
  ['that is no percent code', () => ({ Cookie: '__Host-stellwerk=%E0%A4%A' })],
  ['that is empty', () => ({ Cookie: '__Host-stellwerk=' })],
  ['of 8 KiB', (says) => cookieOf(says, 'A'.repeat(8_192))],
]

test.each(forgeries)('a cookie %s is not a session', async (_, forge) => {
  using __ = closed()
  const good = await signIn((await makeToken('viewer')).token)
  expect(await whoIs(good)).toMatchObject({ kind: 'session', role: 'viewer' })
  await makeToken('admin')
  const { says, signature } = partsOf(good)
  expect(await whoIs(await forge(says, signature))).toBe(401)
})

test('the signature of one session is not valid for another', async () => {
  using _ = closed()
  const viewer = partsOf(await signIn((await makeToken('viewer')).token))
  const admin = partsOf(await signIn(adminToken))
  expect(await whoIs(cookieOf(admin.says, viewer.signature))).toBe(401)
  expect(await whoIs(cookieOf(viewer.says, admin.signature))).toBe(401)
})

// This takes SESSION_SECRET, which must not be enough to become an admin.
test.each([
  ['no token ever had this number', '999999.2208988900000'],
  ['a number beyond all', '99999999999999999999.2208988900000'],
  ['zero', '0.2208988900000'],
  ['a name', 'admin.2208988900000'],
  ['the hash of something else', `${'ab'.repeat(32)}.2208988900000`],
  ['an end that is no number', '1.Infinity'],
  ['an end in exponents', '1.9e99'],
  ['a negative end', '1.-1'],
  ['no end', '1'],
  ['nothing', ''],
])('a correctly signed cookie whose subject or end is %s is not a session', async (_, says) => {
  using __ = closed()
  await makeToken('admin')
  expect(await whoIs(cookieOf(says, await signatureOf(says, sessionSecret)))).toBe(401)
})

test('the id of a revoked token is never reused, so an old session cannot become another token’s', async () => {
  using _ = closed()
  const first = await makeToken('viewer')
  const headers = await signIn(first.token)
  await ask(`/api/v1/admin/tokens/${first.id}`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${adminToken}` },
  })
  const second = await makeToken('admin')
  expect(Number(second.id)).toBeGreaterThan(Number(first.id))
  expect(await whoIs(headers)).toBe(401)
})

test('a second cookie of the same name, set by a sibling host, does not create a session', async () => {
  using _ = closed()
  const { Cookie } = await signIn((await makeToken('viewer')).token)
  const planted = '__Host-stellwerk=planted.A'
  const outcomes = [await whoIs({ Cookie: `${planted}; ${planted}` }), await whoIs({ Cookie: `${Cookie}; ${planted}` })]
  expect(outcomes).toEqual([401, expect.objectContaining({ role: 'viewer' })])
})
