import type { Attempt } from '../rules/attempt.ts'
import type { Stretch } from './recorded-curve.ts'
import type { Reported } from './reported.ts'

/** What is in force of what several attempts have reported. `reported`: by the attempt's number. */

type ByAttempt = ReadonlyMap<number, Reported>

/** The lowest step from which on one of these attempts counts; infinite: there is none. */
const lowestStart = (attempts: readonly Attempt[]): number =>
  Math.min(Number.POSITIVE_INFINITY, ...attempts.map(({ fromStep }) => fromStep))

/** Steps of an attempt from this one on are superseded by later ones; infinite: none is. */
export const supersededFrom = (attempts: readonly Attempt[], attempt: number): number =>
  lowestStart(attempts.filter(({ number, confirmedMs }) => number > attempt && confirmedMs !== null))

/** The highest step that was in force before an attempt; `null`: there was none. */
export function highestBefore(attempts: readonly Attempt[], reported: ByAttempt, attempt: number): number | null {
  let highest: number | null = null
  const earlier = attempts.filter(({ number, confirmedMs }) => number < attempt && confirmedMs !== null)
  for (const { number } of earlier) {
    const reached = reported.get(number)?.highest ?? null
    if (reached === null) continue
    const inForce = Math.min(reached, lowestStart(earlier.filter((one) => one.number > number)) - 1)
    highest = Math.max(highest ?? inForce, inForce)
  }
  return highest
}

/**
 * The points of each attempt of which some may be in force. An attempt reports only while none after it does.
 *
 * @param points how many points the curve has
 */
export function stretches(attempts: readonly Attempt[], reported: ByAttempt, points: number): Stretch[] {
  const started = [...reported].flatMap(([attempt, { first, lowest }]) =>
    first === null || lowest === null ? [] : [{ attempt, from: first, lowest }],
  )
  const all = started.sort((a, b) => a.from - b.from)
  return all.flatMap(({ attempt, from, lowest }, i) => {
    const limit = supersededFrom(attempts, attempt)
    return lowest >= limit ? [] : [{ from, to: all[i + 1]?.from ?? points, limit }]
  })
}
