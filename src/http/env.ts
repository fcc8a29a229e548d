import type { RequestIdVariables } from 'hono/request-id'

/** What every handler finds in its context: the Worker's bindings and the request's id. */
export type AppEnv = { Bindings: Env; Variables: RequestIdVariables }
