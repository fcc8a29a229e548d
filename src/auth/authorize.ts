import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import { problem } from '../http/problem.ts'
import { type Role, suffices } from '../shared/role.ts'
import type { AppEnv } from './env.ts'
import { permissions, uncounted } from './permissions.ts'
import { refuseHaste } from './rate-limits.ts'

/**
 * The role that the request's route needs, by the table of permissions; a route that is not in it is nobody's. Of several
 * that fit, the first is the one that answers. A path without a route needs somebody, who then learns that there is
 * nothing.
 */
export function roleNeeded(c: Context): Role | 'anyone' | 'nobody' {
  const route = routeOf(c)
  return route === null ? 'viewer' : (permissions[route] ?? 'nobody')
}

/** The route that answers, as the table names it; `null`: none does. */
function routeOf(c: Context): string | null {
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method
  const route = matchedRoutes(c).find((one) => one.method === method)
  return route === undefined ? null : `${method} ${route.path}`
}

/** Refuses who may not do what he asks for (403), or does too much of it (429). */
export const authorize = createMiddleware<AppEnv>(async (c, next) => {
  const needed = roleNeeded(c)
  if (needed === 'anyone') return next()
  const credential = c.get('credential')
  if (needed === 'nobody' || !suffices(credential.role, needed)) {
    return problem(c, 403, `This takes the role ${needed}; yours is ${credential.role}`, { kind: 'forbidden' })
  }
  if (uncounted.has(routeOf(c) ?? '')) return next()
  const hasty = await refuseHaste(c, credential, needed === 'viewer' ? 'reads' : 'writes')
  return hasty ?? next()
})
