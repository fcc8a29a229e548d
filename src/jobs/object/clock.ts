/** A clock that never goes back. */
export type Clock = (notBeforeMs: number) => number

/** The wall clock, Unix ms, or the latest time it has seen or was told of, whichever is later. */
export function createClock(): Clock {
  let latestMs = 0
  return (notBeforeMs) => {
    latestMs = Math.max(latestMs, notBeforeMs, Date.now())
    return latestMs
  }
}
