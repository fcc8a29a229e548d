import type { RequestIdVariables } from 'hono/request-id'

/** Secrets: not in wrangler.toml, so not in the generated types. */
type Secrets = {
  /** When set, every request under /api must bear it. */
  ADMIN_TOKEN?: string
}

/** Who asks: stands in the event log of what he changes. */
type ActorVariables = { actor: string }

/** What every handler finds in its context: the Worker's bindings, the request's id, and who asks. */
export type AppEnv = { Bindings: Env & Secrets; Variables: RequestIdVariables & ActorVariables }
