import { HOLD_UNCONFIRMED_MS } from '../../platform/limits.ts'
import type { Checkpoint } from '../rules/attempt.ts'
import type { JobSpec } from '../rules/types.ts'
import type { Core } from './core.ts'

/**
 * Has D1 hold the files of a checkpoint for a job that is to go on from it. In turn with the changes of this job, so that none
 * of the files goes in between.
 *
 * @param step that of the checkpoint; undefined: the last one
 * @returns `null`: there is no such checkpoint
 */
export async function holdFor(core: Core, jobId: string, step: number | undefined): Promise<Checkpoint | null> {
  const { livingJob: job, artifacts, ledger } = core
  const last = job?.attempts.checkpoint ?? null
  const checkpoint =
    step === undefined || last?.step === step ? last : artifacts.checkpoints().find((one) => one.step === step)
  if (job === null || checkpoint === null || checkpoint === undefined) return null
  const files = artifacts.filesIn(checkpoint.path)
  const { path } = checkpoint
  if (files.length > 0) await ledger.hold(jobId, files, core.now() + HOLD_UNCONFIRMED_MS)
  return { step: checkpoint.step, path }
}

/** What a job that goes on from another one's checkpoint begins with: the files that are held for it. */
export async function heldFiles(core: Core, { id, resumeFrom }: JobSpec): Promise<() => void> {
  const files = resumeFrom === undefined ? [] : await core.ledger.held(id)
  return () => {
    if (resumeFrom === undefined || files.length === 0) return
    const { artifacts } = core
    const nowMs = core.now()
    artifacts.change(() => {
      for (const file of files) artifacts.put({ ...file, attempt: null, createdMs: nowMs, version: null }, nowMs)
      artifacts.addCheckpoint({ ...resumeFrom.checkpoint, number: 1 })
    })
  }
}
