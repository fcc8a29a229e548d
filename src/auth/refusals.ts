import type { Context } from 'hono'
import { problem } from '../http/problem.ts'
import { noteOverLimit, waitS } from './attempts.ts'
import type { AppEnv } from './env.ts'
import { networkOf } from './network.ts'

const sentences = {
  unauthorized: 'Sign in, or send a token: Authorization: Bearer <token>',
  'invalid-token': 'The token is unknown, has expired, or was revoked',
  'session-ended': 'The session has ended: sign in again',
  'invalid-assertion': 'The assertion of Cloudflare Access does not hold: sign in there again',
} as const

/** Why somebody is not let in. */
export type Reason = keyof typeof sentences

/** Answers 401 to who showed nothing, or something that has merely ended. */
export function refuseAs(c: Context<AppEnv>, kind: Reason): Response {
  const challenge = kind === 'unauthorized' ? '' : ', error="invalid_token"'
  return problem(c, 401, sentences[kind], {
    kind,
    headers: { 'WWW-Authenticate': `Bearer realm="stellwerk"${challenge}` },
  })
}

/** Answers 401 to what never held, or 429 when that comes too often from its network. Counts it. */
export async function refuseGuess(c: Context<AppEnv>, kind: Reason): Promise<Response> {
  const network = networkOfRequest(c)
  const { success } = await c.env.FAILED_AUTH_LIMITER.limit({ key: network })
  if (success) return refuseAs(c, kind)
  noteOverLimit(network, Date.now())
  return holdBack(c)
}

/** Answers 429 to a network that has failed to authenticate too often. */
export function holdBack(c: Context<AppEnv>): Response {
  return problem(c, 429, 'Too many failed attempts from this address: wait a minute', {
    kind: 'too-many-attempts',
    headers: { 'Retry-After': String(waitS(networkOfRequest(c), Date.now())) },
  })
}

/** The network whose failed attempts count together. */
export const networkOfRequest = (c: Context<AppEnv>): string => networkOf(c.req.header('CF-Connecting-IP') ?? '')
