import { join } from 'node:path'
import { writeJson } from './files.ts'
import { OVER_GRACE_MS } from './limits.ts'
import type { Reporter } from './reporter.ts'
import type { Requested } from './rules/verdict.ts'
import type { Say } from './say.ts'
import type { State, Stop } from './state.ts'
import type { Training } from './training.ts'

/** The file that appears when the process should save and end. */
export const STOP_FILE = 'stop'

/** Makes the process end: the stop file, then SIGTERM, then SIGKILL. Each step is noted down before it is taken. */
export class Stopper {
  readonly #state: State
  readonly #training: Training
  readonly #reporter: Reporter
  readonly #stopFile: string
  readonly #softGraceMs: number
  readonly #say: Say
  /** The request that was seen last, and when (Unix ms). */
  #seen: (Requested & { sinceMs: number }) | null = null
  #hasFile = false

  constructor(
    folder: string,
    softGraceMs: number,
    parts: { state: State; training: Training; reporter: Reporter; say: Say },
  ) {
    this.#stopFile = join(folder, STOP_FILE)
    this.#softGraceMs = softGraceMs
    this.#state = parts.state
    this.#training = parts.training
    this.#reporter = parts.reporter
    this.#say = parts.say
    parts.reporter.onAnswer.push((requested, told) => this.#answer(requested, told))
  }

  get stop(): Stop | null {
    return this.#state.attempt?.stop ?? null
  }

  /** What an answer requests: nothing stops before the service knows that it does. */
  #answer(requested: Requested | null, told: number | null): void {
    if (requested === null) {
      if (this.#seen !== null && this.stop?.request == null) this.#say('withdrawn', 'The request was withdrawn')
      this.#seen = null
      this.#reporter.acknowledged = null
      this.#reporter.stopping = null
      return
    }
    const { id, what, graceS, by } = requested
    if (this.#seen?.id !== id) {
      this.#seen = { ...requested, sinceMs: Date.now() }
      this.#reporter.acknowledged = id
      this.#reporter.stopping = id
      this.#reporter.wake()
      this.#say('requested', `${what === 'pause' ? 'Pause' : 'Cancellation'} requested by ${by ?? 'somebody'}`, {
        id,
        what,
      })
    }
    if (told !== id || this.stop?.request?.id === id) return
    this.#begin({
      why: 'request',
      request: requested,
      sinceMs: this.#seen?.sinceMs ?? Date.now(),
      killMs: graceS * 1_000,
    })
  }

  /** The machine is taken away, or somebody has pressed Ctrl+C. */
  release(graceMs: number): void {
    const { stop } = this
    if (stop === null) {
      this.#begin({ why: 'release', request: null, sinceMs: Date.now(), killMs: graceMs })
      return
    }
    // A request may allow for more time than there is now.
    const killMs = Math.min(stop.killMs, Math.max(0, Date.now() - stop.sinceMs) + graceMs)
    this.#state.change({ stop: { ...stop, killMs, termMs: Math.min(stop.termMs, killMs) } })
  }

  /** The attempt is over: what still runs has no right to. */
  end(): void {
    this.#begin({ why: 'over', request: null, sinceMs: Date.now(), killMs: OVER_GRACE_MS }, 0)
  }

  /** Ends the process at once. */
  kill(): void {
    const { stop } = this
    if (stop !== null) this.#state.change({ stop: { ...stop, termMs: 0, killMs: 0 } })
    this.tick()
  }

  /** Does what is due. */
  tick(): void {
    const { stop } = this
    if (stop === null) return
    if (!this.#hasFile && stop.why !== 'over') this.#writeFile(stop)
    // The clock may have been set back.
    const elapsedMs = Math.max(0, Date.now() - stop.sinceMs)
    if (elapsedMs >= stop.killMs) this.#send('SIGKILL', stop)
    else if (elapsedMs >= stop.termMs) this.#send('SIGTERM', stop)
  }

  #begin(stop: Omit<Stop, 'termMs' | 'sent'>, softMs = this.#softGraceMs): void {
    const { sent = [] } = this.stop ?? {}
    this.#state.change({ stop: { ...stop, termMs: Math.min(softMs, stop.killMs / 2), sent } })
    this.#say('stopping', 'The process is told to end', { why: stop.why })
    this.tick()
  }

  #send(signal: 'SIGTERM' | 'SIGKILL', stop: Stop): void {
    if (stop.sent.includes(signal) && signal === 'SIGTERM') return
    if (this.#training.group === null) return
    if (!stop.sent.includes(signal)) {
      this.#state.change({ stop: { ...stop, sent: [...stop.sent, signal] } })
      this.#say('signal', `${signal} to the process`, { signal })
    }
    this.#training.signal(signal)
  }

  #writeFile({ why, request, killMs }: Stop): void {
    try {
      writeJson(this.#stopFile, { why: request?.what ?? why, grace_s: killMs / 1_000 })
      this.#hasFile = true
    } catch {
      // The disk is full: SIGTERM follows.
    }
  }
}
