import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { HISTORY_POINTS_MAX } from '../../../platform/limits.ts'
import { api } from '../../api/client.ts'
import { request } from '../../api/request.ts'
import type { Feed } from '../../domain/curves/source.ts'
import { emptyPoints, lastStepOf, type Points } from '../../live/series.ts'
import { type LiveJob, watchLive } from '../../live/watch-live.ts'
import { askWhile, followWaiting } from './waiting.ts'

/** A job whose curve is compared. */
export type WatchedCurve = {
  readonly id: string
  readonly live: LiveJob
  /** All points so far; drawing them depends on `version`. */
  readonly points: () => Points
  /** Increases with each change of the points. */
  readonly version: ReadonlySignal<number>
  /** Whether no stream is free for it. */
  readonly isWaiting: ReadonlySignal<boolean>
  /** All of that, as curves are put together from it. */
  readonly feed: Feed
}

/** The job of a curve. */
type CurveOf = Pick<JobSnapshot, 'id' | 'trainer'>

/**
 * Watches a job's curve: live, or by polling while no stream is free. More jobs can be compared than a browser can hold
 * streams.
 */
function watchCurve({ id, trainer }: CurveOf): { curve: WatchedCurve; stop: () => void } {
  const { job: live, stop } = watchLive(id)
  const { isWaiting, stop: stopWaiting } = followWaiting(live)
  const polled = emptyPoints()
  const version = signal(0)
  // What a runner has reported may be superseded: the history does not say from where on.
  const onlyGrows = trainer === 'simulated'

  async function ask(): Promise<void> {
    const from = polled.length
    const query = {
      ...(onlyGrows ? { from_step: String(lastStepOf(polled) + 1) } : {}),
      max_points: String(HISTORY_POINTS_MAX),
      format: 'json',
    } as const
    const answer = await request(() => api.jobs[':id'].history.$get({ param: { id: encodeURIComponent(id) }, query }), {
      inBackground: true,
    })
    if (!answer.ok || typeof answer.data === 'string' || polled.length !== from) return
    if (!onlyGrows) polled.clear()
    polled.push(answer.data.points)
    version.value++
  }

  function points(): Points {
    const isPolled = onlyGrows ? lastStepOf(live.points) < lastStepOf(polled) : polled.length > 0 && isWaiting.value
    return isPolled ? polled : live.points
  }

  const stopAsking = askWhile(isWaiting, ask)
  const stopFollowing = effect(() => {
    live.version.value
    version.value = version.peek() + 1
  })
  const { event, values, beginning } = live
  const feed: Feed = {
    ...{ jobId: id, event, values, beginning, version },
    get points() {
      return points()
    },
  }
  return {
    curve: { id, live, version, points, isWaiting, feed },
    stop: () => {
      stopAsking()
      stopWaiting()
      stopFollowing()
      stop()
    },
  }
}

/** Watches the curves of jobs while the component is shown. */
export function useCurves(jobs: readonly CurveOf[]): readonly WatchedCurve[] {
  const key = jobs.map(({ id }) => id).join(' ')
  const watches = useMemo(() => jobs.map(watchCurve), [key])
  useEffect(
    () => () => {
      for (const { stop } of watches) stop()
    },
    [watches],
  )
  return useMemo(() => watches.map(({ curve }) => curve), [watches])
}
