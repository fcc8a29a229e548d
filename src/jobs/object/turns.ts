import { ALARM_RETRY_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import type { Core } from './core.ts'
import type { Serially } from './serial.ts'

/** The changes of a job, one at a time, because other requests can interleave during calls to D1; and what each leaves behind. */
export class Turns {
  readonly #core: Core
  readonly #serially: Serially
  readonly #background: (work: Promise<unknown>) => void

  /** @param background keeps the object awake for work after an answer */
  constructor(core: Core, serially: Serially, background: (work: Promise<unknown>) => void) {
    this.#core = core
    this.#serially = serially
    this.#background = background
  }

  /** Work that settles by itself, or changes nothing. */
  take<R>(work: () => Promise<R>): Promise<R> {
    return this.#serially(work)
  }

  /** Carries out a command. Errors thrown over RPC lose their class, so a refusal is a value. */
  carryOut<R>(id: string, command: string, work: () => Promise<R>): Promise<R | { reason: 'unavailable' }> {
    return this.#serially(async () => {
      try {
        return await work()
      } catch (error) {
        log('error', 'command_failed', { job_id: id, command, error: String(error) })
        return { reason: 'unavailable' }
      } finally {
        await this.#core.settle()
      }
    })
  }

  /** Hears a runner. It does not wait for D1: what its word changes is told to the sinks after the answer. */
  hear<R>(work: () => R): Promise<R> {
    return this.#serially(async () => {
      const revision = this.#core.job?.revision
      const answer = work()
      await this.#core.deadlines.arm()
      if (this.#core.job?.revision !== revision) this.#background(this.#serially(() => this.#core.settle()))
      return answer
    })
  }

  /** Meets the deadlines that are due. It never throws: an alarm that does is retried six times, then dropped permanently. */
  meetDeadlines(): Promise<void> {
    return this.#serially(async () => {
      try {
        await this.#core.deadlines.meet()
      } catch (error) {
        log('error', 'alarm_failed', { job_id: this.#core.job?.id, error: String(error) })
        await this.#core.deadlines.armAfter(Date.now() + ALARM_RETRY_MS)
      }
    })
  }
}
