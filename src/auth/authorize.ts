import type { Context, Next } from 'hono'
import { createMiddleware } from 'hono/factory'
import { problem } from '../http/problem.ts'
import type { JobCredential } from './credential.ts'
import { whyForbidden } from './entitlement.ts'
import type { AppEnv } from './env.ts'
import { guards } from './guards.ts'
import { reportRoutes, unlimitedRoutes } from './permissions.ts'
import { limitRate } from './rate-limits.ts'
import { networkOfRequest, refuseTooManyAttempts } from './refusals.ts'
import { jobNamedIn, requiredRole, routeOf } from './required-role.ts'

/** Rejects a request whose credential lacks the required role (403) or exceeds its rate limit (429). */
export const authorize = createMiddleware<AppEnv>(async (c, next) => {
  const required = requiredRole(c)
  if (required === 'anyone') return next()
  const credential = c.get('credential')
  const reason = whyForbidden(credential, required, jobNamedIn(c))
  if (reason !== null) return problem(c, 403, reason, { kind: 'forbidden' })
  if (credential.kind === 'job') return guardJobToken(c, next, credential)
  if (unlimitedRoutes.has(routeOf(c) ?? '')) return next()
  const isRead = required === 'viewer' || required === 'runner'
  const rateClass = reportRoutes.has(routeOf(c) ?? '') ? 'reports' : isRead ? 'reads' : 'writes'
  const tooMany = await limitRate(c, credential, rateClass)
  return tooMany ?? next()
})

/**
 * Passes a job token on to its operation, which verifies it; but not an unknown one from a network that has exceeded its
 * limit of failed job tokens (429), so that guessing costs no calls of objects.
 */
async function guardJobToken(c: Context<AppEnv>, next: Next, credential: JobCredential): Promise<Response | undefined> {
  const network = networkOfRequest(c)
  const { attempts } = guards.jobTokens
  const { hash } = credential.jobToken
  if (!attempts.mayAttempt(network, hash, Date.now())) return refuseTooManyAttempts(c)
  try {
    const tooMany = await limitRate(c, credential, requiredRole(c) === 'viewer' ? 'reads' : 'reports')
    if (tooMany !== null) return tooMany
    await next()
    return
  } finally {
    attempts.forget(network, hash)
  }
}
