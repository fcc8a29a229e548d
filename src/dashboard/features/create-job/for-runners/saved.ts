import type { AttemptRecord } from '../../../../client/index.ts'
import { CHECKPOINTS_OFFERED } from '../../../platform/limits.ts'

/** A checkpoint, the attempt that saved it, and the path of its files. */
export type SavedCheckpoint = { step: number; attempt: number; path: string }

/** The last checkpoint of each attempt, the newest first, each step once. */
export function savedIn(attempts: readonly AttemptRecord[]): SavedCheckpoint[] {
  const saved = attempts.toReversed().flatMap(({ number, checkpoint }) => {
    return checkpoint === null ? [] : [{ step: checkpoint.step, attempt: number, path: checkpoint.checkpoint }]
  })
  return saved
    .filter(({ step }, at) => saved.findIndex((one) => one.step === step) === at)
    .slice(0, CHECKPOINTS_OFFERED)
}
