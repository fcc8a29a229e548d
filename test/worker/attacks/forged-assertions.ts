import { assemble, encode, type Key, type newTeam, signed } from './access-team.ts'

/** A forger's means: the team, its key (of the private one, only what it signs), and a key of their own. */
type Known = { team: ReturnType<typeof newTeam>; key: Key; stranger: Key }
type Forge = (known: Known) => Promise<string>

const nowS = () => Math.floor(Date.now() / 1_000)

/** Correctly signed, with other claims. */
const claiming =
  (claims: (known: Known) => Record<string, unknown>): Forge =>
  (known) =>
    signed(known.key, known.team.claims(claims(known)))

/** Correctly signed, with another header. */
const headed =
  (header: (known: Known) => object): Forge =>
  (known) =>
    signed(known.key, known.team.claims(), header(known))

/** Under the team's key id, but signed in another way. */
const signedBy =
  (alg: string, sign: (known: Known) => (text: Uint8Array) => Promise<ArrayBuffer>): Forge =>
  (known) =>
    assemble({ alg, kid: known.key.kid, typ: 'JWT' }, known.team.claims(), sign(known))

const bySomebodyElse = (header: (known: Known) => object): Forge => {
  return ({ stranger, team, key }) => signed(stranger, team.claims(), header({ stranger, team, key }))
}

const unsigned = () => async () => new ArrayBuffer(0)

/** Uses the public key as an HMAC secret. */
const withPublicKey = (write: (key: Key) => Promise<string>) => (known: Known) => async (text: Uint8Array) => {
  const secret = new TextEncoder().encode(await write(known.key))
  const shared = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return crypto.subtle.sign('HMAC', shared, text)
}
const asJwk = async ({ published }: Key) => JSON.stringify(published)
const asPem = async ({ pair }: Key) => {
  const der = (await crypto.subtle.exportKey('spki', pair.publicKey)) as ArrayBuffer
  const lines = btoa(String.fromCharCode(...new Uint8Array(der))).match(/.{1,64}/g) ?? []
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`
}

/** Signs with the team's own key, by another algorithm. */
const withKey = (name: string, hash: string) => (known: Known) => async (text: Uint8Array) => {
  const { kty, n, e, d, p, q, dp, dq, qi } = (await crypto.subtle.exportKey(
    'jwk',
    known.key.pair.privateKey,
  )) as JsonWebKey
  const jwk = { kty, n, e, d, p, q, dp, dq, qi } as JsonWebKey
  const other = await crypto.subtle.importKey('jwk', jwk, { name, hash }, false, ['sign'])
  return crypto.subtle.sign({ name, saltLength: 32 } as SubtleCryptoSignAlgorithm, other, text)
}

/** A valid assertion of a user with a lower role, with a part changed. */
const withOther = (change: (parts: string[], known: Known) => string[]): Forge => {
  return async (known) => {
    const good = await signed(known.key, known.team.claims({ email: 'bert@example.org' }))
    return change(good.split('.'), known).join('.')
  }
}
const encoded = (part: object) => encode(JSON.stringify(part))

/** Assertions that must be rejected, each by its defect. */
export const forgeries: [name: string, forge: Forge][] = [
  ['for another application', claiming(() => ({ aud: ['b'.repeat(64)] }))],
  ['for part of the audience', claiming(({ team }) => ({ aud: [team.audience.slice(1)] }))],
  ['for no application', claiming(() => ({ aud: undefined }))],
  ['of another team', claiming(() => ({ iss: 'https://evil.cloudflareaccess.com' }))],
  ['of a team whose name begins alike', claiming(({ team }) => ({ iss: `https://${team.domain}.evil.example` }))],
  ['of no team', claiming(() => ({ iss: undefined }))],
  ['that has expired', claiming(() => ({ exp: nowS() }))],
  ['that holds from a second on', claiming(() => ({ nbf: nowS() + 1 }))],
  ['without an end', claiming(() => ({ exp: undefined }))],
  ['whose end is a text', claiming(() => ({ exp: '9999999999' }))],
  ['without an address, of a service', claiming(() => ({ email: undefined, common_name: 'x' }))],
  ['with many addresses', claiming(() => ({ email: ['anna@example.org'] }))],
  ['without a key id', headed(() => ({ kid: undefined }))],
  ['whose key id is a list', headed(({ key }) => ({ kid: [key.kid] }))],
  ['with an extension that must be understood', headed(() => ({ crit: ['b64'], b64: true }))],
  ['of another type', headed(() => ({ typ: 'at+jwt' }))],
  ['of somebody else under the same key id', bySomebodyElse(({ key }) => ({ kid: key.kid }))],
  ['of somebody else under their own key id', bySomebodyElse(() => ({}))],
  ['that brings its key', bySomebodyElse(({ stranger }) => ({ jwk: stranger.published }))],
  ['that says where its key is', bySomebodyElse(() => ({ jku: 'https://evil.example/jwks' }))],
  ['signed by nobody', signedBy('none', unsigned)],
  ['signed by nobody, in capitals', signedBy('NONE', unsigned)],
  ['whose signature was taken away', signedBy('RS256', unsigned)],
  ['signed with the public key as a secret (JWK)', signedBy('HS256', withPublicKey(asJwk))],
  ['signed with the public key as a secret (PEM)', signedBy('HS256', withPublicKey(asPem))],
  ['signed with the public key as a secret, said to be RS256', signedBy('RS256', withPublicKey(asPem))],
  ['signed by RS512', signedBy('RS512', withKey('RSASSA-PKCS1-v1_5', 'SHA-512'))],
  ['signed by PS256', signedBy('PS256', withKey('RSA-PSS', 'SHA-256'))],
  [
    'whose claims were changed',
    withOther(([head = '', , tail = ''], { team }) => [head, encoded(team.claims()), tail]),
  ],
  ['whose header was changed', withOther(([, ...rest], { key }) => [encoded({ kid: key.kid, alg: 'RS256' }), ...rest])],
  ['with a part more', withOther((parts) => [...parts, 'x'])],
  ['with a part less', withOther((parts) => parts.slice(0, 2))],
  ['that is no JSON', async () => `${encode('{')}.${encode('{')}.x`],
  ['that is null', async () => `${encode('null')}.${encode('null')}.x`],
  ['that is empty', async () => '..'],
]
