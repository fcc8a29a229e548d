import { expect } from 'vitest'
import { interceptD1 } from './d1-probe.ts'

/** Rows that D1 reads and writes, and the round trips that an answer waits for. */
export type Cost = { read: number; written: number; trips: number }

/** Assigns a slot to a queued job. */
const givesSlot = 'UPDATE jobs SET slot = 1'

// The real one: tests fake the timers.
const { setTimeout } = globalThis

/**
 * Measures what D1 does for some work. A freed slot is assigned after the answer: its statement is held back until the
 * answer has arrived, so that it always counts for the work that caused it. An answer that waited for it would never
 * arrive.
 */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const cost: Cost = { read: 0, written: 0, trips: 0 }
  const answered = Promise.withResolvers<void>()
  const underWay = new Set<Promise<unknown>>()
  const before = interceptD1((statements, send) => {
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
      // They may have started further round trips.
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
    return { ...cost, trips }
  } finally {
    answered.resolve()
    interceptD1(before)
  }
}

/** Compares measurements with their bounds, and reports each exceeded figure with its operation. */
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
