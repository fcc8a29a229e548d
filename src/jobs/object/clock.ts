/** A monotonic clock. */
export type Clock = (notBeforeMs: number) => number

/** The wall clock, Unix ms, or the latest known time, whichever is later. */
export function createClock(): Clock {
  let latestMs = 0
  return (notBeforeMs) => {
    latestMs = Math.max(latestMs, notBeforeMs, Date.now())
    return latestMs
  }
}
