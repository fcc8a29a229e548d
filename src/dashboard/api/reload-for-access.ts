import { ACCESS_RELOAD_MIN_MS } from '../platform/limits.ts'

const storageKey = 'access-reloaded-ms'

/**
 * Loads the page anew, for Cloudflare Access to sign in again on the way. At most once in ACCESS_RELOAD_MIN_MS, and never
 * where the browser does not keep when that was.
 */
export function reloadForAccess(nowMs: number): void {
  try {
    if (nowMs - Number(sessionStorage.getItem(storageKey)) < ACCESS_RELOAD_MIN_MS) return
    sessionStorage.setItem(storageKey, String(nowMs))
    location.reload()
  } catch {
    // The sign-in dialog is there all the same.
  }
}
