import { KEEP_ALIVE_MS } from '../platform/limits.ts'

/** Milliseconds without a byte after which a connection is considered dead: three missed keep-alives. */
export const SILENCE_MAX_MS = 3 * KEEP_ALIVE_MS

/** Maximum milliseconds between two attempts: a recovered server is reached again within half a minute. */
export const BACKOFF_MAX_MS = 30_000

/** Maximum milliseconds for which a `Retry-After` is obeyed: a wrong date must not stop a watcher for ever. */
export const RETRY_AFTER_MAX_MS = 10 * 60_000

/** Bytes of a part of a file that is uploaded: a lost connection costs no more, and 10,000 of them are 320 GiB. */
export const UPLOAD_PART_BYTES = 32 * 1024 * 1024
