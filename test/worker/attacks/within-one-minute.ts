/**
 * Runs a test within one minute: the platform counts by minutes of the real clock, and a test that lies across the turn
 * of one proves nothing, so it begins anew, with an address and tokens of its own.
 */
export async function withinOneMinute(run: () => Promise<void>): Promise<void> {
  for (let turns = 0; turns < 3; turns++) {
    const minute = minuteNow()
    const failure = await run().then(
      () => null,
      (error: unknown) => ({ error }),
    )
    if (minute !== minuteNow()) continue
    if (failure) throw failure.error
    return
  }
  throw new Error('The minute turned each time')
}

const minuteNow = () => Math.floor(Date.now() / 60_000)

/** How many answers have each status. */
export const statuses = (responses: Response[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** So many at once. */
export const times = (count: number, send: (n: number) => Promise<Response>) =>
  Promise.all(Array.from({ length: count }, (_, n) => send(n)))
