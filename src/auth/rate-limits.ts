import type { Context } from 'hono'
import type { AppEnv } from '../http/env.ts'
import { problem } from '../http/problem.ts'
import { RATE_LIMIT_PERIOD_S } from '../limits.ts'
import type { Credential } from './credential.ts'

const retryAfter = { 'Retry-After': String(RATE_LIMIT_PERIOD_S) }

/**
 * Answers 429 to a credential that writes more than wrangler.toml's WRITE_LIMITER lets it; `null`: it may go on. Who was
 * let in by the local opening is not counted: nobody shares that machine with him.
 */
export async function refuseHastyWrites(c: Context<AppEnv>, credential: Credential): Promise<Response | null> {
  if (credential.kind === 'local') return null
  const { success } = await c.env.WRITE_LIMITER.limit({ key: credential.actor })
  if (success) return null
  return problem(c, 429, 'Too many writes with this credential: wait a minute', {
    kind: 'too-many-writes',
    headers: retryAfter,
  })
}
