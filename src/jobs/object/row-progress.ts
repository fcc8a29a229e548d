import { SINK_RETRY_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import type { JobRegister } from '../register/job-register.ts'
import type { Job, Recorded } from '../rules/types.ts'
import type { RunStore } from './run-store.ts'
import type { Sink, Sinks } from './sinks.ts'

/** The job whose row is written. */
type Owner = {
  readonly livingJob: Job | null
  readonly recorded: Recorded
  readonly runs: RunStore
  readonly register: JobRegister
  readonly sinks: Sinks
  readonly registerSink: Sink
  now(): number
}

/**
 * What was reported of a job in its row, for lists. Reports come often and change no state: of a live attempt the row is written
 * with each check of it, and after that soon after something has come late.
 */
export class RowProgress {
  readonly #owner: Owner
  /** Whether something was reported that the job's row may not have. */
  #isBehind: boolean
  #retryMs = 0

  constructor(owner: Owner, isBehind: boolean) {
    this.#owner = owner
    this.#isBehind = isBehind
  }

  /** Takes note that something was reported. */
  note(): void {
    this.#isBehind = true
  }

  /** When the row is to be written that something late is missing in, Unix ms; `null`: there is nothing. */
  nextMs(): number | null {
    const { livingJob: job, runs } = this.#owner
    if (job === null || !runs.isLate || !this.#isTold) return null
    return Math.max(this.#retryMs, job.loggedMs)
  }

  /** Writes the row, if it is behind. Does not throw. */
  async write(): Promise<void> {
    const { livingJob: job, runs, register, recorded } = this.#owner
    if (!(this.#isBehind || runs.isLate) || job === null || !this.#isTold) return
    this.#isBehind = false
    try {
      await register.writeProgress(job, recorded, this.#owner.now())
      if (!this.#isBehind && runs.isLate) runs.change(() => runs.noteLate(false))
    } catch (error) {
      this.#isBehind = true
      this.#retryMs = this.#owner.now() + SINK_RETRY_MS
      log('warn', 'progress_not_written', { job_id: job.id, error: String(error) })
    }
  }

  /** Whether D1 has all events, without which the row is not written. */
  get #isTold(): boolean {
    return this.#owner.sinks.isUpToDate(this.#owner.registerSink)
  }
}
