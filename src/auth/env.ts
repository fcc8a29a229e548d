import type { RequestIdVariables } from 'hono/request-id'
import type { Credential } from './credential.ts'
import type { AuthSettings, AuthVars } from './settings.ts'

/** `auth` is set for every request except /health, the others for every route that requires a credential. */
type AuthVariables = {
  auth: AuthSettings
  credential: Credential
  /** Identifies the caller in the event log and in the log. */
  actor: string
  /** Whether a successful request is left out of the access log. */
  isUnlogged?: boolean
  /** Whether the body of the response is a file that somebody has uploaded. */
  isUntrusted?: boolean
}

/**
 * The context of every handler: the Worker's bindings, including the secret or local ones that are not in wrangler.toml;
 * the request id; and the caller.
 */
export type AppEnv = { Bindings: Env & AuthVars; Variables: RequestIdVariables & AuthVariables }
