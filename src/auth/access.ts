import { decode, verifyWithJwks } from 'hono/jwt'
import { accessKeys } from './access-keys.ts'
import type { Credential } from './credential.ts'
import type { AccessSettings } from './settings.ts'

/** The header in which Cloudflare Access says whom it has let in. */
export const ACCESS_HEADER = 'Cf-Access-Jwt-Assertion'

const algorithm = 'RS256'

/**
 * Whom Cloudflare Access has let in, by its signed assertion: RS256 with a key of the team, for this application, now.
 * https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/
 *
 * @returns `invalid` when the assertion does not hold, `no_role` when the address has none here
 * @throws Error when the team's keys cannot be had
 */
export async function credentialByAccess(
  assertion: string,
  { issuer, audience, roleOf }: AccessSettings,
  nowMs: number,
): Promise<Credential | 'invalid' | 'no_role'> {
  const kid = kidOf(assertion)
  if (kid === null) return 'invalid'
  const keys = await accessKeys(issuer, kid, nowMs)
  const claims = await verifyWithJwks(assertion, {
    keys,
    allowedAlgorithms: [algorithm],
    verification: { iss: issuer, aud: audience, exp: true, nbf: true },
  }).catch(() => null)
  // An assertion without an end would hold for ever, and one without an address is a service's.
  if (claims === null || typeof claims.exp !== 'number' || typeof claims.email !== 'string') return 'invalid'
  const email = claims.email.toLowerCase()
  const role = roleOf(email)
  if (role === null) return 'no_role'
  return { kind: 'access', name: email, actor: `access:${email}`, role, expiresMs: claims.exp * 1_000, tokenId: null }
}

/** The key an assertion claims to be signed with; `null` when no key could make it hold, so that none is fetched. */
function kidOf(assertion: string): string | null {
  try {
    const { header } = decode(assertion)
    return header.alg === algorithm && typeof header.kid === 'string' ? header.kid : null
  } catch {
    return null
  }
}
