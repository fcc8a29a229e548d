import { decode, verifyWithJwks } from 'hono/jwt'
import { accessKeys } from './access-keys.ts'
import type { RoleCredential } from './credential.ts'
import type { AccessSettings } from './settings.ts'

/** The header in which Cloudflare Access asserts who was authenticated. */
export const ACCESS_HEADER = 'Cf-Access-Jwt-Assertion'

const algorithm = 'RS256'

/**
 * The credential behind a signed assertion of Cloudflare Access: RS256, a key of the team, this application, valid now.
 * https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/
 *
 * @returns `invalid` when the assertion is not valid, `no_role` when the address has no role here
 * @throws Error when the team's keys cannot be fetched
 */
export async function credentialByAccess(
  assertion: string,
  { issuer, audience, roleOf }: AccessSettings,
  nowMs: number,
): Promise<RoleCredential | 'invalid' | 'no_role'> {
  const kid = kidOf(assertion)
  if (kid === null) return 'invalid'
  const keys = await accessKeys(issuer, kid, nowMs)
  const claims = await verifyWithJwks(assertion, {
    keys,
    allowedAlgorithms: [algorithm],
    verification: { iss: issuer, aud: audience, exp: true, nbf: true },
  }).catch(() => null)
  // An assertion without an expiry would be valid for ever; one without an address belongs to a service.
  if (claims === null || typeof claims.exp !== 'number' || typeof claims.email !== 'string') return 'invalid'
  const email = claims.email.toLowerCase()
  const role = roleOf(email)
  if (role === null) return 'no_role'
  return { kind: 'access', name: email, actor: `access:${email}`, role, expiresMs: claims.exp * 1_000, tokenId: null }
}

/** The id of the key that signed an assertion; `null` when no key could verify it, so that none is fetched for it. */
function kidOf(assertion: string): string | null {
  try {
    const { header } = decode(assertion)
    return header.alg === algorithm && typeof header.kid === 'string' ? header.kid : null
  } catch {
    return null
  }
}
