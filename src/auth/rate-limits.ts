import type { Context } from 'hono'
import { problem } from '../http/problem.ts'
import { RATE_LIMIT_PERIOD_S } from '../platform/limits.ts'
import type { Credential } from './credential.ts'
import type { AppEnv } from './env.ts'

const retryAfter = { 'Retry-After': String(RATE_LIMIT_PERIOD_S) }

/** What a credential does: it looks (a stream counts once, when it is opened), or it does something. */
export type Deed = 'reads' | 'writes'

const limiters = { reads: 'READ_LIMITER', writes: 'WRITE_LIMITER' } as const

/**
 * Answers 429 to a credential that reads or writes more than wrangler.toml's limiter for it allows; `null`: it may go on.
 * The local opening is not counted: nobody shares that machine with whoever uses it.
 */
export async function refuseHaste(c: Context<AppEnv>, credential: Credential, deed: Deed): Promise<Response | null> {
  if (credential.kind === 'local') return null
  const { success } = await c.env[limiters[deed]].limit({ key: credential.actor })
  if (success) return null
  return problem(c, 429, `Too many ${deed} with this credential: wait a minute`, {
    kind: `too-many-${deed}`,
    headers: retryAfter,
  })
}
