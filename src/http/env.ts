import type { RequestIdVariables } from 'hono/request-id'

/** Secrets: not in wrangler.toml, so not in the generated types. */
type Secrets = {
  /** When set, every request under /api must bear it. */
  ADMIN_TOKEN?: string
}

/** What every handler finds in its context: the Worker's bindings and the request's id. */
export type AppEnv = { Bindings: Env & Secrets; Variables: RequestIdVariables }
