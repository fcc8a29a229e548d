import { TOKEN_CACHE_MAX, TOKEN_USE_INTERVAL_MS } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { tokenStore } from './token-store.ts'

/** When this isolate last recorded a use, by token id, in Unix ms. */
const recordedMs = new Map<number, number>()

/** Records that a token is used, at most once per TOKEN_USE_INTERVAL_MS. A failed write is retried by the next request. */
export async function recordUse(db: D1Database, tokenId: number, nowMs: number): Promise<void> {
  if (Math.abs(nowMs - (recordedMs.get(tokenId) ?? 0)) < TOKEN_USE_INTERVAL_MS) return
  if (recordedMs.size >= TOKEN_CACHE_MAX) recordedMs.clear()
  recordedMs.set(tokenId, nowMs)
  try {
    await tokenStore(db).recordUse(tokenId, nowMs)
  } catch (error) {
    recordedMs.delete(tokenId)
    log('warn', 'token_use_unnoted', { token_id: tokenId, error: String(error) })
  }
}
