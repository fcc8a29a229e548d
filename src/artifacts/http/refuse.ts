import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { invalid, problemResponse, retryLaterResponse } from '../../http/problem.ts'
import { jobNotFound, refusalResponse, refuse } from '../../jobs/http/refusals.ts'
import { attemptOverResponse, refuseWord } from '../../jobs/http/refuse-word.ts'
import type { Refused } from '../../jobs/object/artifacts.ts'
import type { CheckpointRefusal } from '../../jobs/rules/refusals.ts'

/** Describes why a file is not shown, in a route's `responses`. */
export const readResponses = {
  404: problemResponse('`File not found`, or the job is unknown', 'artifact-not-found'),
  ...refusalResponse('not_started'),
  ...attemptOverResponse,
  503: retryLaterResponse('`R2 does not respond. Try again.`', 'artifacts-unavailable'),
}

/** Describes why files are not changed. */
export const writeResponses = {
  ...readResponses,
  ...refusalResponse('artifact_frozen'),
}

/** Answers what is not done with files: to a job token as to a word of its attempt. */
export async function refuseArtifact(
  c: Context<AppEnv>,
  refusal: Refused | CheckpointRefusal | { reason: 'digest_mismatch' },
) {
  switch (refusal.reason) {
    case 'digest_mismatch':
      return invalid(c, [
        { loc: ['header', 'Repr-Digest'], msg: 'The bytes have another digest', type: 'digest_mismatch' },
      ])
    case 'not_found':
      return c.get('credential').jobToken === undefined ? refuse(c, jobNotFound) : refuseWord(c, jobNotFound)
    case 'token_unknown':
    case 'attempt_over':
    case 'sequence_gap':
    case 'not_a_report':
      return refuseWord(c, refusal)
    default:
      return refuse(c, refusal)
  }
}
