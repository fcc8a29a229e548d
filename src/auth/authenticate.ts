import type { Context } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { problem } from '../http/problem.ts'
import { RETRY_AFTER_S } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { readSettings } from '../platform/settings.ts'
import { sha256 } from '../platform/sha256.ts'
import { ACCESS_HEADER, credentialByAccess } from './access.ts'
import { authenticateToken } from './authenticate-token.ts'
import { hasSessionCookie, readSessionCookie } from './cookie.ts'
import type { Credential, JobCredential, RoleCredential } from './credential.ts'
import type { AppEnv } from './env.ts'
import { jobOfToken } from './job-token.ts'
import { isLocalRequest } from './local-access.ts'
import { refuseFailedAuth, refuseUnauthorized } from './refusals.ts'
import { requiredRole } from './required-role.ts'
import { type AuthSettings, readAuthSettings } from './settings.ts'
import { credentialBySession } from './token-credentials.ts'
import { recordUse } from './token-use.ts'

const local: RoleCredential = {
  kind: 'local',
  name: 'anonymous',
  actor: 'anonymous',
  role: 'admin',
  expiresMs: null,
  tokenId: null,
}

/** Answers 503 to every request while a setting is not valid, or no way to authenticate is configured. */
export const requireSettings = createMiddleware<AppEnv>(async (c, next) => {
  const settings = settingsOf(c)
  if (settings === null) {
    return problem(c, 503, 'Authentication is not configured', { kind: 'authentication-not-configured' })
  }
  try {
    readSettings(c.env)
  } catch (error) {
    log('error', 'misconfigured', { request_id: c.get('requestId'), error: String(error) })
    return problem(c, 503, (error as Error).message, { kind: 'misconfigured' })
  }
  c.set('auth', settings)
  return next()
})

function settingsOf(c: Context<AppEnv>): AuthSettings | null {
  try {
    return readAuthSettings(c.env, isLocalRequest(c.req.raw))
  } catch (error) {
    log('error', 'authentication_misconfigured', { request_id: c.get('requestId'), error: String(error) })
    return null
  }
}

/**
 * Authenticates the request by token, session, Cloudflare Access or local access, in this order; otherwise 401. Local
 * access does not apply where only an attempt may speak.
 */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const required = requiredRole(c)
  if (required === 'anyone') return next()
  if (c.req.header('Authorization') !== undefined) return bearer(c, next)
  const settings = c.get('auth')
  const isOpen = settings.isOpen && required !== 'job'
  const credential = (await bySession(c, settings)) ?? (await byAccess(c, settings)) ?? (isOpen ? local : null)
  if (credential instanceof Response) return credential
  if (credential === null)
    return hasSessionCookie(c) ? refuseUnauthorized(c, 'session-ended') : refuseUnauthorized(c, 'unauthorized')
  admit(c, credential)
  return next()
})

const invalidToken = { message: (c: Context<AppEnv>) => refuseFailedAuth(c, 'invalid-token') }

const bearer = bearerAuth<AppEnv>({
  async verifyToken(token, c) {
    const result = (await byJobToken(token)) ?? (await authenticateToken(c, token))
    if (result instanceof Response) throw new HTTPException(result.status as 401 | 429, { res: result })
    admit(c, result)
    return true
  },
  noAuthenticationHeader: invalidToken,
  invalidAuthenticationHeader: invalidToken,
})

/** @returns `null` if the token does not have the format of a job token; the job's object verifies one that does */
async function byJobToken(token: string): Promise<JobCredential | null> {
  const jobId = jobOfToken(token)
  if (jobId === null) return null
  const jobToken = { jobId, hash: await sha256(token) }
  return { kind: 'job', name: `job ${jobId}`, actor: `job:${jobId}`, expiresMs: null, tokenId: null, jobToken }
}

/** @returns `null` also for a session that has ended or whose signature is not valid: the next method applies */
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
    if (credential === 'invalid') return refuseFailedAuth(c, 'invalid-assertion')
    if (credential === 'no_role') return problem(c, 403, 'No role is assigned to this address', { kind: 'no-role' })
    return credential
  } catch (error) {
    log('error', 'access_unavailable', { request_id: c.get('requestId'), error: String(error) })
    return problem(c, 503, 'The keys of Cloudflare Access could not be fetched. Try again.', {
      kind: 'unavailable',
      headers: { 'Retry-After': String(RETRY_AFTER_S) },
    })
  }
}

function admit(c: Context<AppEnv>, credential: Credential): void {
  c.set('credential', credential)
  c.set('actor', credential.actor)
  if (credential.tokenId !== null) c.executionCtx.waitUntil(recordUse(c.env.DB, credential.tokenId, Date.now()))
}
