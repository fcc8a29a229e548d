import { OpenAPIHono } from '@hono/zod-openapi'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { archives } from './artifacts/http/archive-routes.ts'
import { checkpoints } from './artifacts/http/checkpoint-routes.ts'
import { artifacts } from './artifacts/http/routes.ts'
import { uploads } from './artifacts/http/upload-routes.ts'
import { versionFiles } from './artifacts/http/version-routes.ts'
import { authenticate, requireSettings } from './auth/authenticate.ts'
import { authorize } from './auth/authorize.ts'
import { corsForAllowedOrigins, rejectCrossSite } from './auth/cross-origin.ts'
import type { AppEnv } from './auth/env.ts'
import { permissions } from './auth/permissions.ts'
import { session } from './auth/session-routes.ts'
import { tokens } from './auth/token-routes.ts'
import { dataset } from './dataset/routes.ts'
import { kubeflow } from './doors/kubeflow/index.ts'
import { MLFLOW_ROOT, mlflowErrors } from './doors/mlflow/errors.ts'
import { mlflow, notOffered } from './doors/mlflow/index.ts'
import { accessLog } from './http/access-log.ts'
import { handleError, handleMethodNotAllowed } from './http/errors.ts'
import { openApi } from './http/openapi.ts'
import { rejectUnknownParameters } from './http/query-names.ts'
import { noSharedCache, securityHeaders } from './http/security-headers.ts'
import { redirectTrailingSlash } from './http/trailing-slash.ts'
import { rejectInvalid } from './http/validation.ts'
import { attempts } from './jobs/http/attempt-routes.ts'
import { commands } from './jobs/http/command-routes.ts'
import { jobDatasets } from './jobs/http/dataset-routes.ts'
import { histories } from './jobs/http/history-routes.ts'
import { reconciliation } from './jobs/http/reconcile-routes.ts'
import { jobs } from './jobs/http/routes.ts'
import { reports, runners } from './jobs/http/runner-routes.ts'
import { streams } from './jobs/http/stream-routes.ts'
import { models } from './models/routes.ts'
import { ocr } from './ocr/routes.ts'
import { dashboardPages, serveAsset, signInFallback } from './system/dashboard-files.ts'
import { health } from './system/health.ts'
import { openApiInfo } from './system/openapi-info.ts'
import { status } from './system/status.ts'

const base = new OpenAPIHono<AppEnv>({ defaultHook: rejectInvalid })
const withoutSlash = redirectTrailingSlash(base, ['/openapi.json'])
base.onError(handleError)
base.notFound((c) => withoutSlash(c) ?? serveAsset(c))
base.use(requestId(), accessLog, securityHeaders, noSharedCache)
base.use(`${MLFLOW_ROOT}/api/*`, mlflowErrors)
// Before authentication: probes send no token.
base.route('/', health)
base.use(requireSettings, corsForAllowedOrigins, rejectCrossSite, signInFallback)
base.use(methodNotAllowed({ app: base, onMethodNotAllowed: handleMethodNotAllowed }))
base.use(authenticate, authorize, rejectUnknownParameters(base))
base.get('/openapi.json', openApi(base, openApiInfo, permissions))
base.route('/', dashboardPages)

const admin = '/api/v1/admin'
const prefix = `${admin}/training`

/** The whole API. */
export const app = base
  .route('/', session)
  .route(admin, tokens)
  .route(prefix, jobs)
  .route(prefix, commands)
  .route(prefix, histories)
  .route(prefix, streams)
  .route(prefix, runners)
  .route(prefix, reports)
  .route(prefix, attempts)
  .route(prefix, jobDatasets)
  .route(prefix, artifacts)
  .route(prefix, uploads)
  .route(prefix, archives)
  .route(prefix, checkpoints)
  .route(prefix, models)
  .route(prefix, versionFiles)
  .route(prefix, dataset)
  .route(prefix, ocr)
  .route(prefix, reconciliation)
  .route(prefix, status)

// Other people's protocols are no part of the API's type.
base.route(prefix, kubeflow)
base.route(MLFLOW_ROOT, mlflow)
base.route(MLFLOW_ROOT, notOffered)

/** The type of the whole API, for typed clients. */
export type App = typeof app
