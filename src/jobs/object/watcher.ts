import {
  KEEP_ALIVE_MS,
  STREAM_AGE_JITTER,
  STREAM_AGE_MAX_MS,
  WATCHER_QUEUE_BYTES_MAX,
  WATCHER_STALL_MAX_MS,
} from '../../platform/limits.ts'
import { keepAlive } from '../../platform/sse.ts'
import { isFinal } from '../../shared/job-status.ts'
import type { Cursor, HistoryMode } from '../rules/describe.ts'
import type { Job } from '../rules/types.ts'
import type { Frames } from './frames.ts'

/**
 * A watcher's credential: its unique name, its API token (`null`: there is none to revoke), when it expires (Unix ms,
 * `null`: never), and the hash of an attempt's token: a stream of the job's own runner, which does not count as a watcher.
 */
export type WatcherCredential = {
  holder: string
  tokenId: number | null
  expiresMs: number | null
  tokenHash: string | null
}

/** A watcher's cursor, history mode and credential. */
export type WatchOptions = { mode: HistoryMode; after: Cursor | null; credential: WatcherCredential | null }

/** `pull` is called when fewer bytes than this are queued: when everything has been delivered. */
export const PULLED_BELOW_BYTES = 1

const start: Cursor = { revision: 0, points: 0 }

/** One open stream: what it has been sent, and what its queue still takes. */
export class Watcher {
  readonly mode: HistoryMode
  readonly credential: WatcherCredential | null
  readonly controller: ReadableStreamDefaultController<Uint8Array>
  cursor: Cursor
  /** Has the stream call `pull` again. */
  requestPull: () => void = () => {}
  /** The lines of output that it knows of. */
  #lines = 0
  #lastWriteMs: number
  /** Since when its queue has had no room for the next event; `null`: the watcher has been sent everything. */
  #stalledSinceMs: number | null = null
  readonly #expiresAtMs: number

  constructor(
    { mode, after, credential }: WatchOptions,
    controller: ReadableStreamDefaultController<Uint8Array>,
    nowMs: number,
  ) {
    this.mode = mode
    this.credential = credential
    this.controller = controller
    this.cursor = after ?? start
    this.#lastWriteMs = nowMs
    const ageMs = STREAM_AGE_MAX_MS * (1 + STREAM_AGE_JITTER * (2 * Math.random() - 1))
    this.#expiresAtMs = Math.min(nowMs + ageMs, credential?.expiresMs ?? Number.POSITIVE_INFINITY)
  }

  /** Bytes that are not delivered yet. A broken stream accepts nothing more. */
  get queuedBytes(): number {
    const { desiredSize } = this.controller
    return desiredSize === null ? Number.POSITIVE_INFINITY : PULLED_BELOW_BYTES - desiredSize
  }

  get isStalled(): boolean {
    return this.#stalledSinceMs !== null
  }

  hasExpired(nowMs: number): boolean {
    return nowMs >= this.#expiresAtMs
  }

  /** Whether it has not been read for so long that it is dropped. */
  isUnread(nowMs: number): boolean {
    return this.#stalledSinceMs !== null && nowMs - this.#stalledSinceMs >= WATCHER_STALL_MAX_MS
  }

  /** Whether it is the stream of an attempt of the job which has ended. */
  isOver(job: Job): boolean {
    const hash = this.credential?.tokenHash ?? null
    return hash !== null && !job.attempts.all.some((one) => one.tokenHash === hash && one.end === null)
  }

  /** Everything has been delivered: what follows may be sent. */
  delivered(): void {
    this.#stalledSinceMs = null
  }

  /**
   * Writes what the watcher has not seen while its queue has room. Once it is full, everything must be delivered first.
   *
   * @returns whether that was the end of the job
   */
  send(nowMs: number, frames: Frames): boolean {
    if (this.isStalled) return false
    const { job, curve, summary } = frames.view
    while (this.cursor.revision < job.revision || this.cursor.points < curve.length) {
      const frame = frames.at(this)
      if (!this.#write(frame.bytes, nowMs)) return false
      this.cursor = frame.cursor
      this.#lines = summary.lines
    }
    if (this.#lines < summary.lines) {
      if (!this.#write(frames.outputEvent(this.mode), nowMs)) return false
      this.#lines = summary.lines
    }
    if (isFinal(job.status)) return true
    if (nowMs - this.#lastWriteMs >= KEEP_ALIVE_MS) this.#write(keepAlive, nowMs)
    return false
  }

  /** Writes bytes if the queue has room for them, or is empty; else records since when it has not. */
  #write(bytes: Uint8Array, nowMs: number): boolean {
    const { queuedBytes } = this
    if (queuedBytes > 0 && queuedBytes + bytes.length > WATCHER_QUEUE_BYTES_MAX) {
      this.#stalledSinceMs ??= nowMs
      this.requestPull()
      return false
    }
    this.controller.enqueue(bytes)
    this.#lastWriteMs = nowMs
    return true
  }
}
