import { Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { aliases } from './aliases.ts'
import { artifacts } from './artifacts.ts'
import { handleDoorError, notOfferedHere } from './errors.ts'
import { experiments } from './experiments.ts'
import { loggedModels } from './logged-models.ts'
import { modelVersions } from './model-versions.ts'
import { multipart } from './multipart.ts'
import { registeredModels } from './registered-models.ts'
import { runs } from './runs.ts'
import { search } from './search.ts'

/** The door for clients of MLflow: a translation of its REST API to jobs, their files and the registry. */
export const mlflow = new Hono<AppEnv>()
  .onError(handleDoorError)
  .route('/api/2.0/mlflow', runs)
  .route('/api/2.0/mlflow', experiments)
  .route('/api/2.0/mlflow', search)
  .route('/api/2.0/mlflow', loggedModels)
  .route('/api/2.0/mlflow', registeredModels)
  .route('/api/2.0/mlflow', modelVersions)
  .route('/api/2.0/mlflow', aliases)
  .route('/api/2.0/mlflow-artifacts', artifacts)
  .route('/api/2.0/mlflow-artifacts', multipart)
  .get('/api/3.0/mlflow/server-info', (c) =>
    c.json({
      store_type: 'Stellwerk',
      workspaces_enabled: false,
      trace_archival_enabled: false,
      multipart_uploads_enabled: true,
      multipart_downloads_enabled: false,
      presigned_upload_run_id_supported: false,
      presigned_upload_model_id_supported: false,
      features_enabled: {},
    }),
  )

/** The answer to what the door does not offer. */
export const notOffered = new Hono<AppEnv>().all('/api/*', (c) => notOfferedHere(`${c.req.path} is`).answer(c))
