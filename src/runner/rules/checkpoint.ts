/** A folder that may be a checkpoint. */
export type Folder = {
  name: string
  /** It was renamed after its last file was made: the whole of it appeared at once. */
  isRenamed: boolean
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

/**
 * Whether a checkpoint is whole: `step-<n>` is renamed into place, and Transformers' are written in place. Where a rename does
 * not show, as on a disk whose times are coarse, it must have been still for a while.
 */
export function isWhole(
  { name, isRenamed, hasTrainerState, stillMs }: Folder,
  writer: Writer,
  stillMsMin: number,
): boolean {
  const isStill = stillMs >= stillMsMin
  if (name.startsWith('checkpoint-')) return hasTrainerState && (isStill || writer === 'ended')
  return isRenamed || isStill || writer === 'ended'
}
