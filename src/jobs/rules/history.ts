import { pointShown } from './describe.ts'
import type { History, HistoryPoint } from './shown.ts'
import type { Curve } from './types.ts'

/** The points of a curve in a range of steps, downsampled to `maxPoints`. */
export function historyOf(curve: Curve, fromStep: number, toStep: number, maxPoints: number): History {
  return thinned(curve.between(fromStep, toStep).map(pointShown), maxPoints)
}

/** What is measured at a step: the columns whose extremes a downsampled curve keeps, the most important first. */
const measured = ['loss', 'val_loss', 'learning_rate', 'accuracy'] as const

/**
 * A curve as at most `maxPoints` (≥ 2) of its points.
 *
 * The first and the last point always stay. Steps are cut into buckets of equal width, and of each bucket stay points
 * that have the lowest and the highest value of every measured column: those that come first, and one point for several
 * extremes where it has them. The width is the smallest of 2, 3, 4, 5, 7, 9, 12, … (each a quarter more) at which all of
 * that fits, and buckets begin at its multiples, so that a curve that grows mostly keeps the points it was shown with.
 *
 * One bucket of the whole curve needs ten points at most, two ends and eight extremes. Where even that is too much, the
 * ends stay and as many extremes as fit: by column, the lowest before the highest.
 *
 * @param points by step, ascending; steps may be missing
 */
export function thinned(points: readonly HistoryPoint[], maxPoints: number): History {
  if (points.length <= maxPoints) return { resolution: { method: 'full', bucket_steps: 1 }, points: [...points] }
  let width = 2
  // Each bucket keeps a point at least: a smaller width cannot fit.
  while (width < points.length / maxPoints) width = wider(width)
  let kept = extremesOf(points, width)
  while (kept.length > maxPoints && bucketOf(points.at(0), width) < bucketOf(points.at(-1), width)) {
    width = wider(width)
    kept = extremesOf(points, width)
  }
  return {
    resolution: { method: 'min-max', bucket_steps: width },
    points: kept.slice(0, maxPoints).sort((a, b) => a.step - b.step),
  }
}

const wider = (width: number): number => Math.ceil(width * 1.25)
const bucketOf = (point: HistoryPoint | undefined, width: number): number => Math.floor((point?.step ?? 0) / width)

/** Both ends, then of each bucket what has an extreme that no end has. */
function extremesOf(points: readonly HistoryPoint[], width: number): HistoryPoint[] {
  const ends = [points[0], points.at(-1)].filter((point) => point !== undefined)
  const kept = [...ends]
  for (let from = 0; from < points.length; ) {
    const bucket = bucketOf(points[from], width)
    let to = from + 1
    while (to < points.length && bucketOf(points[to], width) === bucket) to++
    const endsHere = ends.filter((end) => bucketOf(end, width) === bucket)
    kept.push(...extremesOfBucket(points.slice(from, to), endsHere))
    from = to
  }
  return kept
}

/** The points of a bucket that have an extreme which neither its ends nor one another have. */
function extremesOfBucket(bucket: readonly HistoryPoint[], ends: readonly HistoryPoint[]): HistoryPoint[] {
  const kept = [...ends]
  for (const column of measured) {
    let [lowest] = bucket
    let highest = lowest
    for (const point of bucket) {
      if (lowest === undefined || point[column] < lowest[column]) lowest = point
      if (highest === undefined || point[column] > highest[column]) highest = point
    }
    for (const extreme of [lowest, highest]) {
      if (extreme && !kept.some((point) => point[column] === extreme[column])) kept.push(extreme)
    }
  }
  return kept.slice(ends.length)
}

const columns = ['epoch', 'step', 'loss', 'val_loss', 'learning_rate', 'timestamp', 'accuracy'] as const

/** The points as RFC 4180 CSV with a header line. All values are numbers, so nothing needs quoting. */
export function csvOf(points: readonly HistoryPoint[]): string {
  const lines = points.map((point) => columns.map((column) => point[column]).join(','))
  return [columns.join(','), ...lines, ''].join('\r\n')
}
