import type { Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { AppEnv } from './env.ts'
import { DOOR_PREFIX, ownJobRoutes, permissions, type Requirement } from './permissions.ts'

/**
 * What the request's route requires by the table of permissions; `nobody` for a route that is missing there. If several
 * routes match, the first one answers. A path without a route requires a viewer, who is then answered 404.
 */
export function requiredRole(c: Context): Requirement | 'nobody' {
  const route = routeOf(c)
  return route === null ? 'viewer' : (permissions[route] ?? 'nobody')
}

/** The route that answers, as the table names it; `null` when no route matches. */
export function routeOf(c: Context): string | null {
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method
  const route = matchedRoutes(c).find((one) => one.method === method)
  return route === undefined ? null : `${method} ${route.path}`
}

/** The job that a request names, if its route is open to job tokens; otherwise `null`. */
export function jobNamedIn(c: Context<AppEnv>): string | null {
  if (c.req.path.startsWith(DOOR_PREFIX)) return c.get('credential').jobToken?.jobId ?? null
  const route = routeOf(c) ?? ''
  const place = requiredRole(c) === 'job' ? 'path' : ownJobRoutes[route]
  if (place === 'query') {
    const [id, ...more] = c.req.queries('job_id') ?? []
    return id === undefined || more.length > 0 ? null : id
  }
  // Middleware has no parameters of the route that follows it.
  return place === 'path' ? (c.req.path.split('/')[route.split('/').indexOf(':id')] ?? null) : null
}
