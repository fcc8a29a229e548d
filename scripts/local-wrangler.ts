import { fileURLToPath } from 'node:url'

/** Wrangler's entry point, to be run with `process.execPath`. */
export const wrangler = fileURLToPath(new URL('../node_modules/wrangler/bin/wrangler.js', import.meta.url))

/**
 * The environment of every wrangler that serves the Worker on this machine. Its Local Explorer would answer before the
 * Worker, and give any client the whole database, whatever credentials are set. Its local observability would store
 * each address with its query on disk, and a query may contain a token. It asks nobody for a `Request.cf`, which the
 * Worker does not use.
 */
export const wranglerEnv = {
  ...process.env,
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  X_LOCAL_EXPLORER: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
}
