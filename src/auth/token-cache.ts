import { TOKEN_CACHE_MAX, TOKEN_CACHED_MS } from '../platform/limits.ts'
import type { StoredToken } from './token-store.ts'

/**
 * This isolate's cache of tokens, so that not every request queries D1. A token revoked in another isolate is accepted
 * here for at most TOKEN_CACHED_MS.
 */
const cache = new Map<string, { token: StoredToken; readMs: number }>()

/** The token with this cache key, from the cache or through `read`. Misses are not cached. */
export async function cachedToken(
  key: string,
  nowMs: number,
  read: () => Promise<StoredToken | null>,
): Promise<StoredToken | null> {
  const entry = cache.get(key)
  if (entry !== undefined && nowMs >= entry.readMs && nowMs - entry.readMs < TOKEN_CACHED_MS) return entry.token
  cache.delete(key)
  const token = await read()
  if (token === null) return null
  if (cache.size >= TOKEN_CACHE_MAX) cache.clear()
  cache.set(key, { token, readMs: nowMs })
  return token
}

/** Empties the cache; call it when a token is revoked. */
export const clearTokenCache = (): void => cache.clear()
