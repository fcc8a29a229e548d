import { ARTIFACTS_PER_JOB_MAX } from '../../platform/limits.ts'
import { isWithin } from '../../shared/artifact-path.ts'
import { isFinal } from '../../shared/job-status.ts'
import type { ArtifactRefusal } from './refusals.ts'
import type { Job } from './types.ts'

/** What may be done with the files of a job. */

/** Where the files of the model that a job produces lie. */
export const MODEL_FOLDER = 'model'

/** Where those of the models lie that clients log: a folder for each, by its number. */
export const LOGGED_MODELS_FOLDER = 'logged-models'

/** The folder of a logged model. */
export const loggedModelFolder = (number: number): string => `${LOGGED_MODELS_FOLDER}/${number}`

/** Whether a folder is that of a logged model. */
export const isLoggedModel = (folder: string): boolean =>
  isWithin(folder, LOGGED_MODELS_FOLDER) && folder.split('/').length === 2

/** The path of a file of a model within its folder. */
export const pathInModel = (path: string): string => {
  const isLogged = isWithin(path, LOGGED_MODELS_FOLDER)
  return path
    .split('/')
    .slice(isLogged ? 2 : 1)
    .join('/')
}

/** A file of a job that is whole: all of its bytes are in R2 under `key`. */
export type Artifact = {
  path: string
  key: string
  size: number
  /** SHA-256, in hex. */
  sha256: string
  /** Media type. */
  type: string
  /** The number of the attempt that wrote it; `null`: an operator has, or it is of another job. */
  attempt: number | null
  createdMs: number
}

/** A file that somebody wants to write. `sha256`: `null` if it is known only once all bytes have come. */
export type NewArtifact = Pick<Artifact, 'path' | 'size' | 'type'> & { sha256: string | null }

/** Who changes files: a live attempt by its number, or an operator (`null`). */
export type Writer = { attempt: number | null }

/** What a job has, and may have. */
export type ArtifactTotals = { files: number; bytes: number }

/** What a decision needs to know of the job's files. */
export type ArtifactState = {
  /** The file at the path; `null`: none. */
  existing: Artifact | null
  /** Whether no file system could hold a file at the path beside the others: one is where a folder of it would be, or below. */
  isObstructed: boolean
  totals: ArtifactTotals
  /** The folders of registered checkpoints. */
  checkpoints: readonly string[]
}

/** Whether files at a path no longer change: those of a registered checkpoint, and models once validation has finished. */
export function isFrozen(job: Job, path: string, checkpoints: readonly string[]): boolean {
  const isOfModel = isWithin(path, MODEL_FOLDER) || isWithin(path, LOGGED_MODELS_FOLDER)
  const isModels = isOfModel && job.validatedMs !== null && job.status !== 'failed'
  return isModels || checkpoints.some((folder) => isWithin(path, folder))
}

/** What is to happen to a file that somebody wants to write: nothing (`same`: it is there), or that its bytes be stored. */
export function decidePut(
  job: Job,
  file: NewArtifact,
  { attempt }: Writer,
  { existing, isObstructed, totals, checkpoints }: ArtifactState,
  bytesMax: number,
): 'same' | 'write' | ArtifactRefusal {
  if (job.trainer.kind === 'simulated') return { reason: 'simulated_artifacts' }
  if (existing !== null && existing.sha256 === file.sha256 && existing.size === file.size) return 'same'
  if (isFrozen(job, file.path, checkpoints)) return { reason: 'artifact_frozen' }
  // One that is there already, from before this was refused, may be replaced.
  if (existing === null && isObstructed) return { reason: 'path_obstructed' }
  // Its content may turn out to be the same where the digest comes last.
  const mayReplace = existing === null || file.sha256 === null || isOwn(job, existing, attempt)
  if (!mayReplace) return { reason: 'artifact_exists' }
  const files = totals.files + (existing === null ? 1 : 0)
  const bytes = totals.bytes + file.size - (existing?.size ?? 0)
  return files > ARTIFACTS_PER_JOB_MAX || bytes > bytesMax ? { reason: 'artifacts_full' } : 'write'
}

/** A script that has opened its run itself may replace what it has written, until it ends; so may a live attempt. */
function isOwn(job: Job, existing: Artifact, attempt: number | null): boolean {
  if (job.trainer.kind === 'mlflow') return !isFinal(job.status)
  return (
    isOfAttempts(existing, attempt) && job.attempts.all.some(({ number, end }) => number === attempt && end === null)
  )
}

/** Why a file may not be deleted; `null`: it may. */
export function decideRemoval(
  job: Job,
  file: Artifact,
  { attempt }: Writer,
  checkpoints: readonly string[],
): ArtifactRefusal | null {
  if (isFrozen(job, file.path, checkpoints)) return { reason: 'artifact_frozen' }
  return attempt === null || isOfAttempts(file, attempt) ? null : { reason: 'artifact_not_yours' }
}

/** A live attempt may replace what attempts have written: it is the only one that lives, and the others need it no more. */
const isOfAttempts = (file: Artifact, attempt: number | null): boolean => attempt !== null && file.attempt !== null
