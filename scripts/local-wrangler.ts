import { fileURLToPath } from 'node:url'

/** Wrangler's program, to be run by `process.execPath`. */
export const wrangler = fileURLToPath(new URL('../node_modules/wrangler/bin/wrangler.js', import.meta.url))

/**
 * The environment of every wrangler that serves the Worker on this machine. Its Local Explorer would answer before the
 * Worker is asked, and give anybody who can connect the whole database, whatever credentials are set. Its local
 * observability would keep each address with its query on disk, where somebody may have put a token.
 */
export const wranglerEnv = {
  ...process.env,
  WRANGLER_SEND_METRICS: 'false',
  X_LOCAL_EXPLORER: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
}
