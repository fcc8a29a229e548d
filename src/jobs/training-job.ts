import { DurableObject } from 'cloudflare:workers'
import { tokenStore } from '../auth/token-store.ts'
import { ALARM_LOST_MS, FLUSH_RETRY_MAX_MS, FLUSH_RETRY_MS } from '../limits.ts'
import { log } from '../log.ts'
import { registry } from '../models/registry.ts'
import { readSettings } from '../settings.ts'
import { describe, type HistoryMode } from './describe.ts'
import { type EventRecord, recordsOf } from './event-log.ts'
import { type History, historyOf } from './history.ts'
import * as rules from './job.ts'
import { type Command, holdsSlot, type Job, type JobEvent, type JobSpec, nextWakeMs } from './job.ts'
import { jobIndex, specOf, unstarted } from './job-index.ts'
import { JobStorage } from './job-storage.ts'
import { startWaiting } from './queue.ts'
import type { JobSnapshot } from './schema.ts'
import { MODEL_SIZE_MB, planSimulation } from './simulation.ts'
import { isFinal } from './status.ts'
import { hasSeenAll, type Pass, parseCursor, Watchers } from './watchers.ts'

/** Why the object does not carry a command out. */
export type CommandRefusal<C extends Command = Command> =
  | rules.Refusal<C>
  | { reason: 'not_found' | 'unavailable' | 'changed' }
  | (C extends 'resume' ? { reason: 'slot_taken' } : never)

/** The answer to a command: errors thrown over RPC lose their class, so a refusal is a value. */
export type CommandOutcome = { done: true } | { done: false; refusal: CommandRefusal }

/** Who gives a command, and on which revisions of the job it may be carried out (`null`: on any). */
export type Order = { actor: string; revisions: number[] | null }

const done: CommandOutcome = { done: true }
const refuse = (refusal: CommandRefusal): CommandOutcome => ({ done: false, refusal })

/** Why a stream is not opened, in the header of the answer that says so. */
export const REFUSAL_HEADER = 'X-Stream-Refusal'
export type StreamRefusal = 'not_found' | 'too_many_watchers' | 'too_many_streams' | 'unknown_cursor'

/** What is asked of the object's `fetch`: which job, how to serve it, and by what the watcher was let in. */
export type StreamRequest = { id: string; mode: HistoryMode; after: string | null; pass: Pass | null }

/** The address at which the object serves such a stream. */
export const streamAddress = (request: StreamRequest) =>
  `http://job/?${new URLSearchParams({ request: JSON.stringify(request) })}`

/**
 * One training job. Loads, decides, commits, publishes, arms: everything that changes the job goes one at a time
 * through `#serially`, because D1 calls let other requests in between.
 */
export class TrainingJob extends DurableObject<Env> {
  readonly #storage: JobStorage
  readonly #watchers = new Watchers(
    () => this.#now(),
    (ids) => tokenStore(this.env.DB).revokedAmong(ids),
  )
  readonly #index = jobIndex(this.env.DB)
  readonly #settings = readSettings(this.env)
  #latestMs = 0
  #armedMs: number | null = null
  #failedFlushes = 0
  #queue: Promise<unknown> = Promise.resolve()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#storage = new JobStorage(ctx.storage)
    ctx.blockConcurrencyWhile(() => this.#rearmIfLost())
  }

  /** The job as it is now; `null` when this object has never known one. Writes nothing. */
  snapshot(): JobSnapshot | 'deleted' | null {
    const job = this.#job
    if (job?.deleted) return 'deleted'
    return job && describe(job, this.#now())
  }

  /** Carries a command out, or says why not. `id`: for an object that has not been started yet. */
  command(id: string, command: Command, order: Order): Promise<CommandOutcome> {
    return this.#serially(async () => {
      try {
        return await this.#carryOut(id, command, order)
      } catch (error) {
        log('error', 'command_failed', { job_id: id, command, error: String(error) })
        return refuse({ reason: 'unavailable' })
      } finally {
        await this.#settle()
      }
    })
  }

  /**
   * What has happened to the job, oldest first; `null` when this object knows of none. Writes nothing.
   *
   * @param after only what came after this revision
   */
  events(after: number, limit: number): EventRecord[] | null {
    const known = this.#job !== null && !this.#job.deleted
    return known ? recordsOf(this.#storage.events(), after, limit) : null
  }

  /**
   * The job's history at the steps `from` … `to`, thinned out to `maxPoints`; `null` when this object knows of none.
   * Writes nothing.
   */
  history(from: number, to: number, maxPoints: number): History | null {
    const job = this.#job
    return job === null || job.deleted ? null : historyOf(job, this.#now(), from, to, maxPoints)
  }

  /**
   * Starts a job that D1 has given a slot and this object does not know; of one that it knows, does what should have
   * happened by itself: advances it, brings D1 up to date, and sets right what a command left there that came to
   * nothing. Idempotent. D1 is asked first, so that a call that comes late does not bring a deleted job to life.
   */
  wake(id: string): Promise<void> {
    return this.#serially(async () => {
      const row = await this.#index.find(id)
      if (row === null) return this.#erase()
      if (this.#job === null && row.slot === null) return void (await this.#index.repair(id, null, row))
      const job = this.#job ?? this.#commit([this.#creation(specOf(row.snapshot))])
      if (row.revision < this.#storage.syncedRevision) this.#storage.markSynced(row.revision)
      else if (row.revision === job.revision && (await this.#index.repair(id, job, row))) await this.#startWaiting()
      this.#advance()
      await this.#settle()
    })
  }

  override alarm(): Promise<void> {
    this.#armedMs = null
    return this.#serially(async () => {
      // An alarm that throws is retried six times and then dropped for ever.
      try {
        this.#advance()
        await this.#flush()
      } catch (error) {
        this.#failedFlushes++
        log('error', 'alarm_failed', { job_id: this.#job?.id, error: String(error) })
      }
      await this.#arm()
    })
  }

  /**
   * Opens the stream at a `streamAddress`. 204 to who has seen everything; what is refused is named in REFUSAL_HEADER. A
   * request rather than a method, because only so the object sees a client go.
   */
  override async fetch(request: Request): Promise<Response> {
    const asked: StreamRequest = JSON.parse(new URL(request.url).searchParams.get('request') ?? '')
    const job = this.#job ?? (await this.#unstarted(asked.id))
    if (job === null || job.deleted) return refuseStream(404, 'not_found')
    const after = asked.after === null ? null : parseCursor(asked.after)
    const nowMs = this.#now()
    if (after !== null && (after.revision > job.revision || after.points > rules.totalSteps(job))) {
      return refuseStream(422, 'unknown_cursor')
    }
    if (hasSeenAll(job, after, nowMs)) return new Response(null, { status: 204 })
    if (this.#watchers.size >= this.#settings.maxWatchersPerJob) return refuseStream(503, 'too_many_watchers')
    const { mode, pass } = asked
    if (pass !== null && this.#watchers.countOf(pass.holder) >= this.#settings.maxStreamsPerCredential) {
      return refuseStream(429, 'too_many_streams')
    }
    return new Response(this.#watchers.open(job, { mode, after, pass }, request.signal))
  }

  get #job(): Job | null {
    return this.#storage.job
  }

  /** The job's clock: the wall clock, except that it never goes back. */
  #now(): number {
    this.#latestMs = Math.max(this.#latestMs, this.#job?.changedMs ?? 0, Date.now())
    return this.#latestMs
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work)
    this.#queue = turn.catch(() => {})
    return turn
  }

  #creation({ id, config, totalDocuments, createdMs, createdBy }: JobSpec): JobEvent {
    const simulation = planSimulation(this.#settings.simulationSpeed, this.#settings.simulationFailsAt)
    return rules.create({ id, config, totalDocuments, createdMs, createdBy }, simulation, this.#now())
  }

  /** A job that D1 has and nobody has started yet: shown, not stored. */
  async #unstarted(id: string): Promise<Job | null> {
    const row = await this.#index.find(id)
    if (row === null) return null
    return this.#job ?? unstarted(specOf(row.snapshot))
  }

  /** Commits the milestones that are due. */
  #advance(): void {
    if (this.#job === null || this.#job.deleted) return
    const events = rules.advance(this.#job, this.#now())
    if (events.length > 0) this.#commit(events)
  }

  async #carryOut(id: string, command: Command, { actor, revisions }: Order): Promise<CommandOutcome> {
    this.#advance()
    await this.#flush()
    const job = this.#job ?? (await this.#unstarted(id))
    if (job === null || job.deleted) return refuse({ reason: 'not_found' })
    if (revisions !== null && !revisions.includes(job.revision)) return refuse({ reason: 'changed' })
    const events = rules.decide(job, command, this.#now())
    if ('reason' in events) return refuse(events)
    if (command === 'resume') {
      // The pause that is undone must have reached D1, or its late arrival would give the new slot away.
      if (!this.#storage.synced) return refuse({ reason: 'unavailable' })
      const taken = await this.#index.takeSlot(id, this.#settings.maxActiveJobs, Date.now())
      if (!taken) return refuse({ reason: 'slot_taken' })
    } else if (this.#job === null || nextWakeMs(job) === null) {
      await this.#index.promiseWake(id, Date.now())
    }
    const beginning = this.#job === null ? [this.#creation(job)] : []
    this.#commit([...beginning, ...events.map((event) => ({ ...event, actor }))])
    return done
  }

  #commit(events: readonly JobEvent[], options?: { synced: boolean }): Job {
    const job = this.#storage.commit(events, options)
    for (const { type, actor } of events) log('info', `job_${type}`, { job_id: job.id, revision: job.revision, actor })
    if (job.deleted) this.#watchers.end()
    else this.#watchers.publish(job)
    return job
  }

  /** After a change from outside: promise to wake before D1 is asked, so that a crash in between is made good. */
  async #settle(): Promise<void> {
    await this.#arm()
    await this.#flush()
    await this.#arm()
  }

  /** Brings D1 to the job's state. What fails is tried again by alarm. */
  async #flush(): Promise<void> {
    const job = this.#job
    if (job === null || this.#storage.synced) return
    try {
      const exists = await this.#write(job)
      this.#failedFlushes = 0
      if (!exists) await this.#erase()
      if (this.#job === null || !holdsSlot(this.#job)) await this.#startWaiting()
    } catch (error) {
      this.#failedFlushes++
      log('warn', 'd1_write_failed', { job_id: job.id, failures: this.#failedFlushes, error: String(error) })
    }
  }

  /** The slot that this job gave back is for who has waited longest. */
  #startWaiting(): Promise<void> {
    return startWaiting(this.env.DB, this.env.TRAINING_JOBS, this.#settings.maxActiveJobs, Date.now())
  }

  /** Writes the job to D1 and notes that it is there. @returns false when D1 has no such job, or shall have none */
  async #write(job: Job): Promise<boolean> {
    if (job.deleted) {
      await this.#index.remove(job.id)
      return false
    }
    if (job.validatedMs !== null && !isFinal(job.status)) return this.#complete(job)
    const exists = await this.#index.update(job)
    if (exists) this.#storage.markSynced(job.revision)
    return exists
  }

  /** The one change that D1 makes first: nobody sees `completed` before the version is there. */
  async #complete(job: Job): Promise<boolean> {
    const completed: JobEvent = { type: 'completed', atMs: job.changedMs }
    const final = rules.evolve(job, completed)
    const { metrics, config } = describe(final, final.changedMs)
    const registration = registry(this.env.DB).registration({
      job_id: job.id,
      model_type: config.model_type,
      metrics,
      size_mb: MODEL_SIZE_MB,
      bundeslaender: config.bundeslaender,
      createdMs: final.changedMs,
    })
    const exists = await this.#index.complete(final, registration)
    if (exists) this.#commit([completed], { synced: true })
    return exists
  }

  /** Sets the one alarm to the next thing to do, unless it is set so already. */
  async #arm(): Promise<void> {
    const wakeMs = this.#wakeMs()
    if (wakeMs === this.#armedMs) return
    if (wakeMs === null) await this.ctx.storage.deleteAlarm()
    else await this.ctx.storage.setAlarm(wakeMs)
    this.#armedMs = wakeMs
  }

  #wakeMs(): number | null {
    const job = this.#job
    if (job === null) return null
    const milestoneMs = job.deleted ? null : nextWakeMs(job)
    if (this.#storage.synced) return milestoneMs
    const retryMs = this.#now() + Math.min(FLUSH_RETRY_MAX_MS, FLUSH_RETRY_MS * 2 ** this.#failedFlushes)
    return Math.min(retryMs, milestoneMs ?? Number.POSITIVE_INFINITY)
  }

  /** A waking object looks whether its alarm is still there. One that is a little past is just being delivered. */
  async #rearmIfLost(): Promise<void> {
    const wakeMs = this.#wakeMs()
    if (wakeMs === null) return
    this.#armedMs = await this.ctx.storage.getAlarm()
    const lost = this.#armedMs === null || this.#armedMs < Date.now() - ALARM_LOST_MS
    if (lost) await this.#arm()
  }

  async #erase(): Promise<void> {
    if (this.#job === null) return
    this.#watchers.end()
    await this.#storage.erase()
    this.#armedMs = null
  }
}

function refuseStream(status: number, refusal: StreamRefusal): Response {
  return new Response(null, { status, headers: { [REFUSAL_HEADER]: refusal } })
}
