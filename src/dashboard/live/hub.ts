import { HIDDEN_MAX_MS, LIVE_JOBS_KEPT_MAX, STREAM_LINGER_MS, STREAMS_MAX } from '../platform/limits.ts'
import { JobStream } from './job-stream.ts'
import type { FromHub, ToHub } from './protocol.ts'

type Port = Pick<MessagePort, 'postMessage' | 'onmessage'>
type Tab = { port: Port; jobs: Set<string>; visible: boolean }

/**
 * Owns the streams for all tabs of the browser: one for each watched job. A new watcher gets everything received so
 * far; while no tab is visible for long, the streams are closed.
 */
export class Hub {
  readonly #tabs = new Set<Tab>()
  /** Least recently used first. */
  readonly #streams = new Map<string, JobStream>()
  #resting = false
  #restTimer: ReturnType<typeof setTimeout> | undefined

  /** Adds a tab; it leaves by a message. @returns a function that removes it, for a tab that cannot send one */
  attach(port: Port): () => void {
    const tab: Tab = { port, jobs: new Set(), visible: true }
    this.#tabs.add(tab)
    const leave = () => {
      this.#tabs.delete(tab)
      for (const jobId of tab.jobs) this.#lingerAndClose(jobId)
      tab.jobs.clear()
      this.#settleRest()
    }
    port.onmessage = ({ data }: MessageEvent<ToHub>) => (data.type === 'leave' ? leave() : this.#obey(tab, data))
    this.#settleRest()
    return leave
  }

  #obey(tab: Tab, message: Exclude<ToHub, { type: 'leave' }>): void {
    switch (message.type) {
      case 'watch':
        // A tab restored from the back-forward cache joins again. Its other messages belong to its leaving.
        this.#tabs.add(tab)
        tab.jobs.add(message.jobId)
        this.#replay(tab, message.jobId)
        this.#settleRest()
        this.#openWhatMay()
        return
      case 'unwatch':
        tab.jobs.delete(message.jobId)
        this.#lingerAndClose(message.jobId)
        return
      case 'visible':
        tab.visible = message.visible
        this.#settleRest()
        return
      case 'retry':
        for (const stream of this.#streams.values()) stream.hurry()
        this.#openWhatMay()
        return
    }
  }

  /** Sends a tab everything received for a job. */
  #replay(tab: Tab, jobId: string): void {
    const stream = this.#streamOf(jobId)
    tell(tab, { type: 'reset', jobId, isWhole: stream.isWhole })
    if (stream.latest !== null) tell(tab, { type: 'event', jobId, event: stream.latest, added: stream.everything })
    tell(tab, { type: 'connection', jobId, connection: stream.connection })
  }

  /** The job's stream, now the most recently used; the longest unused ones are dropped. */
  #streamOf(jobId: string): JobStream {
    const stream = this.#streams.get(jobId) ?? this.#newStream(jobId)
    this.#streams.delete(jobId)
    this.#streams.set(jobId, stream)
    const unused = [...this.#streams.keys()].filter((id) => id !== jobId && !this.#isWatched(id))
    for (const id of unused.slice(0, Math.max(0, unused.length - LIVE_JOBS_KEPT_MAX))) {
      this.#streams.get(id)?.close({ state: 'waiting' })
      this.#streams.delete(id)
    }
    return stream
  }

  #newStream(jobId: string): JobStream {
    const stream: JobStream = new JobStream(jobId, {
      onReset: (isWhole) => this.#tellWatchers({ type: 'reset', jobId, isWhole }),
      onEvent: (event, added) => this.#tellWatchers({ type: 'event', jobId, event, added }),
      onConnection: (connection) => {
        this.#tellWatchers({ type: 'connection', jobId, connection })
        // Its place is free for a waiting one.
        if (connection.state === 'ended' || connection.state === 'refused') queueMicrotask(() => this.#openWaiting())
      },
    })
    return stream
  }

  /** Opens the watched streams, also refused ones, up to the limit; the others wait. */
  #openWhatMay(): void {
    for (const [jobId, stream] of this.#streams) if (this.#isWatched(jobId)) this.#openIfRoom(stream)
  }

  /** Opens waiting streams up to the limit. Refused ones are not retried automatically. */
  #openWaiting(): void {
    for (const [jobId, stream] of this.#streams) {
      if (this.#isWatched(jobId) && stream.connection.state === 'waiting') this.#openIfRoom(stream)
    }
  }

  #openIfRoom(stream: JobStream): void {
    if (this.#resting || stream.isOpen) return
    const open = [...this.#streams.values()].filter(({ isOpen }) => isOpen).length
    if (open < STREAMS_MAX) stream.open()
    else stream.wait()
  }

  #lingerAndClose(jobId: string): void {
    setTimeout(() => {
      const stream = this.#streams.get(jobId)
      if (stream === undefined || this.#isWatched(jobId)) return
      stream.close({ state: 'waiting' })
      this.#openWaiting()
    }, STREAM_LINGER_MS)
  }

  /** Closes the streams when no tab has been visible for HIDDEN_MAX_MS, and opens them with the first that is. */
  #settleRest(): void {
    clearTimeout(this.#restTimer)
    const isSeen = [...this.#tabs].some(({ visible }) => visible)
    if (!isSeen) {
      this.#restTimer = setTimeout(() => this.#rest(), HIDDEN_MAX_MS)
      return
    }
    if (!this.#resting) return
    this.#resting = false
    this.#openWhatMay()
  }

  #rest(): void {
    this.#resting = true
    for (const stream of this.#streams.values()) if (stream.isOpen) stream.close({ state: 'hidden' })
  }

  #isWatched(jobId: string): boolean {
    return [...this.#tabs].some(({ jobs }) => jobs.has(jobId))
  }

  #tellWatchers(message: FromHub): void {
    for (const tab of this.#tabs) if (tab.jobs.has(message.jobId)) tell(tab, message)
  }
}

const tell = (tab: Tab, message: FromHub) => tab.port.postMessage(message)
