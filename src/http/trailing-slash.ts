import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, Env } from 'hono'
import { describedRoutes } from './described-routes.ts'

/**
 * Redirects a path of the API that ends with a slash to the same path without it, as the reference does: 307 keeps method
 * and body. Returns `null` for every other path.
 *
 * @param app the app that all described routes are mounted on, also after this call
 * @param others paths of the API that are not described
 */
export function redirectTrailingSlash<E extends Env>(app: OpenAPIHono<E>, others: readonly string[] = []) {
  let paths: RegExp | undefined
  return (c: Context): Response | null => {
    const { pathname, search } = new URL(c.req.url)
    if (!pathname.endsWith('/')) return null
    const known = () => [...describedRoutes(app).map((route) => route.path), ...others]
    paths ??= new RegExp(`^(?:${known().map(patternOf).join('|')})$`)
    // Only known paths, all of which begin with a name: `//host/` must not become an address of another site.
    const path = pathname.replace(/\/+$/, '')
    return paths.test(path) ? c.redirect(path + search, 307) : null
  }
}

const patternOf = (path: string) => path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')
