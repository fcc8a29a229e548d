import { CREDENTIAL_CHECK_MS, IDLE_TICK_MS, REPAINT_MS, WATCHER_STALL_MAX_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import { encodeEvent, retryField } from '../../platform/sse.ts'
import { describeEvent } from '../rules/describe.ts'
import { viewOf } from '../rules/job.ts'
import { trainerOf } from '../rules/trainers/index.ts'
import type { Job, View } from '../rules/types.ts'
import { cursorId, Frames } from './frames.ts'
import { RepaintTimer } from './repaint-timer.ts'
import { PULLED_BELOW_BYTES, Watcher, type WatchOptions } from './watcher.ts'

export type RevokedAmong = (tokenIds: readonly number[]) => Promise<ReadonlySet<number>>

/**
 * The open streams of one job. Each watcher has a cursor and is sent what follows it, so a watcher that was skipped for
 * a while gets the newest state in one piece, and none sees anything twice.
 */
export class Watchers {
  readonly #watchers = new Set<Watcher>()
  /** Ended streams that have not been delivered completely, and since when. */
  readonly #ending = new Map<Watcher, number>()
  /** The last published job; `null` before the first watcher. */
  #job: Job | null = null
  readonly #now: () => number
  readonly #revokedAmong: RevokedAmong
  readonly #viewAt: (job: Job, nowMs: number) => View
  readonly #describe: typeof describeEvent
  /** Whether something was reported since the last broadcast, and when that was. */
  #isPending = false
  #broadcastMs = 0
  readonly #timer: RepaintTimer
  #checkedMs = 0

  /**
   * @param now the job's clock, Unix milliseconds, which never goes back
   * @param revokedAmong returns the revoked ones among API tokens
   * @param viewAt the job at a moment, with what was reported of it
   * @param describe creates the events
   */
  constructor(
    now: () => number,
    revokedAmong: RevokedAmong,
    viewAt: (job: Job, nowMs: number) => View = viewOf,
    describe = describeEvent,
  ) {
    this.#viewAt = viewAt
    this.#now = now
    this.#revokedAmong = revokedAmong
    this.#describe = describe
    this.#timer = new RepaintTimer(
      now,
      () => (this.#watchers.size === 0 ? null : this.#isMoving() ? REPAINT_MS : IDLE_TICK_MS),
      () => this.#broadcast(),
    )
  }

  /** The number of watchers, including those of ended streams that have not been read to the end. */
  get size(): number {
    this.#dropUnread()
    let own = 0
    for (const { credential } of this.#watchers) if (credential?.tokenHash != null) own++
    return this.#watchers.size + this.#ending.size - own
  }

  /** How many of them one credential holds. */
  countOf(holder: string): number {
    this.#dropUnread()
    let count = 0
    for (const { credential } of [...this.#watchers, ...this.#ending.keys()]) if (credential?.holder === holder) count++
    return count
  }

  /**
   * Opens a stream of server-sent events and shows the job on it at once.
   *
   * @param signal aborted when the client has gone; a quiet stream does not notice a clean close by itself
   */
  open(job: Job, options: WatchOptions, signal: AbortSignal): ReadableStream<Uint8Array> {
    this.#job = job
    if (this.#watchers.size === 0) this.#checkedMs = this.#now()
    let watcher: Watcher | undefined
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const nowMs = this.#now()
          const opened = new Watcher(options, controller, nowMs)
          watcher = opened
          this.#watchers.add(opened)
          signal.addEventListener('abort', () => this.#forget(opened))
          this.#serve(opened, () => {
            controller.enqueue(retryField)
            this.#send(opened, nowMs, this.#framesOf(job, nowMs))
          })
          // Keep a running timer: watchers that join one after another must not postpone the broadcast.
          if (!this.#timer.isRunning) this.#timer.start(nowMs)
        },
        pull: () => watcher && this.#pull(watcher),
        cancel: () => watcher && this.#forget(watcher),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: PULLED_BELOW_BYTES }),
    )
  }

  /** Sends the current job to all watchers; called at once on every transition. */
  publish(job: Job): void {
    if (this.#watchers.size === 0) return
    this.#job = job
    this.#broadcast()
    this.#timer.start(this.#now())
  }

  /** Shows what was reported to all watchers: at once, and at most every REPAINT_MS. */
  publishReport(job: Job): void {
    if (this.#watchers.size === 0) return
    this.#job = job
    if (this.#now() - this.#broadcastMs >= REPAINT_MS) this.publish(job)
    else if (!this.#isPending) {
      this.#isPending = true
      this.#timer.start(this.#broadcastMs)
    }
  }

  /** Tells all watchers that the job was deleted, and ends their streams. */
  end(): void {
    const cursor = { revision: (this.#job?.revision ?? 0) + 1, points: 0 }
    const deletedEvent = encodeEvent(cursorId(cursor), { error: 'Job not found' })
    for (const watcher of this.#watchers) {
      this.#serve(watcher, () => {
        watcher.controller.enqueue(deletedEvent)
        this.#close(watcher)
      })
    }
  }

  #broadcast(): void {
    if (this.#job === null) return
    const nowMs = this.#now()
    this.#isPending = false
    this.#broadcastMs = nowMs
    const frames = this.#framesOf(this.#job, nowMs)
    for (const watcher of this.#watchers) {
      this.#serve(watcher, () => {
        if (watcher.hasExpired(nowMs)) this.#close(watcher)
        else if (watcher.isUnread(nowMs)) this.#drop(watcher)
        else {
          this.#send(watcher, nowMs, frames)
          if (this.#watchers.has(watcher) && watcher.isOver(frames.view.job)) this.#close(watcher)
        }
      })
    }
    if (nowMs - this.#checkedMs >= CREDENTIAL_CHECK_MS) {
      this.#checkedMs = nowMs
      void this.#closeRevoked()
    }
  }

  /** Ends the streams whose token was revoked. While D1 is unavailable no token can be revoked, so all continue. */
  async #closeRevoked(): Promise<void> {
    const ids = new Set([...this.#watchers].flatMap(({ credential }) => credential?.tokenId ?? []))
    if (ids.size === 0) return
    try {
      const revoked = await this.#revokedAmong([...ids])
      for (const watcher of this.#watchers) {
        const isRevoked = watcher.credential?.tokenId != null && revoked.has(watcher.credential.tokenId)
        if (isRevoked) this.#serve(watcher, () => this.#close(watcher))
      }
    } catch (error) {
      log('warn', 'credentials_unchecked', { job_id: this.#job?.id, error: String(error) })
    }
  }

  /**
   * Ends a stream that is to end, or serves a watcher that was skipped, now that everything has been delivered. Any other
   * pull stays pending until the queue is full: no further pull follows it, which saves a call into JavaScript per event
   * and watcher.
   */
  #pull(watcher: Watcher): Promise<void> | void {
    if (this.#ending.delete(watcher)) return watcher.controller.close()
    // It has left, and its stream was ended or not: nothing follows what it was sent.
    if (!this.#watchers.has(watcher)) return
    if (!watcher.isStalled) {
      return new Promise((resolve) => {
        watcher.requestPull = resolve
      })
    }
    watcher.delivered()
    const [job, nowMs] = [this.#job, this.#now()]
    if (job !== null) this.#serve(watcher, () => this.#send(watcher, nowMs, this.#framesOf(job, nowMs)))
  }

  /**
   * Runs work for one watcher. If its stream throws, the watcher is dropped: the others must still be served, and what was
   * committed stays committed.
   */
  #serve(watcher: Watcher, work: () => void): void {
    try {
      work()
    } catch (error) {
      log('warn', 'watcher_failed', { job_id: this.#job?.id, error: String(error) })
      this.#drop(watcher, error)
    }
  }

  #framesOf(job: Job, nowMs: number): Frames {
    return new Frames(this.#viewAt(job, nowMs), this.#describe)
  }

  #send(watcher: Watcher, nowMs: number, frames: Frames): void {
    if (watcher.send(nowMs, frames)) this.#close(watcher)
  }

  /** Ends a stream. Its queue is still delivered; until then it takes memory, and the stream counts. */
  #close(watcher: Watcher): void {
    this.#forget(watcher)
    if (watcher.queuedBytes === 0) watcher.controller.close()
    else {
      this.#ending.set(watcher, this.#now())
      watcher.requestPull()
    }
  }

  /** Drops ended streams that are not read. No timer checks them: they cost nothing until the next watcher connects. */
  #dropUnread(): void {
    const nowMs = this.#now()
    for (const [watcher, endedMs] of this.#ending) if (nowMs - endedMs >= WATCHER_STALL_MAX_MS) this.#drop(watcher)
  }

  /** Aborts a stream and discards its queue, which a client that does not read would hold forever. */
  #drop(watcher: Watcher, reason: unknown = new Error('The watcher does not read')): void {
    this.#forget(watcher)
    watcher.controller.error(reason)
  }

  #forget(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    this.#ending.delete(watcher)
    if (this.#watchers.size === 0) this.#timer.stop()
  }

  /** Whether the job changes with the clock, or something that was reported is still to be shown. */
  #isMoving(): boolean {
    return this.#isPending || (this.#job?.status === 'training' && trainerOf(this.#job).movesByClock)
  }
}
