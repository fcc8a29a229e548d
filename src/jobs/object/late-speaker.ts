import { RUN_LATE_MS } from '../../platform/limits.ts'
import type { Attempt } from '../rules/attempt.ts'
import type { JobOf } from '../rules/trainers/trainer.ts'
import type { Job, JobEvent } from '../rules/types.ts'
import type { Core } from './core.ts'

/** Who speaks of a run: an attempt by the hash of its token, or somebody with a role. */
export type RunAsker = { tokenHash: string } | { actor: string; isAdmin: boolean }

/** A job whose run can be logged to. */
export type RunJob = JobOf<'runner' | 'mlflow'>

/** The attempt that a word is of, and what follows from its being heard. `isLate`: it is over, and changes no state. */
export type RunSpeaker = { job: RunJob; attempt: Attempt; events: JobEvent[]; isLate: boolean }

/** Whether somebody has opened a run: its script, an attempt under which it was opened, or an admin. */
export const owns = ({ trainer, run, createdBy }: Job, asker: RunAsker): boolean => {
  if ('tokenHash' in asker) return run?.parent?.tokenHash === asker.tokenHash
  return trainer.kind === 'mlflow' && (asker.isAdmin || createdBy === asker.actor)
}

/**
 * Scorers and savers of some libraries speak after the end. An attempt that a runner has claimed is heard for a while, unless
 * another one was claimed; a run that nobody claimed, always.
 */
export function lateSpeaker(core: Core, asker: RunAsker): RunSpeaker | null {
  const job = core.livingJob
  const attempt = job?.attempts.all.at(-1)
  if (job == null || job.trainer.kind === 'simulated' || attempt === undefined || attempt.end === null) return null
  const speaker = { job: job as RunJob, attempt, events: [], isLate: true }
  if (job.trainer.kind === 'mlflow') return owns(job, asker) ? speaker : null
  if (!('tokenHash' in asker) || attempt.tokenHash !== asker.tokenHash) return null
  const { how, atMs } = attempt.end
  return how === 'replaced' || how === 'given_up' || core.now() - atMs > RUN_LATE_MS ? null : speaker
}
