import type { JobSnapshot } from '../../client/index.ts'
import { isFinal, type JobStatus } from '../../shared/job-status.ts'

/**
 * What is so of a job beside its status, because a runner trains it: it waits for one (`waits`), one has claimed it and
 * not spoken yet (`claimed`), its runner is not heard, or heard without a step, or was asked to stop and has not yet.
 */
export type Condition = 'waits' | 'claimed' | 'lost' | 'silent' | 'stalled' | 'pausing' | 'cancelling'

type Conditioned = Pick<JobSnapshot, 'trainer' | 'attempt' | 'waiting_for' | 'requested'>

/** The condition of a job, the gravest of several. `null`: its status says all. */
export function conditionOf(job: Conditioned, status: JobStatus): Condition | null {
  const { attempt, waiting_for, requested, trainer } = job
  if (isFinal(status) || status === 'paused') return null
  if (attempt === null || attempt.ended !== null || attempt.heard_at === null) {
    if (waiting_for === 'runner') return status === 'queued' ? 'waits' : null
    return attempt?.ended === null ? 'claimed' : null
  }
  // A script that has opened its run itself is replaced by nobody.
  if (attempt.lost_at !== null) return trainer === 'mlflow' ? 'silent' : 'lost'
  if (attempt.silent_since !== null) return 'silent'
  if (requested !== null) return requested.what === 'pause' ? 'pausing' : 'cancelling'
  return attempt.stalled_since === null ? null : 'stalled'
}
