import type { Context } from 'hono'
import { invalid, type ProblemStatus, problem, problemResponse, retryLaterResponse } from '../../http/problem.ts'
import type { ValidationError } from '../../http/problem-document.ts'
import { JOBS_MAX, RETRY_AFTER_S, VERSIONS_MAX } from '../../platform/limits.ts'
import type { Refusal } from '../rules/refusals.ts'

type Reason = Refusal['reason']
type Told<R extends Reason> = {
  status: ProblemStatus
  detail: string | ((refusal: Extract<Refusal, { reason: R }>) => string)
  /** Whether it passes by itself: the answer then says when to try again. */
  passes?: true
}

/**
 * The status and the text of everything about jobs that can be refused; a problem's type is the reason. The texts are the
 * reference's where it has one.
 */
const told = {
  not_found: { status: 404, detail: 'Job not found' },
  not_running: { status: 400, detail: 'Job is not running' },
  not_paused: { status: 400, detail: 'Job is not paused' },
  already: { status: 400, detail: ({ status }) => `Job is already ${status}` },
  running: { status: 400, detail: 'Cannot delete running job' },
  paused_too_often: { status: 400, detail: 'Job has been paused too often: let it run, or cancel it' },
  slot_taken: { status: 409, detail: 'Another training job is already running' },
  queue_full: { status: 409, detail: 'Too many jobs wait for a slot already' },
  too_many_jobs: { status: 409, detail: `There are ${JOBS_MAX} jobs: delete some that are finished` },
  too_many_versions: { status: 409, detail: `There are ${VERSIONS_MAX} model versions: delete some that are inactive` },
  job_deleted: { status: 410, detail: 'This Idempotency-Key made a job that is deleted since: take a new one' },
  changed: { status: 412, detail: 'Job has changed since: look at it again before you decide' },
  key_reused: { status: 422, detail: 'This key has been used for another request: take a new one' },
  unknown_cursor: { status: 422, detail: 'Not the id of an event of this job: leave it out to begin anew' },
  too_many_streams: {
    status: 429,
    detail: 'This credential holds too many streams of this job: close one',
    passes: true,
  },
  too_many_watchers: { status: 503, detail: 'Too many streams watch this job', passes: true },
  unavailable: {
    status: 503,
    detail: 'The database does not answer. Nothing was changed; try again.',
    passes: true,
  },
} as const satisfies { [R in Reason]: Told<R> }

type StatusOf<R extends Refusal> = (typeof told)[R['reason']]['status']

const kindOf = (reason: Reason): string => reason.replaceAll('_', '-')

/** The reasons whose text is the same each time. */
type PlainReason = { [R in Reason]: (typeof told)[R]['detail'] extends string ? R : never }[Reason]
type Described<R extends Reason> = {
  [S in (typeof told)[R]['status']]: (typeof told)[R] extends { passes: true }
    ? ReturnType<typeof retryLaterResponse>
    : ReturnType<typeof problemResponse>
}

/** Describes a refusal in a route's `responses`. */
export function refusalResponse<R extends PlainReason>(reason: R): Described<R> {
  const { status, detail, passes } = told[reason] as Told<Reason>
  const describe = passes ? retryLaterResponse : problemResponse
  return { [status]: describe(`\`${detail}\``, kindOf(reason)) } as Described<R>
}

/** That a job does not exist, or no longer does: as a refusal, and in a route's `responses`. */
export const jobNotFound = { reason: 'not_found' } as const
export const jobNotFoundResponse = refusalResponse('not_found')

/**
 * Answers with the problem that a refusal is.
 *
 * @param loc where in the request it stands that is refused with 422
 */
export function refuse<R extends Refusal>(c: Context, refusal: R, loc: ValidationError['loc'] = []) {
  const { status, detail, passes } = told[refusal.reason] as Told<Reason>
  const text = typeof detail === 'string' ? detail : detail(refusal as never)
  if (status === 422) return invalid(c, [{ loc, msg: text, type: refusal.reason }]) as never
  return problem(c, status as StatusOf<R>, text, {
    kind: kindOf(refusal.reason),
    ...(passes ? { headers: { 'Retry-After': String(RETRY_AFTER_S) } } : {}),
  })
}
