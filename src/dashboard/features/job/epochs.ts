import { epochStarts } from '../../live/series.ts'
import type { LiveJob } from '../../live/watch-live.ts'

type Known = Pick<LiveJob, 'event' | 'points'>
type Knot = readonly [step: number, epoch: number]

/**
 * The epoch at a step, with the part of it that is done: 3.5 in the middle of the third. Of trainers that name whole epochs it
 * follows from the steps with which these begin, of others from what they name.
 */
export function epochAt(known: Known): (step: number) => number {
  const knots = knotsOf(known)
  return (step) => {
    let [low, high] = [0, knots.length - 1]
    // The last knot at or before the step, but never the very last: the line through two of them goes on.
    while (low < high - 1) {
      const middle = (low + high) >> 1
      if ((knots[middle]?.[0] ?? 0) <= step) low = middle
      else high = middle
    }
    const [fromStep, fromEpoch] = knots[low] ?? [0, 1]
    const [toStep, toEpoch] = knots[high] ?? [1, 1]
    const slope = toStep > fromStep ? (toEpoch - fromEpoch) / (toStep - fromStep) : 0
    return fromEpoch + (step - fromStep) * slope
  }
}

/** Steps and epochs that belong together, both ascending; at least two where an epoch is known. */
function knotsOf({ points, event }: Known): Knot[] {
  const epochs = points.values('epoch')
  const isWhole = epochs.every((epoch) => epoch === null || Number.isInteger(epoch))
  const indexes = isWhole ? epochStarts(points) : [...epochs.keys()]
  const knots: Knot[] = []
  for (const index of indexes) {
    const epoch = epochs[index] ?? null
    const step = points.at('step', index)
    const last = knots.at(-1)
    if (epoch !== null && (last === undefined || (step > last[0] && epoch > last[1]))) knots.push([step, epoch])
  }
  return isWhole ? [...knots, ...endOf(knots, event.value)] : knots
}

/** Where the epoch under way will end: at the end of the training if that is known, else after as long as the one before it. */
function endOf(knots: readonly Knot[], event: LiveJob['event']['value']): Knot[] {
  const last = knots.at(-1)
  if (last === undefined || event === null) return []
  const { total_steps: steps, total_epochs: epochs, current_step: step } = event
  if (steps !== null && steps > last[0] && epochs >= last[1]) return [[steps, epochs + 1]]
  const before = knots.at(-2)
  return [[before === undefined ? step + 1 : 2 * last[0] - before[0], last[1] + 1]]
}
