import type { Context } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { problem } from '../http/problem.ts'
import { RETRY_AFTER_S } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { ACCESS_HEADER, credentialByAccess } from './access.ts'
import { roleNeeded } from './authorize.ts'
import { bringsSessionCookie, readSessionCookie } from './cookie.ts'
import type { Credential } from './credential.ts'
import type { AppEnv } from './env.ts'
import { isFromThisMachine } from './local-opening.ts'
import { refuseAs, refuseGuess } from './refusals.ts'
import { type AuthSettings, readAuthSettings } from './settings.ts'
import { credentialBySession } from './token-credentials.ts'
import { noteUse } from './token-use.ts'
import { tryToken } from './try-token.ts'

const local: Credential = {
  kind: 'local',
  name: 'anonymous',
  actor: 'anonymous',
  role: 'admin',
  expiresMs: null,
  tokenId: null,
}

/** Refuses everybody while nobody can be let in. */
export const requireSettings = createMiddleware<AppEnv>(async (c, next) => {
  const settings = settingsOf(c)
  if (settings === null) {
    return problem(c, 503, 'Authentication is not configured', { kind: 'authentication-not-configured' })
  }
  c.set('auth', settings)
  return next()
})

function settingsOf(c: Context<AppEnv>): AuthSettings | null {
  try {
    return readAuthSettings(c.env, isFromThisMachine(c.req.raw))
  } catch (error) {
    log('error', 'authentication_misconfigured', { request_id: c.get('requestId'), error: String(error) })
    return null
  }
}

/** Finds out who asks: by his token, else his session, else Cloudflare Access, else the local opening. Or answers 401. */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  if (roleNeeded(c) === 'anyone') return next()
  if (c.req.header('Authorization') !== undefined) return bearer(c, next)
  const settings = c.get('auth')
  const credential =
    (await bySession(c, settings)) ?? (await byAccess(c, settings)) ?? (settings.allowsAnyone ? local : null)
  if (credential instanceof Response) return credential
  if (credential === null) return bringsSessionCookie(c) ? refuseAs(c, 'session-ended') : refuseAs(c, 'unauthorized')
  admit(c, credential)
  return next()
})

const refused = { message: (c: Context<AppEnv>) => refuseGuess(c, 'invalid-token') }

const bearer = bearerAuth<AppEnv>({
  async verifyToken(token, c) {
    const tried = await tryToken(c, token)
    if (tried instanceof Response) throw new HTTPException(tried.status as 401 | 429, { res: tried })
    admit(c, tried)
    return true
  },
  noAuthenticationHeader: refused,
  invalidAuthenticationHeader: refused,
})

/** A session that has ended makes way for what else there is; so does one whose signature no longer holds. */
async function bySession(c: Context<AppEnv>, settings: AuthSettings): Promise<Credential | null> {
  if (settings.sessionSecret === null) return null
  const cookie = await readSessionCookie(c, settings.sessionSecret)
  return cookie === null ? null : credentialBySession(c.env.DB, settings, cookie, Date.now())
}

async function byAccess(c: Context<AppEnv>, { access }: AuthSettings): Promise<Credential | Response | null> {
  const assertion = c.req.header(ACCESS_HEADER)
  if (access === null || assertion === undefined) return null
  try {
    const credential = await credentialByAccess(assertion, access, Date.now())
    if (credential === 'invalid') return refuseGuess(c, 'invalid-assertion')
    if (credential === 'no_role') return problem(c, 403, 'This address has no role here', { kind: 'no-role' })
    return credential
  } catch (error) {
    log('error', 'access_unavailable', { request_id: c.get('requestId'), error: String(error) })
    return problem(c, 503, 'The keys of Cloudflare Access cannot be read: try again', {
      kind: 'unavailable',
      headers: { 'Retry-After': String(RETRY_AFTER_S) },
    })
  }
}

function admit(c: Context<AppEnv>, credential: Credential): void {
  c.set('credential', credential)
  c.set('actor', credential.actor)
  if (credential.tokenId !== null) c.executionCtx.waitUntil(noteUse(c.env.DB, credential.tokenId, Date.now()))
}
