import { createMiddleware } from 'hono/factory'
import type { RequestIdVariables } from 'hono/request-id'
import { log } from '../platform/log.ts'
import { withoutTokens } from '../platform/token-pattern.ts'

/**
 * Logs one line per request; for a stream, when it opens. Leaves out the query, which may contain anything, and successful
 * requests of which their route has said that they are too many (`isUnlogged`).
 */
export const accessLog = createMiddleware<{ Variables: RequestIdVariables & { actor?: string; isUnlogged?: boolean } }>(
  async (c, next) => {
    const startedMs = Date.now()
    await next()
    if (c.get('isUnlogged') && c.res.ok) return
    log('info', 'request', {
      request_id: c.get('requestId'),
      method: c.req.method,
      path: withoutTokens(c.req.path),
      actor: c.get('actor'),
      status: c.res.status,
      ms: Date.now() - startedMs,
    })
  },
)
