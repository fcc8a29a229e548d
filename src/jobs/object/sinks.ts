import { SINK_RETRY_MAX_MS, SINK_RETRY_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import type { Job } from '../rules/types.ts'
import type { EventStore } from './event-store.ts'

/** Something outside the object that is told what happens to the job. */
export type Sink = {
  /** Names it in the object's tables: never to be changed. */
  name: string
  /** Tells it of everything up to the job's state, and acknowledges that in the store. Throws what went wrong. */
  deliver: (job: Job) => Promise<void>
  /** What follows from a failed delivery, other than trying again. */
  failed?: (job: Job, error: unknown) => void
  /** Failed tries after which it is left alone until the next event; `null`: never. */
  parkedAfterTries: number | null
}

/** The sinks of one object: each is told of the log in its order, and tried again with growing pauses until it hears. */
export class Sinks {
  readonly #store: EventStore
  readonly #sinks: readonly Sink[]
  readonly #now: () => number

  constructor(store: EventStore, sinks: readonly Sink[], now: () => number) {
    this.#store = store
    this.#sinks = sinks
    this.#now = now
  }

  /** Whether a sink has acknowledged everything that was committed. */
  isUpToDate({ name }: Sink): boolean {
    const { job } = this.#store
    return job === null || this.#store.sink(name).revision >= job.revision
  }

  /** Delivers to every sink that lags, also to one that waits before its next try. Does not throw. */
  async deliver(): Promise<void> {
    for (const sink of this.#sinks) await this.#deliver(sink)
  }

  /** When the next delivery is due, Unix ms; `null`: no sink lags, or all that do are parked. */
  nextMs(): number | null {
    const due = this.#sinks.flatMap((sink) => {
      if (this.isUpToDate(sink)) return []
      const { tries, nextMs } = this.#store.sink(sink.name)
      if (sink.parkedAfterTries !== null && tries >= sink.parkedAfterTries) return []
      return [nextMs ?? this.#now() + SINK_RETRY_MS]
    })
    return due.length === 0 ? null : Math.min(...due)
  }

  async #deliver(sink: Sink): Promise<void> {
    const { job } = this.#store
    if (job === null || this.isUpToDate(sink)) return
    try {
      await sink.deliver(job)
    } catch (error) {
      const { revision, tries } = this.#store.sink(sink.name)
      const nextMs = this.#now() + Math.min(SINK_RETRY_MAX_MS, SINK_RETRY_MS * 2 ** (tries + 1))
      this.#store.noteSink(sink.name, { revision, tries: tries + 1, nextMs, error: String(error) })
      log('warn', 'sink_failed', { sink: sink.name, job_id: job.id, tries: tries + 1, error: String(error) })
      sink.failed?.(job, error)
    }
  }
}
