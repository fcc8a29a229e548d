import type { Points, Samples } from './series.ts'

/**
 * Adds to a curve what has been sampled behind its end. While a stream catches up it brings points, but no samples yet:
 * only when its points have become fewer it begins anew, and so does the curve.
 *
 * @param seen how many points there were the last time
 * @returns how many there are now
 */
export function followSamples(curve: Samples, live: { points: Points; samples: Samples }, seen: number): number {
  if (live.points.length < seen) curve.clear()
  curve.push(samplesBehind(live.samples, curve.length === 0 ? -1 : curve.at('step', curve.length - 1)))
  return live.points.length
}

/** The samples behind a step; they are few, since the newest are looked at first. */
function samplesBehind(all: Samples, step: number) {
  const behind: { step: number; timestamp: number; accuracy: number }[] = []
  for (let at = all.length - 1; at >= 0 && all.at('step', at) > step; at--) {
    behind.unshift({ step: all.at('step', at), timestamp: all.at('timestamp', at), accuracy: all.at('accuracy', at) })
  }
  return behind
}
