import type { Role } from '../shared/role.ts'

const training = '/api/v1/admin/training'
const tokens = '/api/v1/admin/tokens'
const mlflow = '/mlflow/api/2.0/mlflow'
const mlflowArtifacts = '/mlflow/api/2.0/mlflow-artifacts'

/** What a route requires: a role, nothing, or the token of an attempt at the job that its path names. */
export type Requirement = Role | 'anyone' | 'job'

/** The routes of the door for MLflow, by what they require of people. A job token opens them as well, of its own run. */
const mlflowRoutes: Readonly<Record<string, Requirement>> = {
  [`GET ${mlflow}/runs/get`]: 'viewer',
  [`GET ${mlflow}/metrics/get-history`]: 'viewer',
  [`POST ${mlflow}/runs/search`]: 'viewer',
  [`POST ${mlflow}/experiments/search`]: 'viewer',
  [`GET ${mlflow}/experiments/search`]: 'viewer',
  [`POST ${mlflow}/logged-models/search`]: 'viewer',
  [`GET ${mlflow}/experiments/get`]: 'viewer',
  [`GET ${mlflow}/experiments/get-by-name`]: 'viewer',
  [`GET ${mlflowArtifacts}/artifacts`]: 'viewer',
  [`GET ${mlflowArtifacts}/artifacts/:path{[^]+}`]: 'viewer',
  'GET /mlflow/api/3.0/mlflow/server-info': 'viewer',
  [`POST ${mlflow}/experiments/create`]: 'operator',
  [`POST ${mlflow}/experiments/update`]: 'operator',
  [`POST ${mlflow}/experiments/set-experiment-tag`]: 'operator',
  [`POST ${mlflow}/experiments/delete-experiment-tag`]: 'operator',
  [`POST ${mlflow}/experiments/delete`]: 'admin',
  [`POST ${mlflow}/experiments/restore`]: 'admin',
  [`POST ${mlflow}/runs/delete`]: 'admin',
  [`POST ${mlflow}/runs/restore`]: 'admin',
  [`POST ${mlflow}/runs/create`]: 'operator',
  [`POST ${mlflow}/runs/update`]: 'operator',
  [`POST ${mlflow}/runs/log-metric`]: 'operator',
  [`POST ${mlflow}/runs/log-batch`]: 'operator',
  [`POST ${mlflow}/runs/log-parameter`]: 'operator',
  [`POST ${mlflow}/runs/set-tag`]: 'operator',
  [`POST ${mlflow}/runs/delete-tag`]: 'operator',
  [`POST ${mlflow}/runs/log-inputs`]: 'operator',
  [`POST ${mlflow}/runs/outputs`]: 'operator',
  [`POST ${mlflow}/runs/log-model`]: 'operator',
  [`GET ${mlflow}/logged-models/:id`]: 'viewer',
  [`POST ${mlflow}/logged-models`]: 'operator',
  [`PATCH ${mlflow}/logged-models/:id`]: 'operator',
  [`PATCH ${mlflow}/logged-models/:id/tags`]: 'operator',
  [`DELETE ${mlflow}/logged-models/:id/tags/:key`]: 'operator',
  [`DELETE ${mlflow}/logged-models/:id`]: 'admin',
  [`POST ${mlflow}/logged-models/:id/params`]: 'operator',
  [`GET ${mlflow}/registered-models/get`]: 'viewer',
  [`GET ${mlflow}/registered-models/search`]: 'viewer',
  [`GET ${mlflow}/registered-models/get-latest-versions`]: 'viewer',
  [`POST ${mlflow}/registered-models/get-latest-versions`]: 'viewer',
  [`GET ${mlflow}/registered-models/alias`]: 'viewer',
  [`POST ${mlflow}/registered-models/create`]: 'operator',
  [`PATCH ${mlflow}/registered-models/update`]: 'operator',
  [`POST ${mlflow}/registered-models/rename`]: 'operator',
  [`POST ${mlflow}/registered-models/set-tag`]: 'operator',
  [`DELETE ${mlflow}/registered-models/delete-tag`]: 'operator',
  [`POST ${mlflow}/registered-models/alias`]: 'operator',
  [`DELETE ${mlflow}/registered-models/alias`]: 'operator',
  [`DELETE ${mlflow}/registered-models/delete`]: 'admin',
  [`GET ${mlflow}/model-versions/get`]: 'viewer',
  [`GET ${mlflow}/model-versions/get-download-uri`]: 'viewer',
  [`GET ${mlflow}/model-versions/search`]: 'viewer',
  [`POST ${mlflow}/model-versions/create`]: 'operator',
  [`PATCH ${mlflow}/model-versions/update`]: 'operator',
  [`POST ${mlflow}/model-versions/transition-stage`]: 'operator',
  [`POST ${mlflow}/model-versions/set-tag`]: 'operator',
  [`DELETE ${mlflow}/model-versions/delete-tag`]: 'operator',
  [`DELETE ${mlflow}/model-versions/delete`]: 'admin',
  [`PUT ${mlflowArtifacts}/artifacts/:path{[^]+}`]: 'operator',
  [`DELETE ${mlflowArtifacts}/artifacts/:path{[^]+}`]: 'operator',
  [`POST ${mlflowArtifacts}/mpu/create/:path{[^]+}`]: 'operator',
  [`POST ${mlflowArtifacts}/mpu/complete/:path{[^]+}`]: 'operator',
  [`POST ${mlflowArtifacts}/mpu/abort/:path{[^]+}`]: 'operator',
  // The address of a part carries its own right, which R2 knows.
  [`PUT ${mlflowArtifacts}/mpu/parts/:job/:upload/:part`]: 'anyone',
}

/** What each route requires. A route that is missing here is forbidden to all, so a new route starts here. */
export const permissions: Readonly<Record<string, Requirement>> = {
  'GET /health': 'anyone',
  // Sign in, and sign out even when the session has ended.
  'POST /session': 'anyone',
  'DELETE /session': 'anyone',
  'GET /session': 'viewer',
  'GET /openapi.json': 'viewer',

  'GET /': 'viewer',
  'GET /jobs': 'viewer',
  'GET /jobs/:id': 'viewer',
  'GET /compare': 'viewer',
  'GET /models': 'viewer',
  'GET /dataset': 'viewer',
  'GET /runners': 'viewer',
  'GET /ocr': 'viewer',
  'GET /tokens': 'viewer',
  'GET /mlflow': 'viewer',
  'GET /mlflow/': 'viewer',

  [`GET ${training}/status`]: 'viewer',
  [`GET ${training}/jobs`]: 'viewer',
  [`GET ${training}/jobs/:id`]: 'viewer',
  [`GET ${training}/jobs/:id/history`]: 'viewer',
  [`GET ${training}/jobs/:id/events`]: 'viewer',
  [`GET ${training}/jobs/:id/output`]: 'viewer',
  [`GET ${training}/jobs/:id/attempts`]: 'viewer',
  [`GET ${training}/jobs/:id/dataset`]: 'viewer',

  [`GET ${training}/jobs/:id/artifacts`]: 'viewer',
  [`GET ${training}/jobs/:id/artifacts/:path{[^]+}`]: 'viewer',
  [`GET ${training}/jobs/:id/checkpoints`]: 'viewer',
  [`GET ${training}/jobs/:id/uploads/:upload`]: 'viewer',
  [`GET ${training}/runners`]: 'viewer',
  [`GET ${training}/metrics/stream`]: 'viewer',
  [`GET ${training}/models`]: 'viewer',
  [`GET ${training}/models/:id`]: 'viewer',
  [`GET ${training}/jobs/:id/archive`]: 'viewer',
  [`GET ${training}/models/:id/archive`]: 'viewer',
  [`GET ${training}/models/:id/files`]: 'viewer',
  [`GET ${training}/models/:id/files/:path{[^]+}`]: 'viewer',
  [`GET ${training}/dataset/stats`]: 'viewer',
  [`GET ${training}/dataset/documents`]: 'viewer',

  [`POST ${training}/jobs`]: 'operator',
  [`PATCH ${training}/jobs/:id`]: 'operator',
  [`POST ${training}/jobs/:id/pause`]: 'operator',
  [`POST ${training}/jobs/:id/resume`]: 'operator',
  [`POST ${training}/jobs/:id/cancel`]: 'operator',
  [`POST ${training}/jobs/:id/give-up`]: 'operator',
  [`PUT ${training}/dataset/documents`]: 'operator',
  [`DELETE ${training}/dataset/documents/:id`]: 'operator',
  [`GET ${training}/ocr/stream`]: 'operator',

  [`PUT ${training}/jobs/:id/artifacts/:path{[^]+}`]: 'operator',
  [`POST ${training}/jobs/:id/artifacts/:path{[^]+}`]: 'operator',
  [`POST ${training}/jobs/:id/uploads`]: 'operator',
  [`PUT ${training}/jobs/:id/uploads/:upload/parts/:part`]: 'operator',
  [`POST ${training}/jobs/:id/uploads/:upload/complete`]: 'operator',
  [`DELETE ${training}/jobs/:id/uploads/:upload`]: 'operator',
  [`DELETE ${training}/jobs/:id/artifacts/:path{[^]+}`]: 'operator',

  [`POST ${training}/claims`]: 'runner',
  [`POST ${training}/jobs/:id/reports`]: 'job',
  [`POST ${training}/jobs/:id/finish`]: 'job',
  [`POST ${training}/jobs/:id/checkpoints`]: 'job',
  [`POST ${training}/jobs/:id/kubeflow`]: 'job',

  [`DELETE ${training}/jobs/:id`]: 'admin',
  [`POST ${training}/models/:id/activate`]: 'admin',
  [`DELETE ${training}/models/:id`]: 'admin',
  [`POST ${training}/reconcile`]: 'admin',
  [`GET ${tokens}`]: 'admin',
  [`POST ${tokens}`]: 'admin',
  [`DELETE ${tokens}/:id`]: 'admin',

  ...mlflowRoutes,
}

/** Below this path a job token opens everything: what a request names, only its operation finds out. */
export const DOOR_PREFIX = '/mlflow/api/'

/** Routes that count as reports, whoever asks: nobody chooses how often a training script logs. */
export const reportRoutes: ReadonlySet<string> = new Set(
  'log-metric log-parameter log-batch log-inputs log-model outputs set-tag delete-tag'
    .split(' ')
    .map((name) => `POST ${mlflow}/runs/${name}`),
)

/** Where the routes that a job token also opens, of its own job, name the job. Their operations verify the token. */
export const ownJobRoutes: Readonly<Record<string, 'path' | 'query'>> = {
  [`GET ${training}/jobs/:id`]: 'path',
  [`GET ${training}/jobs/:id/dataset`]: 'path',
  [`GET ${training}/metrics/stream`]: 'query',
  [`GET ${training}/jobs/:id/artifacts`]: 'path',
  [`GET ${training}/jobs/:id/archive`]: 'path',
  [`GET ${training}/jobs/:id/artifacts/:path{[^]+}`]: 'path',
  [`PUT ${training}/jobs/:id/artifacts/:path{[^]+}`]: 'path',
  [`DELETE ${training}/jobs/:id/artifacts/:path{[^]+}`]: 'path',
  [`POST ${training}/jobs/:id/artifacts/:path{[^]+}`]: 'path',
  [`POST ${training}/jobs/:id/uploads`]: 'path',
  [`GET ${training}/jobs/:id/uploads/:upload`]: 'path',
  [`PUT ${training}/jobs/:id/uploads/:upload/parts/:part`]: 'path',
  [`POST ${training}/jobs/:id/uploads/:upload/complete`]: 'path',
  [`DELETE ${training}/jobs/:id/uploads/:upload`]: 'path',
}

/** Routes exempt from rate limits: with them an admin can revoke a stolen token that floods the service. */
export const unlimitedRoutes: ReadonlySet<string> = new Set([`GET ${tokens}`, `DELETE ${tokens}/:id`])
