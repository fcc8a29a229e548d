import { join } from 'node:path'
import { makeFolder, writeJson, writeWhole } from './files.ts'
import { MULTIPART_FROM_BYTES } from './limits.ts'
import type { Options } from './options.ts'
import type { StoredAttempt } from './state.ts'
import { STOP_FILE } from './stopper.ts'
import type { Order } from './supervisor.ts'

/** The folders of an attempt that the process writes into, in the attempt's own. */
export const foldersOf = (folder: string) => ({
  work: join(folder, 'work'),
  checkpoints: join(folder, 'checkpoints'),
  model: join(folder, 'model'),
})

/** What was downloaded for a process: paths; `null`: there is none. */
export type Inputs = { dataset: string | null; resumeFrom: string | null }

/** What the process is started with. It gets the token of its attempt, never that of the runner. */
export function orderFor(
  options: Options,
  attempt: StoredAttempt,
  folder: string,
  { dataset, resumeFrom }: Inputs,
): Order {
  const { job, number, token, resume } = attempt
  const folders = foldersOf(folder)
  for (const path of Object.values(folders)) makeFolder(path)
  const jobFile = join(folder, 'job.json')
  writeJson(jobFile, { ...job, attempt: number, resume_step: resume?.step ?? null })
  const own = {
    STELLWERK_URL: options.url,
    STELLWERK_JOB_ID: job.id,
    STELLWERK_JOB_TOKEN: token,
    STELLWERK_JOB: jobFile,
    STELLWERK_WORK_DIR: folders.work,
    STELLWERK_CHECKPOINT_DIR: folders.checkpoints,
    STELLWERK_MODEL_DIR: folders.model,
    STELLWERK_STOP_FILE: join(folder, STOP_FILE),
    ...(dataset === null ? {} : { STELLWERK_DATASET: dataset }),
    ...(resumeFrom === null ? {} : { STELLWERK_RESUME_FROM: resumeFrom }),
  }
  const doors = {
    ...(options.mlflow ? mlflowOf(options, attempt) : {}),
    ...(options.kubeflow ? kubeflowOf(options, attempt, folder) : {}),
  }
  return { command: options.command, cwd: process.cwd(), env: { ...inherited(options.token), ...doors, ...own } }
}

/** With these a script that uses MLflow reports to the run of its job, unchanged. Its client tells nobody else about itself. */
const mlflowOf = ({ url }: Options, { job, token }: StoredAttempt) => ({
  MLFLOW_TRACKING_URI: `${url}/mlflow`,
  MLFLOW_TRACKING_TOKEN: token,
  MLFLOW_RUN_ID: job.id,
  MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: String(MULTIPART_FROM_BYTES),
  MLFLOW_DISABLE_TELEMETRY: 'true',
})

/** With these the callback that Transformers ships reports the progress; it reads its token from a file. */
function kubeflowOf({ url }: Options, { job, token }: StoredAttempt, folder: string) {
  const file = join(folder, 'kubeflow-token')
  writeWhole(file, token)
  return {
    KUBEFLOW_TRAINER_SERVER_URL: `${url}/api/v1/admin/training/jobs/${job.id}/kubeflow`,
    KUBEFLOW_TRAINER_SERVER_TOKEN: file,
  }
}

/** MLflow's client would prefer these to the token of the attempt. */
const otherCredentials = new Set(['MLFLOW_TRACKING_USERNAME', 'MLFLOW_TRACKING_PASSWORD', 'MLFLOW_TRACKING_AUTH'])

/** The runner's environment without what is Stellwerk's, and without its token, whatever it is called there. */
function inherited(token: string | null): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      !name.startsWith('STELLWERK_') &&
      !otherCredentials.has(name) &&
      value !== undefined &&
      (token === null || !value.includes(token)),
  )
  return Object.fromEntries(kept) as Record<string, string>
}
