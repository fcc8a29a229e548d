import { CREDENTIAL_CHECK_MS } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import type { Credential } from './credential.ts'
import { tokenStore } from './token-store.ts'

/**
 * Answers whether a credential that was good when this was called still is; it asks D1 at most once in
 * CREDENTIAL_CHECK_MS. While D1 is away nobody can revoke anything.
 *
 * @param now Unix ms
 */
export function standing(db: D1Database, { tokenId, expiresMs }: Credential, now: () => number) {
  let checkedMs = now()
  return async (): Promise<boolean> => {
    const nowMs = now()
    if (expiresMs !== null && nowMs >= expiresMs) return false
    if (tokenId === null || nowMs - checkedMs < CREDENTIAL_CHECK_MS) return true
    checkedMs = nowMs
    try {
      return (await tokenStore(db).revokedAmong([tokenId])).size === 0
    } catch (error) {
      log('warn', 'credentials_unchecked', { error: String(error) })
      return true
    }
  }
}
