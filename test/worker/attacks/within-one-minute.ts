/**
 * Runs a test within one minute: the platform counts by minutes of the real clock, and a test that spans two of them
 * proves nothing, so it is repeated, with a new address and new tokens.
 */
export async function withinOneMinute(run: () => Promise<void>): Promise<void> {
  for (let turns = 0; turns < 3; turns++) {
    const minute = currentMinute()
    const failure = await run().then(
      () => null,
      (error: unknown) => ({ error }),
    )
    if (minute !== currentMinute()) continue
    if (failure) throw failure.error
    return
  }
  throw new Error('The minute turned each time')
}

const currentMinute = () => Math.floor(Date.now() / 60_000)

/** The number of answers by status. */
export const statuses = (responses: Response[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** Sends `count` requests at once. */
export const times = (count: number, send: (n: number) => Promise<Response>) =>
  Promise.all(Array.from({ length: count }, (_, n) => send(n)))
