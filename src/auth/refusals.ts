import type { Context } from 'hono'
import { problem } from '../http/problem.ts'
import type { AppEnv } from './env.ts'
import { guardOf } from './guards.ts'
import { networkOf } from './network.ts'

const details = {
  unauthorized: 'Sign in, or send a token: Authorization: Bearer <token>',
  'invalid-token': 'The token is unknown, has expired, or was revoked',
  'session-ended': 'The session has ended; sign in again',
  'invalid-assertion': 'The Cloudflare Access assertion is invalid; sign in there again',
} as const

/** Why a request is not authenticated. */
export type Reason = keyof typeof details

/** Answers 401 without counting a failed attempt: no credential, or a session that has ended. */
export function refuseUnauthorized(c: Context<AppEnv>, kind: Reason): Response {
  const challenge = kind === 'unauthorized' ? '' : ', error="invalid_token"'
  return problem(c, 401, details[kind], {
    kind,
    headers: { 'WWW-Authenticate': `Bearer realm="stellwerk"${challenge}` },
  })
}

/** Counts a failed attempt and answers 401, or 429 when its network has exceeded the limit. */
export async function refuseFailedAuth(c: Context<AppEnv>, kind: Reason): Promise<Response> {
  const network = networkOfRequest(c)
  const { limiter, keyOf, attempts } = guardOf(c)
  const { success } = await c.env[limiter].limit({ key: keyOf(network) })
  if (success) return refuseUnauthorized(c, kind)
  attempts.blockNetwork(network, Date.now())
  return refuseTooManyAttempts(c)
}

/** Answers 429 to a network that has exceeded the limit of failed attempts. */
export function refuseTooManyAttempts(c: Context<AppEnv>): Response {
  const waitS = guardOf(c).attempts.retryAfterS(networkOfRequest(c), Date.now())
  return problem(c, 429, 'Too many failed attempts from this address; wait a minute', {
    kind: 'too-many-attempts',
    headers: { 'Retry-After': String(waitS) },
  })
}

/** The network for which this request's failed attempts are counted. */
export const networkOfRequest = (c: Context<AppEnv>): string => networkOf(c.req.header('CF-Connecting-IP') ?? '')
