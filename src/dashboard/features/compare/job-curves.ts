import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { JobSnapshot } from '../../../client/index.ts'
import { view, viewName } from '../../chart/address.ts'
import { partOf } from '../../domain/curves/part.ts'
import { ShownCurve } from '../../domain/curves/shown-curve.ts'
import { metricSource, type Source } from '../../domain/curves/source.ts'
import type { Rows } from '../../domain/curves/splice.ts'
import { COMPARED_JOBS_MS } from '../../platform/limits.ts'
import { alignment, byAttempt, measure } from './address.ts'
import { alongOf } from './along.ts'
import type { ComparedJob } from './compared-jobs.ts'
import { nameIn } from './measures.ts'
import type { WatchedCurve } from './watch-curve.ts'

/** The curve of a job, of the metric that is compared. */
export type JobCurve = {
  watched: WatchedCurve
  shown: ShownCurve
  /** Whether it is drawn as the curves of its attempts. */
  isSplit: boolean
}

/**
 * The curves of jobs: what their streams bring, and where that is not all, what the service has. While no stream is free for a
 * job, it is asked again and again.
 */
export function useJobCurves(jobs: readonly ComparedJob[], watched: readonly WatchedCurve[]): readonly JobCurve[] {
  const read = useRef(jobs)
  read.current = jobs
  const jobOf = (id: string) => read.current.find((one) => one.id === id)?.job
  const wanted = watched.map(({ id }) => {
    const job = jobOf(id)
    return { name: job === undefined ? measure.value : nameIn(job, measure.value), isSplit: isSplit(job) }
  })
  const curves = useMemo(
    () =>
      watched.map((one, at): JobCurve => {
        const { name = '', isSplit = false } = wanted[at] ?? {}
        const inView = () => partIn(one, () => jobOf(one.id))
        return {
          watched: one,
          isSplit,
          shown: new ShownCurve(one.feed, sourceOf(one, name), { inView, superseded: () => isSplit }),
        }
      }),
    [watched, JSON.stringify(wanted)],
  )
  useEffect(() => {
    const stops = curves.map(({ shown }) => shown.follow())
    return () => {
      for (const stop of stops) stop()
    }
  }, [curves])
  return curves
}

/** Whether the attempts are wanted one by one, and several runners went at the job, or one of them several times. */
const isSplit = (job: JobSnapshot | undefined): boolean => byAttempt.value && (job?.attempt?.number ?? 1) > 1

function sourceOf({ feed, isWaiting }: WatchedCurve, name: string): Source {
  const source = metricSource(feed, name)
  return { ...source, polledMs: () => (isWaiting.value ? COMPARED_JOBS_MS : source.polledMs()) }
}

/** How the steps in view are found; reads signals. */
function partIn({ feed }: WatchedCurve, jobNow: () => JobSnapshot | undefined) {
  void viewName.value
  const part = view.peek()
  const by = alignment.value
  return (
    part &&
    ((known: Rows) => {
      const job = jobNow()
      const way =
        job === undefined || known.length === 0
          ? null
          : alongOf({ job, event: feed.event.peek(), points: feed.points }, known, by)
      return way && partOf(part, known, way)
    })
  )
}
