import type { NewVersion, Registry } from '../../models/registry.ts'
import { D1Unavailable } from '../../platform/d1.ts'
import { SINK_ANSWER_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import { withTimeout } from '../../platform/timeout.ts'
import { isFinal } from '../../shared/job-status.ts'
import type { JobRegister } from '../register/job-register.ts'
import { describe } from '../rules/describe.ts'
import { evolve, refuseCompletion, viewOf } from '../rules/job.ts'
import { MODEL_SIZE_MB } from '../rules/trainers/simulation.ts'
import type { Job, JobEvent } from '../rules/types.ts'
import type { EventStore } from './event-store.ts'
import type { Sink } from './sinks.ts'

/** What the register's sink needs of the object. */
export type RegisterSinkParts = {
  store: EventStore
  register: JobRegister
  registry: Registry
  /** Commits events and shows them; `acknowledgedBy`: a sink that has them already. */
  commit: (events: readonly JobEvent[], acknowledgedBy?: string) => void
  /** Forgets the job, whose row is gone, but for its deletion. */
  bury: () => Promise<void>
  now: () => number
}

/** Whether nothing is left to do but for D1 to take the completion. */
const isCompleting = (job: Job): boolean => job.validatedMs !== null && !isFinal(job.status)

/** The sink that brings D1's row to the job's state, and registers the version of a completed job. */
export class RegisterSink implements Sink {
  readonly name = 'register'
  /** The row must follow, however long D1 does not answer. */
  readonly parkedAfterTries = null
  readonly #parts: RegisterSinkParts

  constructor(parts: RegisterSinkParts) {
    this.#parts = parts
  }

  /** The last revision that D1 has acknowledged. */
  get revision(): number {
    return this.#parts.store.sink(this.name).revision
  }

  /** Notes which revision D1 has: an older one when it turns out to lag, 0 when it has lost the row. */
  noteRevision(revision: number): void {
    this.#parts.store.noteSink(this.name, { revision, tries: 0, nextMs: null, error: null })
  }

  /** Writes the job to D1 and notes that it is there. A row that D1 has lost comes back. */
  async deliver(job: Job): Promise<void> {
    const { register, bury } = this.#parts
    if (job.deleted) {
      await withTimeout(SINK_ANSWER_MS, register.remove(job.id))
      return bury()
    }
    if (await this.#write(job)) return
    log('warn', 'job_row_missing', { job_id: job.id, revision: job.revision })
    await withTimeout(SINK_ANSWER_MS, register.restore(job, Date.now()))
    if (!(await this.#write(job))) throw new Error('The row that was put back is gone again')
  }

  /** What SQLite refuses is not mended by waiting: the job says so, and fails in the end. */
  failed(job: Job, error: unknown): void {
    if (error instanceof D1Unavailable || !isCompleting(job)) return
    this.#parts.commit([refuseCompletion(job, String(error), this.#parts.now())])
  }

  /**
   * A completion is the one change that D1 makes first: `completed` is never visible before the version is. And a
   * completed job's row is never written without the registration, which does nothing where the row says `completed`
   * already.
   *
   * @returns false when D1 has no row of the job
   */
  async #write(job: Job): Promise<boolean> {
    const completed: JobEvent = { type: 'completed', atMs: job.changedMs }
    const final = isCompleting(job) ? evolve(job, completed) : job
    if (final.status !== 'completed') return this.#update(job)
    const { register, registry, commit } = this.#parts
    const answers = await withTimeout(SINK_ANSWER_MS, register.complete(final, registry.registration(versionOf(final))))
    if (answers === null) return false
    if (final === job) {
      this.noteRevision(job.revision)
      return true
    }
    const version = registry.registeredBy(answers)
    commit([version === null ? completed : { ...completed, version }], this.name)
    return true
  }

  async #update(job: Job): Promise<boolean> {
    const exists = await withTimeout(SINK_ANSWER_MS, this.#parts.register.update(job))
    if (exists) this.noteRevision(job.revision)
    return exists
  }
}

/** What a completed job leaves behind. */
function versionOf(job: Job): NewVersion {
  const { metrics } = describe(viewOf(job, job.changedMs))
  return {
    job_id: job.id,
    model_type: job.config.model_type,
    metrics,
    size_mb: MODEL_SIZE_MB,
    bundeslaender: job.config.bundeslaender,
    createdMs: job.changedMs,
    previous: job.version,
  }
}
