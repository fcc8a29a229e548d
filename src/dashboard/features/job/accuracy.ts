import { useEffect, useMemo } from 'preact/hooks'
import { type AccuracyCurve, followAccuracy } from '../../live/follow-accuracy.ts'
import type { LiveJob } from '../../live/watch-live.ts'

/** The accuracy of a job that is watched. */
export function useAccuracy(live: LiveJob): AccuracyCurve {
  const { curve, stop } = useMemo(() => followAccuracy(live), [live])
  useEffect(() => stop, [stop])
  return curve
}
