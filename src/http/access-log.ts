import { createMiddleware } from 'hono/factory'
import { log } from '../platform/log.ts'
import { withoutTokens } from '../platform/token-pattern.ts'

/** Logs one line per request; for a stream, when it opens. Leaves out the query, which may contain anything. */
export const accessLog = createMiddleware(async (c, next) => {
  const startedMs = Date.now()
  await next()
  log('info', 'request', {
    request_id: c.get('requestId'),
    method: c.req.method,
    path: withoutTokens(c.req.path),
    actor: c.get('actor'),
    status: c.res.status,
    ms: Date.now() - startedMs,
  })
})
