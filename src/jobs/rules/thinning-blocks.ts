import { HISTORY_VALUES_MAX, THINNED_IN_MEMORY_MAX } from '../../platform/limits.ts'
import { eachValue, pointAt, steppedIn } from './columns.ts'
import { ExtremeSearch, type Open, type Outline } from './extreme-search.ts'
import { byStep, thinned, wider } from './thinning.ts'
import type { Point, Range, Thinned } from './types.ts'

/**
 * As `thinned`, of a curve in blocks, of which what they tell of their extremes says which must be opened.
 *
 * Few points are thinned in memory. Of more, buckets have the smallest width of the same series at which all extremes of all
 * metrics fit, even if no point has two of them. Less than `maxPoints` stay where points have many values, so that an answer
 * has HISTORY_VALUES_MAX at most.
 */
export function thinnedBlocks(all: readonly Outline[], open: Open, range: Range): Thinned {
  const { metrics: names, includesSuperseded } = range
  const outlines = all.filter(
    (one) =>
      (includesSuperseded || one.hasLoose || one.fromStep < one.limit) && names.some((name) => one.metrics.has(name)),
  )
  const sum = (of: (one: Outline) => number) => outlines.reduce((total, one) => total + of(one), 0)
  const count = sum((one) => one.count)
  const meanValues = sum(({ values }) => values) / count
  const maxPoints = Math.max(2, Math.min(range.maxPoints, Math.floor(HISTORY_VALUES_MAX / meanValues) || 2))
  if (count <= THINNED_IN_MEMORY_MAX || sum((one) => matching(one, names)) <= maxPoints) {
    return thinnedInMemory(outlines, open, { ...range, maxPoints })
  }
  const fromStep = Math.max(range.fromStep, Math.min(...outlines.map((one) => one.fromStep)))
  const toStep = Math.min(range.toStep, Math.max(...outlines.map((one) => one.toStep)))
  const kinds = outlines.some(({ metrics }) => names.some((name) => metrics.get(name)?.hasNaN)) ? 3 : 2
  const bucketSteps = widthFor(fromStep, toStep, Math.floor((maxPoints - 2) / (kinds * names.length)))
  const found = new ExtremeSearch(outlines, open, range, bucketSteps).find().slice(0, maxPoints)
  const inOrder = found.sort((a, b) => byStep(a.point, b.point) || a.number - b.number)
  return { bucketSteps, points: inOrder.map(({ point }) => point) }
}

/** How many points of a block have a value of one of the metrics, at most. */
const matching = ({ count, metrics }: Outline, names: readonly string[]): number =>
  Math.min(
    count,
    names.reduce((sum, name) => sum + (metrics.has(name) ? metrics.get(name)?.count || count : 0), 0),
  )

/** The smallest width, of those that `thinned` tries, at which there are at most so many buckets, or one. */
function widthFor(fromStep: number, toStep: number, buckets: number): number {
  let width = 2
  while (Math.floor(toStep / width) - Math.floor(fromStep / width) >= Math.max(1, buckets)) {
    // Around a multiple of any width there are always two.
    if (width > toStep - fromStep) break
    width = wider(width)
  }
  return width
}

/** A point with the values of the metrics that matter, and where it is. */
type Candidate = Point & { first: number; at: number }

function thinnedInMemory(outlines: readonly Outline[], open: Open, range: Range): Thinned {
  const points = outlines.flatMap((one) => candidates(one, open, range)).sort(byStep)
  const kept = thinned(points, range.maxPoints, range.metrics)
  const whole = new Map<Candidate, Point>()
  const inBlocks = Map.groupBy(kept.points as Candidate[], ({ first }) => first)
  for (const [first, inBlock] of inBlocks) {
    const columns = open(first)
    for (const one of inBlock) {
      const point = pointAt(columns, one.at)
      whole.set(one, one.isSuperseded ? { ...point, isSuperseded: true } : point)
    }
  }
  return { ...kept, points: (kept.points as Candidate[]).map((one) => whole.get(one) ?? one) }
}

function candidates({ first, limit }: Outline, open: Open, range: Range): Candidate[] {
  const columns = open(first)
  const stepped = steppedIn(columns)
  const found = new Map<number, Candidate>()
  for (const name of range.metrics) {
    if (!Object.hasOwn(columns.metrics, name)) continue
    eachValue(columns.metrics[name] ?? [], (at, value) => {
      const step = columns.step[at] ?? 0
      if (step < range.fromStep || step > range.toStep) return
      const isSuperseded = stepped[at] && step >= limit
      if (isSuperseded && !range.includesSuperseded) return
      const known = found.get(at)
      if (known !== undefined) {
        known.metrics = { ...known.metrics, [name]: value }
        return
      }
      const one: Candidate = {
        step,
        timestampMs: columns.time[at] ?? 0,
        epoch: null,
        first,
        at,
        metrics: { [name]: value },
      }
      if (isSuperseded) one.isSuperseded = true
      found.set(at, one)
    })
  }
  return range.metrics.length === 1 ? [...found.values()] : [...found.values()].sort((a, b) => a.at - b.at)
}
