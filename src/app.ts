import { OpenAPIHono } from '@hono/zod-openapi'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { health } from './health.ts'
import { accessLog } from './http/access-log.ts'
import type { AppEnv } from './http/env.ts'
import { handleError, handleMethodNotAllowed, handleNotFound } from './http/errors.ts'
import { refuseInvalid } from './http/validation.ts'

const base = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid })
base.onError(handleError)
base.notFound(handleNotFound)
base.use(requestId(), accessLog, methodNotAllowed({ app: base, onMethodNotAllowed: handleMethodNotAllowed }))

/** The whole API. */
export const app = base.route('/', health)

/** The type of the whole API, for typed clients. */
export type App = typeof app
