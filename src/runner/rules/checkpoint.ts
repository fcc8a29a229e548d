import { STILL_MS, WRITTEN_IN_PLACE_STILL_MS } from '../limits.ts'

/** A folder that may be a checkpoint. */
export type Folder = {
  /** Renamed into place after its last file was written; written in place; or all within one tick of the disk's clock. */
  origin: 'renamed' | 'written' | 'unknown'
  /** It holds Transformers' `trainer_state.json`, which is written last. */
  hasTrainerState: boolean
  /** Milliseconds for which nothing in it has changed, as far as was seen. */
  stillMs: number
}

/** Whether the process runs; if not, whether it could write to the end: SIGKILL lets nothing finish. */
export type Writer = 'runs' | 'ended' | 'killed'

/** The step of a checkpoint by its name: `step-120`, or Transformers' `checkpoint-120`; `null`: it is none. */
export function stepOf(name: string): number | null {
  const step = Number(/^(?:step|checkpoint)-(\d{1,15})$/.exec(name)?.[1] ?? Number.NaN)
  return Number.isSafeInteger(step) ? step : null
}

/** Whether a checkpoint is whole: `step-<n>` is renamed into place, and Transformers' hold what is written last. */
export function isWhole({ origin, hasTrainerState, stillMs }: Folder, writer: Writer): boolean {
  if (hasTrainerState) return stillMs >= WRITTEN_IN_PLACE_STILL_MS || writer === 'ended' || origin === 'renamed'
  if (origin === 'unknown') return writer === 'ended' || (writer === 'runs' && stillMs >= STILL_MS)
  return origin === 'renamed'
}
