import { cors } from 'hono/cors'
import { csrf } from 'hono/csrf'
import { createMiddleware } from 'hono/factory'
import type { AppEnv } from '../http/env.ts'

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

const refuseForms = csrf({
  origin: (origin, c) => origin === new URL(c.req.url).origin || c.get('auth').origins.has(origin),
})

/**
 * Refuses what a page of another site made a browser send (403). A token in the request is nothing that a browser adds
 * by itself, and who sends neither header is no browser.
 */
export const refuseForgedRequests = createMiddleware<AppEnv>((c, next) => {
  const isFromBrowser = c.req.header('Origin') !== undefined || c.req.header('Sec-Fetch-Site') !== undefined
  return isFromBrowser && c.req.header('Authorization') === undefined ? refuseForms(c, next) : next()
})
