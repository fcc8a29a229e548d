import { CLAIM_REPEATS_MAX, CLAIMS_MAX } from '../../../platform/limits.ts'
import type { JobEvent } from '../types.ts'
import { claimOf } from './live.ts'
import type { JobOf } from './trainer.ts'

/**
 * A runner's claim. `claimId`: chosen by the runner, once for each job that it wants to have. `isTooOld`: it may go on with what it
 * has, and gets nothing new.
 */
export type Claim = { runner: string; claimId: string; tokenHash: string; version?: string; isTooOld?: boolean }

/**
 * The event of a claim. The same claim gets the same attempt again, until that has ended, with another token.
 *
 * @returns `null`: the job is not to be had
 */
export function decideClaim(job: JobOf<'runner'>, claim: Claim, nowMs: number): JobEvent | null {
  const atMs = Math.max(nowMs, job.loggedMs)
  const { all, offeredMs } = job.attempts
  const known = all.findLast(({ claimId }) => claimId === claim.claimId)
  if (known !== undefined && known.end === null) {
    if (known.repeats >= CLAIM_REPEATS_MAX) return null
    return { type: 'claim_repeated', attempt: known.number, token: claim.tokenHash, atMs }
  }
  const isTaken = claimOf(job.attempts)?.isOverdue === false
  if (claim.isTooOld || offeredMs === null || isTaken || all.length >= CLAIMS_MAX) return null
  const { runner, claimId, tokenHash: token, version } = claim
  const attempt = all.length + 1
  return { type: 'claimed', attempt, runner, claimId, token, atMs, ...(version === undefined ? {} : { version }) }
}
