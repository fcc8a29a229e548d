import type { Attempt, Attempts } from '../attempt.ts'

/** The confirmed attempt that has the job, lost or not; `null`: nobody does. */
export const holderOf = ({ all }: Attempts): Attempt | null =>
  all.findLast(({ end, confirmedMs }) => end === null && confirmedMs !== null) ?? null

/** The claim that is still to be confirmed; `null`: there is none. */
export const claimOf = ({ all }: Attempts): Attempt | null =>
  all.findLast(({ end, confirmedMs }) => end === null && confirmedMs === null) ?? null

/** The attempt that is shown: the holder, or else a claim still to be confirmed, or else the last one. */
export const shownAttempt = (attempts: Attempts): Attempt | null =>
  holderOf(attempts) ?? claimOf(attempts) ?? attempts.all.at(-1) ?? null
