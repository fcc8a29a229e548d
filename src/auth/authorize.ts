import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import { problem } from '../http/problem.ts'
import { hasRole, type Role } from '../shared/role.ts'
import type { AppEnv } from './env.ts'
import { permissions, unlimitedRoutes } from './permissions.ts'
import { limitRate } from './rate-limits.ts'

/**
 * The role that the request's route requires by the table of permissions; `nobody` for a route that is missing there. If
 * several routes match, the first one answers. A path without a route requires a viewer, who is then answered 404.
 */
export function requiredRole(c: Context): Role | 'anyone' | 'nobody' {
  const route = routeOf(c)
  return route === null ? 'viewer' : (permissions[route] ?? 'nobody')
}

/** The route that answers, as the table names it; `null` when no route matches. */
function routeOf(c: Context): string | null {
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method
  const route = matchedRoutes(c).find((one) => one.method === method)
  return route === undefined ? null : `${method} ${route.path}`
}

/** Rejects a request whose credential lacks the required role (403) or exceeds its rate limit (429). */
export const authorize = createMiddleware<AppEnv>(async (c, next) => {
  const required = requiredRole(c)
  if (required === 'anyone') return next()
  const credential = c.get('credential')
  if (required === 'nobody' || !hasRole(credential.role, required)) {
    return problem(c, 403, `Requires role ${required}; you have ${credential.role}`, { kind: 'forbidden' })
  }
  if (unlimitedRoutes.has(routeOf(c) ?? '')) return next()
  const tooMany = await limitRate(c, credential, required === 'viewer' ? 'reads' : 'writes')
  return tooMany ?? next()
})
