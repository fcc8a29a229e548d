import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { jsonBody } from '../http/json-body.ts'
import { invalidResponse, problem, problemResponse } from '../http/problem.ts'
import { BODY_BYTES_MAX } from '../platform/limits.ts'
import { timestamp } from '../shared/timestamp.ts'
import { authenticateToken } from './authenticate-token.ts'
import { deleteSessionCookie, setSessionCookie } from './cookie.ts'
import type { RoleCredential } from './credential.ts'
import type { AppEnv } from './env.ts'
import { jobOfToken } from './job-token.ts'
import { Session, SignIn } from './schema.ts'
import { sessionOf } from './token-credentials.ts'

const tags = ['Access']

const noStore = z.object({
  'Cache-Control': z.literal('no-store').openapi({ description: 'The session is never cached' }),
})
const sessionContent = { 'application/json': { schema: Session } }

const readRoute = createRoute({
  method: 'get',
  path: '/session',
  tags,
  summary: 'The caller and their permissions',
  responses: { 200: { description: 'The caller', headers: noStore, content: sessionContent } },
})

const noSession = 'The tokens of runners and of attempts open no session; sign in with another token'

const signInRoute = createRoute({
  method: 'post',
  path: '/session',
  tags,
  summary: 'Sign a browser in with an API token',
  description:
    'Sets the signed cookie `__Host-stellwerk`, which scripts cannot read and other sites cannot send. The session ' +
    'ends after 8 hours, or with the token.',
  request: { body: { required: true, content: { 'application/json': { schema: SignIn } } } },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    200: {
      description: 'Signed in',
      headers: noStore.extend({
        'Set-Cookie': z.string().openapi({
          example: '__Host-stellwerk=…; Max-Age=28800; Path=/; HttpOnly; Secure; SameSite=Strict',
          description: 'The session cookie',
        }),
      }),
      content: sessionContent,
    },
    403: problemResponse(`\`${noSession}\``, 'no-session'),
    503: problemResponse('`Sessions are not configured; set the secret SESSION_SECRET`', 'sessions-not-configured'),
    ...invalidResponse,
  },
})

const signOutRoute = createRoute({
  method: 'delete',
  path: '/session',
  tags,
  summary: 'Sign out',
  description: "Deletes the cookie. To end another user's sessions, revoke their token.",
  responses: { 204: { description: 'Signed out' } },
})

/** Browser sessions. */
export const session = new OpenAPIHono<AppEnv>()
  .openapi(readRoute, (c) => {
    c.header('Cache-Control', 'no-store')
    // Job tokens are not allowed here.
    return c.json(toSession(c.get('credential') as RoleCredential), 200)
  })
  .openapi(signInRoute, async (c) => {
    const settings = c.get('auth')
    if (settings.sessionSecret === null) {
      return problem(c, 503, 'Sessions are not configured; set the secret SESSION_SECRET', {
        kind: 'sessions-not-configured',
      })
    }
    const { token } = c.req.valid('json')
    // Of a job token it is not asked whether it is valid, so this is no guess.
    if (jobOfToken(token) !== null) return problem(c, 403, noSession, { kind: 'no-session' })
    const bearer = await authenticateToken(c, token)
    // The OpenAPI document adds 401 and 429 to every operation; this route's type does not list them.
    if (bearer instanceof Response) return bearer as never
    c.set('actor', bearer.actor)
    if (bearer.role === 'runner') return problem(c, 403, noSession, { kind: 'no-session' })
    const nowMs = Date.now()
    const { value, credential } = await sessionOf(bearer, settings, nowMs)
    await setSessionCookie(c, value, settings.sessionSecret, Math.floor((credential.expiresMs - nowMs) / 1_000))
    c.header('Cache-Control', 'no-store')
    return c.json(toSession(credential), 200)
  })
  .openapi(signOutRoute, (c) => {
    deleteSessionCookie(c)
    return c.body(null, 204)
  })

const toSession = ({ kind, name, role, expiresMs }: RoleCredential): z.infer<typeof Session> => ({
  kind,
  name,
  role,
  expires_at: timestamp(expiresMs),
})
