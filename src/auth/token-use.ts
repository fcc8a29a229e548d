import { TOKEN_CACHE_MAX, TOKEN_USE_NOTED_MS } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { tokenStore } from './token-store.ts'

/** When this isolate has noted a token's use last, Unix ms. */
const notedMs = new Map<number, number>()

/** Notes that a token is used, at most once in TOKEN_USE_NOTED_MS. What fails is tried again with the next request. */
export async function noteUse(db: D1Database, tokenId: number, nowMs: number): Promise<void> {
  if (Math.abs(nowMs - (notedMs.get(tokenId) ?? 0)) < TOKEN_USE_NOTED_MS) return
  if (notedMs.size >= TOKEN_CACHE_MAX) notedMs.clear()
  notedMs.set(tokenId, nowMs)
  try {
    await tokenStore(db).noteUse(tokenId, nowMs)
  } catch (error) {
    notedMs.delete(tokenId)
    log('warn', 'token_use_unnoted', { token_id: tokenId, error: String(error) })
  }
}
