import type { JobSnapshot } from '../../../client/index.ts'
import type { LiveEvent } from '../../live/protocol.ts'
import { epochStarts, type Points } from '../../live/series.ts'

/** A job with what is known of its training so far. */
export type Trained = { job: JobSnapshot; event: LiveEvent | null; points: Points }

/**
 * How many steps the whole training has: as its stream says or, without one, by the length of its first epoch. `null`
 * while neither is known.
 */
export function totalStepsOf({ job, event, points }: Trained): number | null {
  if (event !== null) return event.total_steps
  const [first, second] = epochStarts(points)
  if (first === undefined || second === undefined) return null
  return (points.at('step', second) - points.at('step', first)) * job.total_epochs
}
