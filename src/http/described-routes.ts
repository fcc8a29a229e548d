import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi'
import type { Env } from 'hono'

/** Every route of the OpenAPI document, with its whole path as OpenAPI writes it: those that are mounted by now. */
export const describedRoutes = <E extends Env>(app: OpenAPIHono<E>): RouteConfig[] =>
  app.openAPIRegistry.definitions.flatMap((one) => (one.type === 'route' ? [one.route] : []))

/** A route's method and path as Hono writes them: `GET /jobs/:id`. */
export const routeName = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`
