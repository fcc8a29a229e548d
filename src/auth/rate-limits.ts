import type { Context } from 'hono'
import { problem } from '../http/problem.ts'
import { RATE_LIMIT_PERIOD_S } from '../platform/limits.ts'
import type { Credential } from './credential.ts'
import type { AppEnv } from './env.ts'

const retryAfter = { 'Retry-After': String(RATE_LIMIT_PERIOD_S) }

/** What a request is counted as. A stream counts as one read, when it is opened; `reports` are those of attempts. */
export type RateClass = 'reads' | 'writes' | 'reports'

const limiters = { reads: 'READ_LIMITER', writes: 'WRITE_LIMITER', reports: 'REPORT_LIMITER' } as const

/**
 * Answers 429 when a credential exceeds its limit of reads, writes or reports, which wrangler.toml sets; `null`: within the limit.
 * Local access is not counted: it serves one machine, and nobody shares that limit.
 */
export async function limitRate(
  c: Context<AppEnv>,
  credential: Credential,
  rateClass: RateClass,
): Promise<Response | null> {
  if (credential.kind === 'local') return null
  // Invented tokens for a job must not use up the limit of its attempt.
  const key = credential.jobToken?.hash ?? credential.actor
  const { success } = await c.env[limiters[rateClass]].limit({ key })
  if (success) return null
  return problem(c, 429, `Too many ${rateClass} with this credential; wait a minute`, {
    kind: `too-many-${rateClass}`,
    headers: retryAfter,
  })
}
