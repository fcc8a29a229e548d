import type { Context } from 'hono'
import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import { problem } from '../http/problem.ts'
import type { AppEnv } from './env.ts'
import { requiredRole } from './required-role.ts'

const shareWithOrigin = cors({
  origin: (origin) => origin,
  credentials: true,
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match', 'Last-Event-ID'],
  exposeHeaders: ['ETag', 'Idempotency-Replayed', 'Link', 'Location', 'Retry-After', 'X-Request-Id'],
  maxAge: 3_600,
})

/** CORS for pages of the sites in CORS_ORIGINS; pages of any other site get no CORS headers. */
export const corsForAllowedOrigins = createMiddleware<AppEnv>((c, next) =>
  c.get('auth').origins.has(c.req.header('Origin') ?? '') ? shareWithOrigin(c, next) : next(),
)

/**
 * Rejects cross-site requests that a browser sends with its credentials (403). Read-only requests pass: CORS keeps the
 * other page from reading the answer. A browser never adds a token by itself, and a client that sends neither `Origin`
 * nor `Sec-Fetch-Site` is not a browser. hono/csrf does not suffice: it only checks the content types of forms, while
 * browsers also send policy violation reports, without a preflight, to any address a page names.
 */
export const rejectCrossSite = createMiddleware<AppEnv>((c, next) => {
  if (isReadOnly(c) || c.req.header('Authorization') !== undefined || !isCrossSite(c)) return next()
  return Promise.resolve(problem(c, 403, crossSite, { kind: 'cross-site' }))
})

/** Behind a proxy that rewrites `Host`, the service's own pages are taken for another site's. */
const crossSite =
  "Cross-site request rejected: Origin is not this server's. If a proxy changed Host, add the page's origin to CORS_ORIGINS."

const isSafeMethod = (c: Context): boolean => /^(GET|HEAD|OPTIONS)$/.test(c.req.method)

/** A route for operators or admins has effects even if it is a GET, as OCR is in the reference. */
const isReadOnly = (c: Context): boolean => isSafeMethod(c) && !['operator', 'admin'].includes(requiredRole(c))

function isCrossSite(c: Context<AppEnv>): boolean {
  const origin = c.req.header('Origin')
  if (origin !== undefined) return origin !== new URL(c.req.url).origin && !c.get('auth').origins.has(origin)
  const site = c.req.header('Sec-Fetch-Site')
  // `none`: the user typed the address.
  return site !== undefined && site !== 'same-origin' && !(site === 'none' && isSafeMethod(c))
}
