import type { Context } from 'hono'
import { sha256 } from '../platform/sha256.ts'
import type { RoleCredential } from './credential.ts'
import type { AppEnv } from './env.ts'
import { guardOf } from './guards.ts'
import { networkOfRequest, refuseFailedAuth, refuseTooManyAttempts } from './refusals.ts'
import { credentialByToken } from './token-credentials.ts'

/**
 * The credential behind a request's token, or the answer that rejects it: 401, counted as a failed attempt, or 429. A
 * network over its limit is answered 429 before the token is checked, so that a correct guess reveals nothing.
 */
export async function authenticateToken(c: Context<AppEnv>, token: string): Promise<RoleCredential | Response> {
  const { attempts } = guardOf(c)
  const network = networkOfRequest(c)
  // The form in which a token is stored: for 256 random bits a plain hash is enough.
  const hash = await sha256(token)
  const nowMs = Date.now()
  if (!attempts.mayAttempt(network, hash, nowMs)) return refuseTooManyAttempts(c)
  const credential = await credentialByToken(c.env.DB, c.get('auth'), token, hash, nowMs).catch((error) => {
    attempts.forget(network, hash)
    throw error
  })
  if (credential !== null) {
    attempts.recordSuccess(network, hash, nowMs)
    return credential
  }
  const answer = await refuseFailedAuth(c, 'invalid-token')
  attempts.recordFailure(network, hash)
  return answer
}
