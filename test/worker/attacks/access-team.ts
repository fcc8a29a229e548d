import { vi } from 'vitest'
import { closed, whoIs } from './closed.ts'

type Claims = Record<string, unknown>
type Jwk = JsonWebKey & { kid: string }

/** A key of Cloudflare Access: the private one, and the public one as published. */
export type Key = { kid: string; pair: CryptoKeyPair; published: Jwk }

export async function newKey(kid: string): Promise<Key> {
  const pair = (await crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  )) as CryptoKeyPair
  const { kty, n, e } = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey
  return { kid, pair, published: { kid, kty, alg: 'RS256', use: 'sig', e, n } as Jwk }
}

export const encode = (part: string | Uint8Array): string => {
  const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** An assertion with the given header and claims, signed by `sign`. */
export async function assemble(
  header: object,
  claims: Claims,
  sign: (text: Uint8Array) => Promise<ArrayBuffer>,
): Promise<string> {
  const text = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`
  return `${text}.${encode(new Uint8Array(await sign(new TextEncoder().encode(text))))}`
}

/** An assertion as Access would sign it, except for changes to its header. */
export const signed = ({ kid, pair }: Key, claims: Claims, header: object = {}) =>
  assemble({ alg: 'RS256', kid, typ: 'JWT', ...header }, claims, (text) =>
    crypto.subtle.sign('RSASSA-PKCS1-v1_5', pair.privateKey, text),
  )

let teams = 0

/** A separate team for each test, since an isolate caches each team's keys; and the requests it received. */
export function newTeam(...keys: Key[]) {
  const domain = `team-${++teams}.cloudflareaccess.com`
  const team = {
    domain,
    audience: 'a'.repeat(64),
    keys: keys.map((key): Partial<Jwk> => key.published),
    /** Answers in place of the keys. */
    answer: null as (() => Response | Promise<Response>) | null,
    asked: 0,
    /** The claims of Access about a user, valid now. */
    claims: (more: Claims = {}): Claims => {
      const nowS = Math.floor(Date.now() / 1_000)
      const times = { iat: nowS, nbf: nowS, exp: nowS + 3_600 }
      return {
        ...times,
        aud: [team.audience],
        iss: `https://${domain}`,
        email: 'anna@example.org',
        type: 'app',
        ...more,
      }
    },
    /** Allows authentication by Access only. */
    closed: (ACCESS_ROLES: string) =>
      closed({
        ADMIN_TOKEN: '',
        SESSION_SECRET: '',
        ACCESS_TEAM_DOMAIN: domain,
        ACCESS_AUD: team.audience,
        ACCESS_ROLES,
      }),
  }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const { url, redirect } = new Request(input, init)
    if (url !== `https://${domain}/cdn-cgi/access/certs`) throw new Error(`Nobody expected a request for ${url}`)
    // A redirect would let its target choose the keys.
    if (redirect === 'follow') throw new Error('Redirects would be followed')
    team.asked++
    return team.answer?.() ?? Response.json({ keys: team.keys, public_cert: {}, public_certs: [] })
  })
  return team
}

/** The session that an assertion grants, or the status of the refusal. */
export const whoHas = (assertion: string, headers: Record<string, string> = {}) =>
  whoIs({ 'Cf-Access-Jwt-Assertion': assertion, ...headers })
