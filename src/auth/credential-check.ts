import { CREDENTIAL_CHECK_MS } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import type { Credential } from './credential.ts'
import { tokenStore } from './token-store.ts'

/**
 * A check whether a credential, valid when this is called, still is. It queries D1 at most once per CREDENTIAL_CHECK_MS;
 * while D1 is unavailable, no token can be revoked, so the credential stays valid.
 *
 * @param now Unix ms
 */
export function createCredentialCheck(db: D1Database, { tokenId, expiresMs }: Credential, now: () => number) {
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
