import type { Axis } from './axes.ts'

/** What of an axis is kept: from one place on it to another, both included. */
export type Range = { from: number; to: number }

/** Ranges by the keys of their columns. An axis without one keeps all jobs. */
export type Ranges = ReadonlyMap<string, Range>

/** The places of the values on an axis, from the lowest to the highest. */
export const stopsOf = ({ places }: Pick<Axis, 'places'>): number[] =>
  [...new Set(places.filter((place) => place !== null))].sort((a, b) => a - b)

/** Whether a job, by its index, lies in all ranges. One without a value lies in none. */
export const isKept = (axes: readonly Axis[], ranges: Ranges, job: number): boolean =>
  axes.every(({ column, places }) => {
    const range = ranges.get(column.key)
    const place = places[job] ?? null
    return range === undefined || (place !== null && place >= range.from && place <= range.to)
  })

/** The range of the values between two places; `null`: all of them, or none. */
export function rangeBetween(stops: readonly number[], one: number, other: number): Range | null {
  const within = stops.filter((stop) => stop >= Math.min(one, other) && stop <= Math.max(one, other))
  const [from, to] = [within[0], within.at(-1)]
  return from === undefined || to === undefined || within.length === stops.length ? null : { from, to }
}

/** The range after a key was pressed at one of its ends; `undefined`: the key means nothing there. */
export function rangeAfter(
  key: string,
  end: 'from' | 'to',
  stops: readonly number[],
  range: Range | null,
): Range | null | undefined {
  const { from, to } = range ?? { from: stops[0] ?? 0, to: stops.at(-1) ?? 1 }
  const [place, other] = end === 'from' ? [from, to] : [to, from]
  const mayBe = stops.filter((stop) => (end === 'from' ? stop <= other : stop >= other))
  const above = mayBe.find((stop) => stop > place) ?? place
  const below = mayBe.findLast((stop) => stop < place) ?? place
  const steps: Record<string, number | undefined> = {
    ...{ ArrowUp: above, ArrowRight: above, ArrowDown: below, ArrowLeft: below },
    ...{ Home: mayBe[0], End: mayBe.at(-1) },
  }
  const next = steps[key]
  return next === undefined ? undefined : rangeBetween(stops, next, other)
}
