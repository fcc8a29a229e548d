import type { Context } from 'hono'
import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import { problem } from '../http/problem.ts'
import { roleNeeded } from './authorize.ts'
import type { AppEnv } from './env.ts'

const shareWithOrigin = cors({
  origin: (origin) => origin,
  credentials: true,
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match', 'Last-Event-ID'],
  exposeHeaders: ['ETag', 'Idempotency-Replayed', 'Link', 'Location', 'Retry-After', 'X-Request-Id'],
  maxAge: 3_600,
})

/** Lets pages of the sites in CORS_ORIGINS call the API from a browser; for every other one it is as if there were none. */
export const shareWithAllowedOrigins = createMiddleware<AppEnv>((c, next) =>
  c.get('auth').origins.has(c.req.header('Origin') ?? '') ? shareWithOrigin(c, next) : next(),
)

/**
 * Refuses what a page of another site made a browser send (403), unless it merely looks, which tells that page nothing.
 * A token in the request is nothing that a browser adds by itself, and who sends neither header is no browser. hono/csrf
 * would not do: it looks at the types that forms send, and a browser also sends reports of broken policies, without
 * asking, to wherever a page says.
 */
export const refuseForgedRequests = createMiddleware<AppEnv>((c, next) => {
  if (merelyLooks(c) || c.req.header('Authorization') !== undefined || !isForeign(c)) return next()
  return Promise.resolve(problem(c, 403, 'A page of another site sent this', { kind: 'cross-site' }))
})

const isRead = (c: Context): boolean => /^(GET|HEAD|OPTIONS)$/.test(c.req.method)

/** What takes more than looking does something, whatever its method: recognizing images is a GET, as in the reference. */
const merelyLooks = (c: Context): boolean => isRead(c) && !['operator', 'admin'].includes(roleNeeded(c))

function isForeign(c: Context<AppEnv>): boolean {
  const origin = c.req.header('Origin')
  if (origin !== undefined) return origin !== new URL(c.req.url).origin && !c.get('auth').origins.has(origin)
  const site = c.req.header('Sec-Fetch-Site')
  // An address that was typed comes from no site.
  return site !== undefined && site !== 'same-origin' && !(site === 'none' && isRead(c))
}
