import type { Point, Thinned } from './types.ts'

/**
 * A curve as at most `maxPoints` (≥ 2) of its points.
 *
 * The first and the last point always stay. Steps are cut into buckets of equal width, and of each bucket stay points
 * that have the lowest and the highest value of each metric: those that come first, and one point for several
 * extremes where it has them. Also the first of a bucket that has NaN, since a diverged loss is news. The width is the smallest of 2, 3, 4, 5, 7, 9, 12, … (each a quarter more) at which all of
 * that fits, and buckets begin at its multiples, so that a curve that grows mostly keeps the points it was shown with.
 *
 * Of four metrics, one bucket of the whole curve needs ten points at most, two ends and eight extremes. Where even that is too much, the
 * ends stay and as many extremes as fit: by metric, the lowest before the highest, then NaN.
 *
 * @param points by step, ascending; steps may be missing
 * @param names of the metrics whose extremes stay, the most important first. A point that has no value of one, or NaN, is
 *   no extreme of it; ±Infinity is one.
 */
export function thinned(points: readonly Point[], maxPoints: number, names: readonly string[]): Thinned {
  if (points.length <= maxPoints) return { bucketSteps: 1, points }
  let width = 2
  // Each bucket whose points have values keeps one at least: smaller widths are not worth trying.
  while (width < points.length / maxPoints) width = wider(width)
  let kept = extremesOf(points, width, names)
  const [first, last] = [points.at(0), points.at(-1)]
  // Steps below 0 and above are never in one bucket, however wide.
  const widest = Math.max(-(first?.step ?? 0), last?.step ?? 0)
  while (kept.length > maxPoints && width <= widest && bucketOf(first, width) < bucketOf(last, width)) {
    width = wider(width)
    kept = extremesOf(points, width, names)
  }
  return { bucketSteps: width, points: kept.slice(0, maxPoints).sort((a, b) => a.step - b.step) }
}

/** The next of the widths that are tried. */
export const wider = (width: number): number => Math.ceil(width * 1.25)
/** NaN where there is none, also of a metric that is called as what every object inherits. */
const metricAt = ({ metrics }: Point, name: string): number => {
  const value = metrics[name]
  return typeof value === 'number' ? value : Number.NaN
}
const isNaNOf = ({ metrics }: Point, name: string): boolean => Number.isNaN(metrics[name])
const bucketOf = (point: Point | undefined, width: number): number => Math.floor((point?.step ?? 0) / width)

/** Both ends, then of each bucket what has an extreme that no end has, then its first NaN of each metric. */
function extremesOf(points: readonly Point[], width: number, names: readonly string[]): Point[] {
  const ends = [points[0], points.at(-1)].filter((point) => point !== undefined)
  const kept = [...ends]
  const diverged: Point[] = []
  const divergedNames = names.filter((name) => points.some((point) => isNaNOf(point, name)))
  for (let from = 0; from < points.length; ) {
    const bucket = bucketOf(points[from], width)
    let to = from + 1
    while (to < points.length && bucketOf(points[to], width) === bucket) to++
    const endsHere = ends.filter((end) => bucketOf(end, width) === bucket)
    const inBucket = points.slice(from, to)
    kept.push(...extremesOfBucket(inBucket, endsHere, names))
    diverged.push(...divergedNames.flatMap((name) => inBucket.find((point) => isNaNOf(point, name)) ?? []))
    from = to
  }
  return [...new Set([...kept, ...diverged])]
}

/** The points of a bucket that have an extreme which neither its ends nor one another have. */
function extremesOfBucket(bucket: readonly Point[], ends: readonly Point[], names: readonly string[]): Point[] {
  const kept = [...ends]
  for (const name of names) {
    let lowest: Point | undefined
    let highest: Point | undefined
    for (const point of bucket) {
      const value = metricAt(point, name)
      if (Number.isNaN(value)) continue
      if (lowest === undefined || value < metricAt(lowest, name)) lowest = point
      if (highest === undefined || value > metricAt(highest, name)) highest = point
    }
    for (const extreme of [lowest, highest]) {
      if (extreme && !kept.some((point) => metricAt(point, name) === metricAt(extreme, name))) kept.push(extreme)
    }
  }
  return kept.slice(ends.length)
}

/** By step, then by time. */
export const byStep = (a: Point, b: Point): number => a.step - b.step || a.timestampMs - b.timestampMs
