import type { Context } from 'hono'
import { type ProblemStatus, problem } from '../http/problem.ts'
import { JOBS_MAX, RETRY_AFTER_S } from '../limits.ts'
import type { CommandRefusal } from './training-job.ts'

/** Everything about jobs that can be refused. */
export type JobRefusal =
  | CommandRefusal
  | { reason: 'too_many_watchers' | 'queue_full' | 'too_many_jobs' | 'job_deleted' }

const statuses = {
  not_found: 404,
  not_running: 400,
  not_paused: 400,
  already: 400,
  running: 400,
  paused_too_often: 400,
  slot_taken: 409,
  queue_full: 409,
  too_many_jobs: 409,
  job_deleted: 410,
  changed: 412,
  unavailable: 503,
  too_many_watchers: 503,
} as const satisfies Record<JobRefusal['reason'], ProblemStatus>

/** The texts are the reference's where it has one. */
function detailOf(refusal: JobRefusal): string {
  switch (refusal.reason) {
    case 'not_found':
      return 'Job not found'
    case 'not_running':
      return 'Job is not running'
    case 'not_paused':
      return 'Job is not paused'
    case 'already':
      return `Job is already ${refusal.status}`
    case 'running':
      return 'Cannot delete running job'
    case 'paused_too_often':
      return 'Job has been paused too often: let it run, or cancel it'
    case 'slot_taken':
      return 'Another training job is already running'
    case 'queue_full':
      return 'Too many jobs wait for a slot already'
    case 'too_many_jobs':
      return `There are ${JOBS_MAX} jobs: delete some that are finished`
    case 'job_deleted':
      return 'This Idempotency-Key made a job that is deleted since: take a new one'
    case 'changed':
      return 'Job has changed since: look at it again before you decide'
    case 'unavailable':
      return 'The database does not answer. Nothing was changed; try again.'
    case 'too_many_watchers':
      return 'Too many streams watch this job'
  }
}

/** Answers with the problem that a refusal is; its kind is the reason. */
export function refuse<R extends JobRefusal>(c: Context, refusal: R) {
  const status: (typeof statuses)[R['reason']] = statuses[refusal.reason as R['reason']]
  return problem(c, status, detailOf(refusal), {
    kind: refusal.reason.replaceAll('_', '-'),
    ...(status === 503 ? { headers: { 'Retry-After': String(RETRY_AFTER_S) } } : {}),
  })
}
