import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { D1Unavailable } from '../platform/d1.ts'
import { RETRY_AFTER_S } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { StoreUnavailable } from '../platform/r2.ts'
import { problem } from './problem.ts'

/** Answers for an error that a handler threw: Hono's own exceptions keep their status, everything else is logged and a 500. */
export function handleError(error: Error, c: Context): Response {
  if (error instanceof HTTPException) {
    if (error.res !== undefined) return error.getResponse()
    switch (error.status) {
      case 400:
        return problem(c, 400, 'The body is not valid JSON')
      case 413:
        return problem(c, 413, 'The body is too large')
      case 415:
        return problem(c, 415, 'Send the body as JSON, with Content-Type: application/json')
    }
  }
  if (error instanceof D1Unavailable) {
    log('error', 'd1_unavailable', { request_id: c.get('requestId'), error: error.message })
    return unavailable(c)
  }
  if (error instanceof StoreUnavailable) {
    log('error', 'r2_unavailable', { request_id: c.get('requestId'), error: error.message })
    return problem(c, 503, 'R2 does not respond. Try again.', {
      kind: 'artifacts-unavailable',
      headers: { 'Retry-After': String(RETRY_AFTER_S) },
    })
  }
  log('error', 'request_failed', { request_id: c.get('requestId'), error: error.stack ?? String(error) })
  return problem(c, 500, 'Internal error. Quote request_id when reporting it.')
}

/** Answers 503 when D1 does not respond. A write may have been carried out nonetheless. */
export const unavailable = (c: Context): Response =>
  problem(c, 503, 'The database does not respond. Try again.', {
    kind: 'unavailable',
    headers: { 'Retry-After': String(RETRY_AFTER_S) },
  })

/** Answers a request for a path without a route. */
export function handleNotFound(c: Context): Response {
  return problem(c, 404, 'Path not found')
}

/** Answers a request for a path that has routes, but none for the method. */
export function handleMethodNotAllowed(c: Context, methods: string[]): Response {
  const allow = methods.join(', ')
  return problem(c, 405, `Method not allowed; use ${allow}`, { headers: { Allow: allow } })
}
