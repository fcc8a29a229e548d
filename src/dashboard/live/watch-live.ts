import { batch, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { checkReachable, reachable } from '../api/reachability.ts'
import { session } from '../api/session.ts'
import { askToSignIn } from '../api/sign-in-again.ts'
import { REVALIDATE_DEFAULT_MS, UNWATCHED_JOB_MS } from '../platform/limits.ts'
import { connectToHub, type HubLink } from './connect.ts'
import type { Connection, FromHub, LiveEvent } from './protocol.ts'
import { type Points, Series, type ValueRows } from './series.ts'

/** A watched job. */
export type LiveJob = {
  readonly jobId: string
  /** The latest event; `null` before the first. */
  readonly event: ReadonlySignal<LiveEvent | null>
  /** All points so far, those of a long curve thinned. They are added in place: drawing them depends on `version`. */
  readonly points: Points
  /** The same of each other metric, by the trainer's name; of a long curve only those that came live. */
  readonly values: ReadonlyMap<string, ValueRows>
  /** What the points begin with; another object when all were replaced. */
  readonly beginning: ReadonlySignal<{ isWhole: boolean }>
  /** Increases with each change of the points. */
  readonly version: ReadonlySignal<number>
  readonly connection: ReadonlySignal<Connection>
}

/** The same job, writable in this file. */
type Watched = LiveJob & {
  series: Series
  beginning: Signal<{ isWhole: boolean }>
  event: Signal<LiveEvent | null>
  version: Signal<number>
  connection: Signal<Connection>
  watchers: number
}

const watched = new Map<string, Watched>()
let link: HubLink | null = null

/** Starts watching a job, shared with its other watchers. @returns the job, and a function that stops watching */
export function watchLive(jobId: string): { job: LiveJob; stop: () => void } {
  const job = watched.get(jobId) ?? begin(jobId)
  job.watchers++
  return {
    job,
    stop: () => {
      if (--job.watchers > 0) return
      watched.delete(jobId)
      hub().send({ type: 'unwatch', jobId })
    },
  }
}

/** Watches a job while the component is shown. */
export function useLive(jobId: string): LiveJob {
  const { job, stop } = useMemo(() => watchLive(jobId), [jobId])
  useEffect(() => stop, [stop])
  return job
}

/** Milliseconds between two reads of a job: a live stream reports the rest. */
export function readEveryMs(jobId: string): number {
  const state = watched.get(jobId)?.connection.peek().state
  return state === 'live' || state === 'ended' ? REVALIDATE_DEFAULT_MS : UNWATCHED_JOB_MS
}

function begin(jobId: string): Watched {
  const series = new Series()
  const job: Watched = {
    jobId,
    series,
    beginning: signal({ isWhole: true }),
    event: signal<LiveEvent | null>(null),
    points: series.points,
    values: series.values,
    version: signal(0),
    connection: signal<Connection>({ state: 'connecting' }),
    watchers: 0,
  }
  watched.set(jobId, job)
  hub().send({ type: 'watch', jobId })
  return job
}

function hub(): HubLink {
  link ??= connect()
  return link
}

function connect(): HubLink {
  const newLink = connectToHub(take, watchAllAnew)
  const tellVisibility = () => newLink.send({ type: 'visible', visible: document.visibilityState === 'visible' })
  const watchAll = () => {
    tellVisibility()
    for (const jobId of watched.keys()) newLink.send({ type: 'watch', jobId })
  }
  function watchAllAnew() {
    // Deferred: the link is not assigned yet when a worker fails early.
    queueMicrotask(watchAll)
  }
  document.addEventListener('visibilitychange', tellVisibility)
  addEventListener('pagehide', () => newLink.send({ type: 'leave' }))
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) watchAll()
  })
  effect(() => {
    if (session.value.phase === 'signed-in') newLink.send({ type: 'retry' })
  })
  effect(() => {
    if (reachable.value) newLink.send({ type: 'retry' })
  })
  tellVisibility()
  return newLink
}

function take(message: FromHub): void {
  const job = watched.get(message.jobId)
  if (job === undefined) return
  switch (message.type) {
    case 'reset':
      job.series.clear()
      batch(() => {
        job.beginning.value = { isWhole: message.isWhole }
        job.version.value++
      })
      return
    case 'event':
      job.series.rewind(message.event)
      job.series.append(message.added)
      batch(() => {
        job.version.value++
        job.event.value = message.event
      })
      return
    case 'connection':
      job.connection.value = message.connection
      if (message.connection.state === 'reconnecting' && message.connection.refusal === undefined) checkReachable()
      if (message.connection.state === 'refused' && message.connection.status === 401) void askToSignIn()
  }
}
