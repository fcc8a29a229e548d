import { KEEP_ALIVE_MS } from '../platform/limits.ts'

/** Milliseconds without a byte after which a connection is taken for dead: three keep-alives that never came. */
export const SILENCE_MAX_MS = 3 * KEEP_ALIVE_MS

/** Milliseconds the ceiling of the wait between two attempts grows to: a server that is back is found within half a minute. */
export const BACKOFF_MAX_MS = 30_000

/** Milliseconds a `Retry-After` is obeyed: a mistyped date must not silence a watcher for ever. */
export const RETRY_AFTER_MAX_MS = 10 * 60_000
