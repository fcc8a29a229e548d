import type { Attempt, Attempts } from '../attempt.ts'

/** The confirmed attempt that has the job, lost or not; `null`: nobody does. */
export const holderOf = ({ all }: Attempts): Attempt | null =>
  all.findLast(({ end, confirmedMs }) => end === null && confirmedMs !== null) ?? null

/** The claim that is still to be confirmed; `null`: there is none. */
export const claimOf = ({ all }: Attempts): Attempt | null =>
  all.findLast(({ end, confirmedMs }) => end === null && confirmedMs === null) ?? null

/** The attempt that is shown: the holder, or whoever has just claimed the job, or the last one there was. */
export const shownAttempt = (attempts: Attempts): Attempt | null =>
  holderOf(attempts) ?? claimOf(attempts) ?? attempts.all.at(-1) ?? null
