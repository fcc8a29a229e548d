import { SINK_ANSWER_MS, SINK_RETRY_MAX_MS, SINK_RETRY_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import { withTimeout } from '../../platform/timeout.ts'
import { sequenceOf } from '../rules/edit.ts'
import type { Job, JobEvent } from '../rules/types.ts'
import type { EventStore, SinkState } from './event-store.ts'

/** Something outside the object that is told what happens to the job. It stores nothing in the object itself. */
export type Sink = {
  /** Its name in the object's tables, which must never change. */
  name: string
  /**
   * Tells it of everything up to the job's state. Throws what went wrong. What it has been told may be told again.
   *
   * @param late aborted once the answer has taken too long: nothing more must be done then
   * @returns what it has made of the job itself, to be committed: it knows of that already
   */
  deliver: (job: Job, late: AbortSignal) => Promise<readonly JobEvent[]>
  /** What a failed delivery makes of the job, other than trying again. */
  failed?: (job: Job, error: unknown, nowMs: number) => readonly JobEvent[]
  /** Failed tries after which it is left alone until the next event; `null`: never. */
  parkedAfterTries: number | null
}

/** Commits events; `acknowledgedBy`: a sink that knows of them already. */
export type Commit = (events: readonly JobEvent[], acknowledgedBy?: string) => void

/**
 * The sinks of one object: each is told of the log in its order, and tried again with growing pauses until it hears.
 *
 * Tries are counted from the last event: each commit makes every sink that lags due at once, a parked one too
 * (`EventStore.commit`). Only an event that a sink's own failure leads to leaves its tries as they are.
 */
export class Sinks {
  readonly #store: EventStore
  readonly #sinks: readonly Sink[]
  readonly #commit: Commit
  readonly #now: () => number

  constructor(store: EventStore, sinks: readonly Sink[], commit: Commit, now: () => number) {
    this.#store = store
    this.#sinks = sinks
    this.#commit = commit
    this.#now = now
  }

  /** The last event that a sink has acknowledged, by its place in the log. */
  revisionOf({ name }: Sink): number {
    return this.#store.sink(name).revision
  }

  /** Whether a sink has acknowledged everything that was committed. */
  isUpToDate(sink: Sink): boolean {
    const { job } = this.#store
    return job === null || this.revisionOf(sink) >= sequenceOf(job)
  }

  /** Notes up to which event a sink has the job: an older one when it turns out to lag, 0 when it has lost the job. */
  noteRevision({ name }: Sink, revision: number): void {
    this.#store.noteSink(name, { revision, tries: 0, nextMs: null, error: null })
  }

  /**
   * Delivers to the sinks that lag and are due. Does not throw.
   *
   * @param needed is told at once if it lags, also while it waits for its next try
   */
  async deliver(needed?: Sink): Promise<void> {
    for (const sink of this.#sinks) {
      const isDue = this.#isWaiting(sink) && (this.#stateOf(sink).nextMs ?? 0) <= this.#now()
      if (isDue || (sink === needed && !this.isUpToDate(sink))) await this.#deliver(sink)
    }
  }

  /**
   * When the alarm must see to the next delivery, Unix ms; `null`: no sink lags, or all that do are parked. A commit is
   * followed by its first delivery; the alarm comes SINK_RETRY_MS later, should that not have happened.
   */
  nextMs(): number | null {
    const firstMs = (this.#store.job?.loggedMs ?? 0) + SINK_RETRY_MS
    const times = this.#sinks
      .filter((sink) => this.#isWaiting(sink))
      .map((sink) => this.#stateOf(sink).nextMs ?? firstMs)
    return times.length === 0 ? null : Math.min(...times)
  }

  /** Whether a sink lags and is not parked. */
  #isWaiting(sink: Sink): boolean {
    const { parkedAfterTries } = sink
    return !this.isUpToDate(sink) && (parkedAfterTries === null || this.#stateOf(sink).tries < parkedAfterTries)
  }

  #stateOf({ name }: Sink): SinkState {
    return this.#store.sink(name)
  }

  async #deliver(sink: Sink): Promise<void> {
    const { job } = this.#store
    if (job === null) return
    const late = new AbortController()
    try {
      const events = await withTimeout(SINK_ANSWER_MS, sink.deliver(job, late.signal))
      if (events.length > 0) this.#commit(events, sink.name)
      else this.noteRevision(sink, sequenceOf(job))
    } catch (error) {
      late.abort()
      this.#noteFailure(sink, job, error)
    }
  }

  #noteFailure(sink: Sink, job: Job, error: unknown): void {
    const { revision, tries: before } = this.#stateOf(sink)
    const tries = before + 1
    log('warn', 'sink_failed', { sink: sink.name, job_id: job.id, tries, error: String(error) })
    const events = sink.failed?.(job, error, this.#now()) ?? []
    if (events.length > 0) this.#commit(events)
    // Last, because a commit resets the tries: what fails for the same reason again must not be tried without a pause.
    const nextMs = this.#now() + Math.min(SINK_RETRY_MAX_MS, SINK_RETRY_MS * 2 ** tries)
    this.#store.noteSink(sink.name, { revision, tries, nextMs, error: String(error) })
  }
}
