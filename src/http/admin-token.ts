import type { Context } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { createMiddleware } from 'hono/factory'
import { timingSafeEqual } from 'hono/utils/buffer'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'

const unauthorized = {
  message: (c: Context) =>
    problem(c, 401, 'Send the admin token: Authorization: Bearer <token>', { kind: 'unauthorized' }),
}

const bearer = bearerAuth<AppEnv>({
  verifyToken: (token, c) => timingSafeEqual(token, c.env.ADMIN_TOKEN ?? ''),
  noAuthenticationHeader: unauthorized,
  invalidAuthenticationHeader: unauthorized,
  invalidToken: unauthorized,
})

/** How the paths begin that the admin token guards. */
export const guarded = '/api/'

/** Where the secret ADMIN_TOKEN is set, lets in only who sends it. Without the secret everybody is let in. */
export const adminToken = createMiddleware<AppEnv>((c, next) => {
  c.set('actor', c.env.ADMIN_TOKEN ? 'admin' : 'anonymous')
  return c.env.ADMIN_TOKEN ? bearer(c, next) : next()
})
