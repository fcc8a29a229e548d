import { useEffect, useMemo } from 'preact/hooks'
import { type AccuracyCurve, followAccuracy } from '../../live/follow-accuracy.ts'
import { askWhileWaiting } from './ask-while-waiting.ts'
import type { WatchedCurve } from './watch-curve.ts'

/** The accuracy of one of the compared jobs. */
export type JobAccuracy = AccuracyCurve & { id: string }

/** The accuracies of compared jobs, while they are wanted: they are another answer for each. */
export function useAccuracies(curves: readonly WatchedCurve[], areWanted: boolean): readonly JobAccuracy[] {
  const followed = useMemo(() => (areWanted ? curves.map(follow) : []), [curves, areWanted])
  useEffect(
    () => () => {
      for (const { stop } of followed) stop()
    },
    [followed],
  )
  return useMemo(() => followed.map(({ curve }) => curve), [followed])
}

/** While no stream is free for a job, all of its accuracy is read again and again. */
function follow({ id, live }: WatchedCurve): { curve: JobAccuracy; stop: () => void } {
  const { curve, read, stop } = followAccuracy(live)
  const stopAsking = askWhileWaiting(live, read)
  return {
    curve: { id, ...curve },
    stop: () => {
      stop()
      stopAsking()
    },
  }
}
