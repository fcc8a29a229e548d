import { TOKEN_CACHE_MAX, TOKEN_CACHED_MS } from '../platform/limits.ts'
import type { StoredToken } from './token-store.ts'

/**
 * The tokens that this isolate has met, so that not every request asks D1 who is there. A token that is revoked
 * elsewhere is let in here for at most TOKEN_CACHED_MS.
 */
const cache = new Map<string, { token: StoredToken; readMs: number }>()

/** The token under a key that stands for it, out of the cache or else by `read`. Unknown ones are not kept. */
export async function cached(
  key: string,
  nowMs: number,
  read: () => Promise<StoredToken | null>,
): Promise<StoredToken | null> {
  const known = cache.get(key)
  if (known !== undefined && nowMs >= known.readMs && nowMs - known.readMs < TOKEN_CACHED_MS) return known.token
  cache.delete(key)
  const token = await read()
  if (token === null) return null
  if (cache.size >= TOKEN_CACHE_MAX) cache.clear()
  cache.set(key, { token, readMs: nowMs })
  return token
}

/** Forgets all of them: one was revoked. */
export const forgetTokens = (): void => cache.clear()
