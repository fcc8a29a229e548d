import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, Env, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { describedRoutes, routeName } from './described-routes.ts'
import { echoedName } from './echo.ts'
import { invalid } from './problem.ts'
import type { ValidationError } from './problem-document.ts'

/** Ignored on every route: browsers' caches are commonly circumvented with it. */
const CACHE_BUSTER = '_'

/** Ignored on streams: polyfills of `EventSource` that cannot set the header send its value so. */
const POLYFILLED_EVENT_ID = 'lastEventId'

/**
 * Rejects a query parameter that the route does not declare (422), so that a typo is never taken for heeded. What a route
 * declares is read from the schemas that validate it; a route without a description, such as a page, takes any query.
 *
 * @param app the app that all described routes are mounted on, also after this middleware
 */
export function rejectUnknownParameters<E extends Env>(app: OpenAPIHono<E>): MiddlewareHandler {
  let namesByRoute: Map<string, ReadonlySet<string>> | undefined
  return async (c, next) => {
    namesByRoute ??= declaredNames(app)
    const known = namesByRoute.get(routeOf(c))
    const unknown = known && [...new Set(new URL(c.req.url).searchParams.keys())].filter((name) => !known.has(name))
    return unknown?.length
      ? invalid(
          c,
          unknown.map((name) => unknownParameter(name, known)),
        )
      : next()
  }
}

function unknownParameter(name: string, known: ReadonlySet<string> = new Set()): ValidationError {
  const others = [...known].filter((one) => one !== CACHE_BUSTER && one !== POLYFILLED_EVENT_ID)
  const msg = `Unknown parameter; ${others.length ? `expected one of ${others.join(', ')}` : 'this operation takes none'}`
  return { loc: ['query', echoedName(name)], msg, type: 'unknown_parameter' }
}

/** The route that answers, as Hono writes it. */
function routeOf(c: Context): string {
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method
  return `${method} ${matchedRoutes(c).find((route) => route.method === method)?.path}`
}

/** The names of each described route's query parameters. */
function declaredNames<E extends Env>(app: OpenAPIHono<E>): Map<string, ReadonlySet<string>> {
  return new Map(
    describedRoutes(app).map(({ method, path, request }) => {
      const names = [CACHE_BUSTER, ...namesIn(request?.query)]
      if (namesIn(request?.headers).includes('Last-Event-ID')) names.push(POLYFILLED_EVENT_ID)
      return [routeName(method, path), new Set(names)]
    }),
  )
}

const namesIn = (schema: unknown): string[] => Object.keys((schema as z.ZodObject | undefined)?.shape ?? {})
