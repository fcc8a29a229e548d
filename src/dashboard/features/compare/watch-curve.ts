import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { HISTORY_POINTS_MAX } from '../../../platform/limits.ts'
import { api } from '../../api/client.ts'
import { request } from '../../api/request.ts'
import { emptyPoints, lastStepOf, type Points } from '../../live/series.ts'
import { type LiveJob, watchLive } from '../../live/watch-live.ts'
import { askWhileWaiting } from './ask-while-waiting.ts'

/** A job whose curve is compared. */
export type WatchedCurve = {
  readonly id: string
  readonly live: LiveJob
  /** All points so far; drawing them depends on `version`. */
  readonly points: () => Points
  /** Increases with each change of the points. */
  readonly version: ReadonlySignal<number>
}

/**
 * Watches a job's curve: live, or by polling while no stream is free. More jobs can be compared than a browser can hold
 * streams.
 */
function watchCurve(id: string): { curve: WatchedCurve; stop: () => void } {
  const { job: live, stop } = watchLive(id)
  const polled = emptyPoints()
  const version = signal(0)

  async function ask(): Promise<void> {
    const from = polled.length
    const query = {
      from_step: String(lastStepOf(polled) + 1),
      max_points: String(HISTORY_POINTS_MAX),
      format: 'json',
    } as const
    const answer = await request(() => api.jobs[':id'].history.$get({ param: { id: encodeURIComponent(id) }, query }), {
      inBackground: true,
    })
    if (!answer.ok || typeof answer.data === 'string' || polled.length !== from) return
    polled.push(answer.data.points)
    version.value++
  }

  const stopAsking = askWhileWaiting(live, ask)
  const stopFollowing = effect(() => {
    live.version.value
    version.value = version.peek() + 1
  })
  return {
    curve: { id, live, version, points: () => (lastStepOf(live.points) >= lastStepOf(polled) ? live.points : polled) },
    stop: () => {
      stopAsking()
      stopFollowing()
      stop()
    },
  }
}

/** Watches the curves of jobs while the component is shown. */
export function useCurves(ids: readonly string[]): readonly WatchedCurve[] {
  const key = ids.join(' ')
  const watches = useMemo(() => ids.map(watchCurve), [key])
  useEffect(
    () => () => {
      for (const { stop } of watches) stop()
    },
    [watches],
  )
  return useMemo(() => watches.map(({ curve }) => curve), [watches])
}
