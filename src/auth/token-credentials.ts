import { timingSafeEqual } from 'hono/utils/buffer'
import { SESSION_AGE_MAX_MS } from '../platform/limits.ts'
import { sha256 } from '../platform/sha256.ts'
import type { RoleCredential } from './credential.ts'
import type { AuthSettings } from './settings.ts'
import { isToken } from './token.ts'
import { cachedToken } from './token-cache.ts'
import { type StoredToken, tokenStore } from './token-store.ts'

const admin: Omit<RoleCredential, 'kind' | 'expiresMs'> = {
  name: 'admin',
  actor: 'admin',
  role: 'admin',
  tokenId: null,
}

/**
 * The credential behind a token: the secret ADMIN_TOKEN or an API token in D1.
 *
 * @param hash of the token
 * @returns `null` if it is not valid
 */
export async function credentialByToken(
  db: D1Database,
  { adminToken }: AuthSettings,
  token: string,
  hash: string,
  nowMs: number,
): Promise<RoleCredential | null> {
  if (adminToken !== null && (await timingSafeEqual(token, adminToken))) {
    return { ...admin, kind: 'token', expiresMs: null }
  }
  if (!isToken(token)) return null
  const stored = await cachedToken(`hash ${hash}`, nowMs, () => tokenStore(db).findByHash(hash))
  return stored && credentialOf(stored, 'token', stored.expires_ms, nowMs)
}

/**
 * A new session and its cookie's value: the token that opened it, and when it ends (Unix ms). Revoking the token ends the
 * session; changing ADMIN_TOKEN ends every session opened with it.
 */
export async function sessionOf(credential: RoleCredential, settings: AuthSettings, nowMs: number) {
  const endsMs = Math.min(nowMs + SESSION_AGE_MAX_MS, credential.expiresMs ?? Number.POSITIVE_INFINITY)
  const subject = credential.tokenId ?? (await adminSubject(settings))
  return { value: `${subject}.${endsMs}`, credential: { ...credential, kind: 'session', expiresMs: endsMs } as const }
}

/** The credential behind a cookie with a valid signature. @returns `null` when the session has ended */
export async function credentialBySession(
  db: D1Database,
  settings: AuthSettings,
  cookie: string,
  nowMs: number,
): Promise<RoleCredential | null> {
  const [, subject = '', ends] = /^([0-9a-f]+)\.(\d+)$/.exec(cookie) ?? []
  const endsMs = Number(ends)
  if (!(nowMs < endsMs)) return null
  if (settings.adminToken !== null && (await timingSafeEqual(subject, await adminSubject(settings)))) {
    return { ...admin, kind: 'session', expiresMs: endsMs }
  }
  if (!/^\d{1,15}$/.test(subject)) return null
  const stored = await cachedToken(`id ${subject}`, nowMs, () => tokenStore(db).find(Number(subject)))
  return stored && credentialOf(stored, 'session', endsMs, nowMs)
}

/** Identifies ADMIN_TOKEN without revealing it: only the two secrets together produce this hash. */
const adminSubject = ({ adminToken, sessionSecret }: AuthSettings) => sha256(`${sessionSecret}\n${adminToken}`)

function credentialOf(
  { id, name, role, expires_ms }: StoredToken,
  kind: 'token' | 'session',
  expiresMs: number | null,
  nowMs: number,
): RoleCredential | null {
  if (expires_ms !== null && nowMs >= expires_ms) return null
  return { kind, name, actor: `token:${name}`, role, expiresMs, tokenId: id }
}
