import { lanesOf, useMovingJobs, useStatus } from './resources.ts'

/** The jobs that hold slots, and how many wait. */
export type SlotUsage = {
  /** How many jobs may hold a slot. */
  slots: number
  /** The names of those jobs. */
  holding: readonly string[]
  waiting: number
  /** Whether a new job would have to wait. */
  isBusy: boolean
}

/** The usage of the slots; `null` before it is known. */
export function useSlotUsage(): SlotUsage | null {
  const jobs = useMovingJobs().data
  const status = useStatus().data
  if (jobs === null || status === null) return null
  const { holding, waiting } = lanesOf(jobs)
  return {
    slots: status.slots,
    holding: holding.map(({ name }) => name),
    waiting: waiting.length,
    isBusy: waiting.length > 0 || holding.length >= status.slots,
  }
}
