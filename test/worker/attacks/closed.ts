import { exports } from 'cloudflare:workers'
import type { AuthVars } from '../../../src/auth/settings.ts'
import type { Role } from '../../../src/shared/role.ts'
import { withVars } from '../api.ts'

export const adminToken = 'admin-token.of-the-tests~0123456789+/=='
export const sessionSecret = 'session-secret-of-the-tests-0123456789'

/** Requires tokens or sessions until the end of the scope; vitest.config.ts allows requests without a credential. */
export const closed = (vars: Partial<Env> & AuthVars = {}): Disposable =>
  withVars({
    ALLOW_ANYONE_ON_LOCALHOST: '',
    ADMIN_TOKEN: adminToken,
    SESSION_SECRET: sessionSecret,
    ...vars,
  })

let addresses = 0

/** An address in an unused network, since failed attempts are limited per network. */
export const newAddress = (): string => `2001:db8:0:${(++addresses).toString(16)}::1`

/** The client address of a local request, as `wrangler dev` sets it. */
export const fromLocalhost = { 'CF-Connecting-IP': '127.0.0.1' }

/** A request from a new address, unless it has one. Redirects are not followed. */
export function ask(path: string, init: RequestInit = {}, origin = 'http://localhost'): Promise<Response> {
  const headers = new Headers(init.headers)
  if (!headers.has('CF-Connecting-IP')) headers.set('CF-Connecting-IP', newAddress())
  return exports.default.fetch(new Request(`${origin}${path}`, { ...init, headers, redirect: 'manual' }))
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
export const asAdmin = bearer(adminToken)

/** A request with a JSON body. */
export const askWith = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) })

export type MadeToken = { id: string; name: string; token: string; headers: { Authorization: string } }

let names = 0

/** A new API token with a unique name, created by the admin. */
export async function makeToken(role: Role, more: { name?: string; expires_at?: string } = {}): Promise<MadeToken> {
  const name = more.name ?? `${role}-${++names}`
  const response = await askWith('POST', '/api/v1/admin/tokens', { role, ...more, name }, asAdmin)
  if (response.status !== 201) throw new Error(`The token was refused: ${await response.text()}`)
  const made: { id: string; name: string; token: string } = await response.json()
  return { ...made, headers: bearer(made.token) }
}

export async function revoke({ id }: { id: string }): Promise<void> {
  const response = await ask(`/api/v1/admin/tokens/${id}`, { method: 'DELETE', headers: asAdmin })
  if (response.status !== 200) throw new Error(`The token was not revoked: ${await response.text()}`)
}

/** The session that `GET /session` answers for these headers, or the status of the refusal. */
export async function whoIs(headers: Record<string, string>): Promise<unknown> {
  const response = await ask('/session', { headers })
  return response.status === 200 ? response.json() : response.status
}
