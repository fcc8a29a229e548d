/** What the API says of an attempt, as far as its curve is concerned. */
export type AttemptSpan = {
  number: number
  runner: string
  confirmed_at: string | null
  from_step: number | null
  to_step: number | null
  superseded_from: number | null
}

/** The attempt of a curve; `isLast`: none after it has reported anything. */
export type AttemptOf = Pick<AttemptSpan, 'number' | 'runner'> & { isLast: boolean }

/** A point of some attempt; `timestamp`: Unix ms. */
type Reported = { step: number; timestamp: number; superseded?: boolean | undefined }

/** Points by the attempts that have reported them, in the order of these. Attempts without points are left out. */
export function splitByAttempt<P extends Reported>(
  points: readonly P[],
  attempts: readonly AttemptSpan[],
): (readonly [AttemptOf, P[]])[] {
  const byNumber = new Map<number, P[]>()
  // What came since the attempts were read is the last one's.
  const newest = attempts.at(-1)
  const newFrom = newest?.from_step ?? 1 + Math.max(...attempts.map(({ to_step }) => to_step ?? -Infinity))
  for (const point of points) {
    const isNew = !point.superseded && point.step >= newFrom
    const attempt = attemptOf(point, attempts) ?? (isNew ? newest : undefined)
    if (attempt === undefined) continue
    const own = byNumber.get(attempt.number)
    if (own === undefined) byNumber.set(attempt.number, [point])
    else own.push(point)
  }
  const reporting = attempts.filter(({ number }) => byNumber.has(number))
  return reporting.map((attempt, at) => {
    const { number, runner } = attempt
    return [{ number, runner, isLast: at === reporting.length - 1 }, byNumber.get(number) ?? []] as const
  })
}

/**
 * Whose a point is: the API says of points whether they are superseded, and of attempts from where on they are. Where that
 * leaves several, the time tells.
 */
function attemptOf(point: Reported, attempts: readonly AttemptSpan[]): AttemptSpan | undefined {
  const possible = attempts.filter(({ from_step, to_step, superseded_from }) => {
    if (from_step === null || to_step === null || point.step < from_step || point.step > to_step) return false
    const isSuperseded = superseded_from !== null && point.step >= superseded_from
    return isSuperseded === (point.superseded === true)
  })
  if (possible.length < 2) return possible[0]
  const begun = possible.filter(
    ({ confirmed_at }) => confirmed_at !== null && Date.parse(confirmed_at) <= point.timestamp,
  )
  return begun.at(-1) ?? possible[0]
}
