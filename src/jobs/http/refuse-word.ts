import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { limitUnknownJob, refuseFailedJobToken } from '../../auth/job-token-verdict.ts'
import { invalid, problem, problemResponse } from '../../http/problem.ts'
import type { WordRefusal } from '../rules/refusals.ts'
import { jobNotFound, refuse } from './refusals.ts'

/** The kind of problem by which a runner knows a report that it need not send again. */
export const notAReport = 'not-a-report'

/** Describes the answer to an attempt that is over, in a route's `responses`. */
export const attemptOverResponse = {
  410: problemResponse(
    '`The attempt is over: replaced`. The only answer that ends a training; `reason` says why: `replaced`, `finished`, ' +
      '`given-up` or `deleted`',
    'attempt-over',
  ),
}

const reasons = {
  replaced: 'another runner has the job, or it was paused before the first word',
  finished: 'the attempt or the job has finished',
  'given-up': 'it was given up',
  deleted: 'the job was deleted',
} as const

/** The hash of the request's job token; authorization has let no other credential through. */
export function tokenHashOf(c: Context<AppEnv>): string {
  const { jobToken } = c.get('credential')
  if (jobToken === undefined) throw new Error('A word without a job token')
  return jobToken.hash
}

/** Answers a request with a job token that its job does not take. */
export async function refuseWord(c: Context<AppEnv>, refusal: WordRefusal | { reason: 'not_found' }) {
  switch (refusal.reason) {
    case 'not_found':
      return ((await limitUnknownJob(c)) as never) ?? refuse(c, jobNotFound)
    case 'token_unknown':
      return (await refuseFailedJobToken(c)) as never
    case 'sequence_gap':
      return problem(c, 409, `Expected sequence ${refusal.expected}`, {
        kind: 'sequence-gap',
        members: { expected_sequence: refusal.expected },
      })
    case 'attempt_over':
      return problem(c, 410, `The attempt is over: ${reasons[refusal.why]}`, {
        kind: 'attempt-over',
        members: { reason: refusal.why },
      })
    case 'not_a_report':
      return invalid(
        c,
        [{ loc: ['body', 'sequence'], msg: refusal.message, type: 'missing_sequence' }],
        notAReport,
      ) as never
  }
}
