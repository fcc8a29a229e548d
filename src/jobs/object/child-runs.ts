import { SINK_RETRY_MAX_MS, SINK_RETRY_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import type { AttemptEnd } from '../rules/attempt.ts'
import type { Job } from '../rules/types.ts'
import type { RunStore } from './run-store.ts'

/** How a run ends that was opened under an attempt, when that does. What was stopped on the way has not been completed. */
export type ChildEnd = 'completed' | 'failed' | 'cancelled'

/** Tells a run that it has ended with the attempt under which it was opened. */
export type EndChild = (id: string, how: ChildEnd) => Promise<void>

/** What is known of a run that was opened under an attempt of this job. */
export type ChildItem = { attempt: number }

const endOf = (how: AttemptEnd): ChildEnd => (how === 'completed' || how === 'failed' ? how : 'cancelled')

/** Runs that a process has opened beside that of its job: those still open end with its attempt. */
export class ChildRuns {
  readonly #runs: RunStore
  readonly #job: () => Job | null
  readonly #now: () => number
  readonly #end: EndChild
  #tries = 0
  #retryMs = 0

  constructor(runs: RunStore, job: () => Job | null, now: () => number, end: EndChild) {
    this.#runs = runs
    this.#job = job
    this.#now = now
    this.#end = end
  }

  /** When runs are to be told, Unix ms; `null`: there are none. */
  nextMs(): number | null {
    const job = this.#job()
    return job === null || this.#due(job).length === 0 ? null : Math.max(job.loggedMs, this.#retryMs)
  }

  /** Tells the runs of attempts that have ended. Does not throw. */
  async meet(): Promise<void> {
    const job = this.#job()
    if (job === null) return
    try {
      for (const { id, how } of this.#due(job)) {
        await this.#end(id, how)
        this.#runs.change(() => this.#runs.items.remove('child', id))
      }
      this.#tries = 0
    } catch (error) {
      log('warn', 'child_runs_not_told', { job_id: job.id, error: String(error) })
      this.#retryMs = this.#now() + Math.min(SINK_RETRY_MAX_MS, SINK_RETRY_MS * 2 ** ++this.#tries)
    }
  }

  #due({ attempts }: Job): { id: string; how: ChildEnd }[] {
    return this.#runs.items.children.flatMap(({ id, data }) => {
      const { attempt } = JSON.parse(data) as ChildItem
      const end = attempts.all[attempt - 1]?.end ?? null
      return end === null ? [] : { id, how: endOf(end.how) }
    })
  }
}
