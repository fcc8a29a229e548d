import { expect } from 'vitest'
import { aroundD1 } from './probe.ts'

/** Rows that D1 reads and writes, and trips to it that an answer waits for. */
export type Cost = { read: number; written: number; trips: number }

/** Gives a slot to a job that waits for one. */
const givesSlot = 'UPDATE jobs SET slot = 1'

// Tests stop the time.
const { setTimeout } = globalThis

/**
 * Does something, and says what D1 did for it. A slot that becomes free is given away behind the answer: that is held back
 * until the answer is there, so that it always counts for the work that it follows from. If an answer waited for it, it
 * would never come.
 */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const cost: Cost = { read: 0, written: 0, trips: 0 }
  const answered = Promise.withResolvers<void>()
  const underWay = new Set<Promise<unknown>>()
  const before = aroundD1((statements, send) => {
    const follows = statements.some(({ sql }) => sql.includes(givesSlot))
    if (!follows) cost.trips++
    const trip = (follows ? answered.promise : Promise.resolve()).then(async () => {
      const results = await before(statements, send)
      for (const { meta } of results) {
        cost.read += meta.rows_read
        cost.written += meta.rows_written
      }
      return results
    })
    const ended = trip.catch(() => {}).finally(() => underWay.delete(ended))
    underWay.add(ended)
    return trip
  })
  try {
    await work()
    const { trips } = cost
    answered.resolve()
    while (underWay.size > 0) {
      await Promise.all(underWay)
      // What was started by them may begin a trip of its own.
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
    return { ...cost, trips }
  } finally {
    answered.resolve()
    aroundD1(before)
  }
}

/** Holds what was measured against bounds; says which figure of which operation exceeds its own. */
export function expectWithin<Figure extends string>(
  operation: string,
  measured: Record<Figure, number>,
  bounds: Record<Figure, number>,
): void {
  const exceeded = (Object.keys(bounds) as Figure[])
    .filter((figure) => !(measured[figure] <= bounds[figure]))
    .map((figure) => `${operation}: ${figure} ${measured[figure]}, may be ${bounds[figure]}`)
  if (exceeded.length > 0) expect.fail(exceeded.join('; '))
}
