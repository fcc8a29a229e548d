import { CHECKPOINTS_KEPT, CHECKPOINTS_MAX } from '../../platform/limits.ts'
import { isWithin } from '../../shared/artifact-path.ts'
import type { Checkpoint } from '../rules/attempt.ts'
import type { CheckpointRefusal } from '../rules/refusals.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { mayWrite, type Refused } from './artifacts.ts'
import type { Core } from './core.ts'

/**
 * Registers a checkpoint of the live attempt, whose files are there: from now on the job resumes from it. The newest ones are
 * kept, and the files of older ones dropped.
 *
 * @returns why not; `null`: it is registered, now or before
 */
export function registerCheckpoint(
  core: Core,
  tokenHash: string,
  checkpoint: Checkpoint,
): Refused | CheckpointRefusal | null {
  const may = mayWrite(core, tokenHash)
  if ('reason' in may) return may
  const { artifacts } = core
  const { path, step } = checkpoint
  const known = artifacts.checkpoints()
  const same = known.find((one) => one.path === path)
  if (same !== undefined) return same.step === step ? null : { reason: 'checkpoint_exists' }
  if (!artifacts.hasFilesIn(path)) return { reason: 'checkpoint_empty' }
  const number = 1 + (known.at(-1)?.number ?? 0)
  if (number > CHECKPOINTS_MAX || may.writer.attempt === null) return { reason: 'too_many_checkpoints' }
  const atMs = Math.max(core.now(), may.job.loggedMs)
  core.commit([{ type: 'checkpointed', attempt: may.writer.attempt, checkpoint, atMs }], undefined, () => {
    artifacts.addCheckpoint({ path, step, number })
    rotate(artifacts, atMs)
  })
  return null
}

/** Drops the files of all but the newest checkpoints, except where they also belong to one of those. */
function rotate(artifacts: ArtifactStore, nowMs: number): void {
  const all = artifacts.checkpoints()
  const kept = all.slice(-CHECKPOINTS_KEPT)
  for (const old of all.slice(0, -CHECKPOINTS_KEPT)) {
    artifacts.removeCheckpoint(old.path)
    for (const { path } of artifacts.filesIn(old.path)) {
      if (!kept.some((folder) => isWithin(path, folder.path))) artifacts.remove(path, nowMs)
    }
  }
}
