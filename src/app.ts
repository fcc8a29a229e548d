import { OpenAPIHono } from '@hono/zod-openapi'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { dataset } from './dataset/routes.ts'
import { apiWords } from './description.ts'
import { health } from './health.ts'
import { accessLog } from './http/access-log.ts'
import { adminToken, guarded } from './http/admin-token.ts'
import type { AppEnv } from './http/env.ts'
import { handleError, handleMethodNotAllowed, handleNotFound } from './http/errors.ts'
import { openApi } from './http/openapi.ts'
import { refuseInvalid } from './http/validation.ts'
import { histories } from './jobs/history-routes.ts'
import { jobs } from './jobs/routes.ts'
import { streams } from './jobs/stream-routes.ts'
import { models } from './models/routes.ts'
import { ocr } from './ocr/routes.ts'
import { status } from './status.ts'

const base = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid })
base.onError(handleError)
base.notFound(handleNotFound)
base.use(requestId(), accessLog, methodNotAllowed({ app: base, onMethodNotAllowed: handleMethodNotAllowed }))
base.use(`${guarded}*`, adminToken)
base.get('/openapi.json', openApi(base, apiWords))
// Reached while the static assets have no page there.
base.get('/', (c) => c.redirect('/docs'))

const prefix = '/api/v1/admin/training'

/** The whole API. */
export const app = base
  .route('/', health)
  .route(prefix, jobs)
  .route(prefix, histories)
  .route(prefix, streams)
  .route(prefix, models)
  .route(prefix, dataset)
  .route(prefix, ocr)
  .route(prefix, status)

/** The type of the whole API, for typed clients. */
export type App = typeof app
