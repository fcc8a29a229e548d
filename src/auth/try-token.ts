import type { Context } from 'hono'
import { forget, mayTry, noteRight, noteWrong } from './attempts.ts'
import type { Credential } from './credential.ts'
import type { AppEnv } from './env.ts'
import { holdBack, networkOfRequest, refuseGuess } from './refusals.ts'
import { hashOf } from './token.ts'
import { credentialByToken } from './token-credentials.ts'

/**
 * Who bears the token that a request shows; else the answer to it, which counts a wrong one (401). A network that has
 * used up its failed attempts is answered 429 before the token is looked at, so that a right guess is no better.
 */
export async function tryToken(c: Context<AppEnv>, token: string): Promise<Credential | Response> {
  const network = networkOfRequest(c)
  const hash = await hashOf(token)
  const nowMs = Date.now()
  if (!mayTry(network, hash, nowMs)) return holdBack(c)
  const credential = await credentialByToken(c.env.DB, c.get('auth'), token, nowMs).catch((error) => {
    forget(network, hash)
    throw error
  })
  if (credential !== null) {
    noteRight(network, hash, nowMs)
    return credential
  }
  const answer = await refuseGuess(c, 'invalid-token')
  noteWrong(network, hash)
  return answer
}
