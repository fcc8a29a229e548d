import type { RequestIdVariables } from 'hono/request-id'
import type { Credential } from './credential.ts'
import type { AuthSettings, AuthVars } from './settings.ts'

/** Who asks. `auth` is there for every request but to /health, the others for all that need somebody. */
type AuthVariables = {
  auth: AuthSettings
  credential: Credential
  /** Stands in the event log of what he changes, and in the log. */
  actor: string
}

/**
 * What every handler finds in its context: the Worker's bindings, with those that are not in wrangler.toml since they
 * are secret or local; the request's id, and who asks.
 */
export type AppEnv = { Bindings: Env & AuthVars; Variables: RequestIdVariables & AuthVariables }
