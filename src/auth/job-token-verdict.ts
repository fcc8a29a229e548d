import type { Context } from 'hono'
import type { AppEnv } from './env.ts'
import { guards } from './guards.ts'
import { networkOfRequest, refuseFailedAuth } from './refusals.ts'

/**
 * Records that a job token is valid: it is then passed on even while others guess from the same network. Call it when the
 * job's object has accepted the request's token, and for a new token when it is handed out.
 *
 * @param hash the token's SHA-256; by default that of the request's
 */
export function noteValidJobToken(c: Context<AppEnv>, hash = c.get('credential').jobToken?.hash): void {
  if (hash !== undefined) guards.jobTokens.attempts.recordSuccess(networkOfRequest(c), hash, Date.now())
}

/**
 * Answers a request whose job token the job's object does not know: 401, counted as a failed attempt, or 429 once its
 * network has exceeded the limit.
 */
export async function refuseFailedJobToken(c: Context<AppEnv>): Promise<Response> {
  const answer = await refuseFailedAuth(c, 'invalid-token')
  const hash = c.get('credential').jobToken?.hash
  if (hash !== undefined) guards.jobTokens.attempts.recordFailure(networkOfRequest(c), hash)
  return answer
}

/**
 * Counts the token of a job that does not exist as a failed attempt.
 *
 * @returns the answer, 429, once its network has exceeded the limit; `null` before
 */
export async function limitUnknownJob(c: Context<AppEnv>): Promise<Response | null> {
  const answer = await refuseFailedJobToken(c)
  return answer.status === 429 ? answer : null
}
