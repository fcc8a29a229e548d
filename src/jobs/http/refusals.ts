import type { Context } from 'hono'
import { invalid, type ProblemStatus, problem, problemResponse, retryLaterResponse } from '../../http/problem.ts'
import type { ValidationError } from '../../http/problem-document.ts'
import {
  ARTIFACTS_PER_JOB_MAX,
  CHECKPOINTS_MAX,
  EDITS_BEFORE_START_MAX,
  EDITS_MAX,
  JOBS_MAX,
  RETRY_AFTER_S,
  VERSIONS_MAX,
} from '../../platform/limits.ts'
import type { Refusal } from '../rules/refusals.ts'

type Reason = Refusal['reason']
type Description = {
  status: ProblemStatus
  /** `{status}` stands for the refusal's own. */
  detail: string
  /** Whether the cause is temporary: the response then has `Retry-After`. */
  temporary?: true
}

/**
 * The status and text of each refusal; the reason is the problem's type. Texts are the reference's where it has one. A table,
 * not a switch: the routes' `responses` are made of it too, so that a route that can refuse with an undeclared status does
 * not compile.
 */
const descriptions = {
  not_found: { status: 404, detail: 'Job not found' },
  not_running: { status: 400, detail: 'Job is not running' },
  not_paused: { status: 400, detail: 'Job is not paused' },
  already: { status: 400, detail: 'Job is already {status}' },
  running: { status: 400, detail: 'Cannot delete running job' },
  edited_too_often: {
    status: 400,
    detail: `Job has been edited too often: at most ${EDITS_MAX} times, and ${EDITS_BEFORE_START_MAX} times before it starts`,
  },
  paused_too_often: { status: 400, detail: 'Job has been paused too often; let it run or cancel it' },
  cancel_requested: { status: 400, detail: 'Cancellation has been requested; the job can no longer be paused' },
  opened_elsewhere: {
    status: 400,
    detail: 'A script has opened this run itself: Stellwerk cannot pause it. Stop the script, or cancel the job',
  },
  no_attempt: { status: 400, detail: 'No runner has this job; there is nothing to give up' },
  slot_taken: { status: 409, detail: 'Another training job is already running' },
  queue_full: { status: 409, detail: 'The queue is full' },
  too_many_jobs: { status: 409, detail: `The maximum of ${JOBS_MAX} jobs is reached; delete finished jobs` },
  too_many_versions: {
    status: 409,
    detail: `The maximum of ${VERSIONS_MAX} model versions is reached; delete inactive versions`,
  },
  dataset_unknown: {
    status: 409,
    detail:
      'Which documents this job trains on is not known: it was created before that was kept, or the dataset has been ' +
      'restored to an earlier state since',
  },
  job_deleted: { status: 410, detail: 'The job created with this Idempotency-Key has been deleted; use a new key' },
  changed: { status: 412, detail: 'The job changed since you read it. Fetch it again and retry.' },
  key_reused: { status: 422, detail: 'This key was used for a different request; use a new key' },
  no_checkpoint: { status: 422, detail: 'There is no such job, or it has no checkpoint at this step' },
  simulated_resume: {
    status: 422,
    detail: 'A simulated trainer has no checkpoints to start from; leave resume_from out, or set trainer to runner',
  },
  not_started: { status: 409, detail: 'The job waits for a slot; it has files once it has started' },
  simulated_artifacts: { status: 409, detail: 'A simulated job has no files' },
  artifact_not_found: { status: 404, detail: 'File not found' },
  artifact_exists: {
    status: 409,
    detail: 'There is another file at this path; delete it first, or choose another path',
  },
  artifact_frozen: {
    status: 409,
    detail: 'The files of a registered checkpoint, or of a finished model, do not change; choose another path',
  },
  path_obstructed: {
    status: 409,
    detail:
      'A file and a folder cannot have the same path: another file is where a folder of this path would be, or lies ' +
      'below this path. Choose another path, or delete the other file first',
  },
  artifact_not_yours: { status: 409, detail: 'An attempt deletes only what attempts have written' },
  artifacts_full: {
    status: 413,
    detail: `A job has at most ${ARTIFACTS_PER_JOB_MAX} files, and as many bytes as MAX_ARTIFACT_GB_PER_JOB says`,
  },
  artifacts_unavailable: {
    status: 503,
    detail: 'The file could not be stored. Nothing was changed; try again.',
    temporary: true,
  },
  upload_not_found: { status: 404, detail: 'There is no such upload, or no longer; begin it again' },
  no_such_part: { status: 404, detail: 'The upload has no part of this number' },
  parts_missing: { status: 409, detail: 'Not all parts have been uploaded; ask for the upload to see which have' },
  checkpoint_empty: { status: 409, detail: 'There is no file at this path; upload the files of the checkpoint first' },
  checkpoint_exists: { status: 409, detail: 'A checkpoint of another step is registered at this path' },
  too_many_checkpoints: { status: 409, detail: `A job registers at most ${CHECKPOINTS_MAX} checkpoints` },
  unknown_cursor: {
    status: 422,
    detail: 'Not the id of an event of this job; leave it out to start from the beginning',
  },
  too_many_streams: {
    status: 429,
    detail: 'Too many open streams of this job with this credential; close one',
    temporary: true,
  },
  too_many_watchers: { status: 503, detail: 'Too many open streams of this job', temporary: true },
  unavailable: {
    status: 503,
    detail: 'The database does not respond. Nothing was changed; try again.',
    temporary: true,
  },
} as const satisfies Record<Reason, Description>

type StatusOf<R extends Refusal> = (typeof descriptions)[R['reason']]['status']

const kindOf = (reason: Reason): string => reason.replaceAll('_', '-')

/** The reasons with a constant text. */
type PlainReason = Exclude<Reason, 'already'>
type Described<R extends Reason> = {
  [S in (typeof descriptions)[R]['status']]: (typeof descriptions)[R] extends { temporary: true }
    ? ReturnType<typeof retryLaterResponse>
    : ReturnType<typeof problemResponse>
}

/** Describes a refusal in a route's `responses`. */
export function refusalResponse<R extends PlainReason>(reason: R): Described<R> {
  const { status, detail, temporary }: Description = descriptions[reason]
  const describe = temporary ? retryLaterResponse : problemResponse
  return { [status]: describe(`\`${detail}\``, kindOf(reason)) } as Described<R>
}

/** An unknown or deleted job, as a refusal and in a route's `responses`. */
export const jobNotFound = { reason: 'not_found' } as const
export const jobNotFoundResponse = refusalResponse('not_found')

/**
 * Answers a refusal with its problem.
 *
 * @param loc the location in the request, for a refusal with 422
 */
export function refuse<R extends Refusal>(c: Context, refusal: R, loc: ValidationError['loc'] = []) {
  const reason: R['reason'] = refusal.reason
  const status: StatusOf<R> = descriptions[reason].status
  const { detail, temporary }: Description = descriptions[reason]
  const text = 'status' in refusal ? detail.replace('{status}', refusal.status) : detail
  // The compiler does not see that StatusOf<R> has 422 here.
  if (status === 422) return invalid(c, [{ loc, msg: text, type: reason }]) as never
  return problem(c, status, text, {
    kind: kindOf(reason),
    ...(temporary ? { headers: { 'Retry-After': String(RETRY_AFTER_S) } } : {}),
  })
}
