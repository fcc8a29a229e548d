import { DurableObject } from 'cloudflare:workers'
import { tokenStore } from '../auth/token-store.ts'
import { D1Unavailable } from '../d1.ts'
import { FLUSH_RETRY_MAX_MS, FLUSH_RETRY_MS } from '../limits.ts'
import { log } from '../log.ts'
import type { NewVersion } from '../models/registry.ts'
import { readSettings, type Settings } from '../settings.ts'
import type { Alarm } from './alarm.ts'
import type { Clock } from './clock.ts'
import { describe, type HistoryMode } from './describe.ts'
import { type EventRecord, recordsOf } from './event-log.ts'
import { type History, historyOf } from './history.ts'
import * as rules from './job.ts'
import { type Command, holdsSlot, type Job, type JobEvent, nextWakeMs } from './job.ts'
import { type JobIndex, type JobRow, specOf, unstarted } from './job-index.ts'
import type { JobStorage } from './job-storage.ts'
import { type Composed, compose } from './parts.ts'
import { startWaiting } from './queue.ts'
import type { JobSnapshot } from './schema.ts'
import type { Serially } from './serial.ts'
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
export type StreamRefusal = 'not_found' | 'too_many_watchers' | 'too_many_streams' | 'unknown_cursor' | 'unavailable'

/** What became of a job's row when its object was asked about it. `unknown`: no object, and no row that says otherwise. */
export type Reconciled = 'unchanged' | 'updated' | 'restored' | 'removed' | 'unknown'

/** What is asked of the object's `fetch`: which job, how to serve it, and by what the watcher was let in. */
export type StreamRequest = { id: string; mode: HistoryMode; after: string | null; pass: Pass | null }

/** The address at which the object serves such a stream. */
export const streamAddress = (request: StreamRequest) =>
  `http://job/?${new URLSearchParams({ request: JSON.stringify(request) })}`

/**
 * One training job. Loads, decides, commits, publishes, arms: everything that changes the job goes one at a time
 * through `#serially`, because D1 calls let other requests in between.
 */
export class TrainingJob extends DurableObject<Composed> {
  readonly #storage: JobStorage
  readonly #alarm: Alarm
  readonly #clock: Clock
  readonly #serially: Serially
  readonly #index: JobIndex
  readonly #watchers: Watchers
  readonly #settings: Settings
  #failedFlushes = 0

  constructor(ctx: DurableObjectState, bindings: Env) {
    super(ctx, compose(bindings))
    const { parts, DB: db } = this.env
    this.#storage = parts.storage(ctx.storage)
    this.#alarm = parts.alarm(ctx.storage)
    this.#clock = parts.clock()
    this.#serially = parts.serial()
    this.#index = parts.register(db)
    this.#settings = readSettings(this.env)
    this.#watchers = new Watchers(
      () => this.#now(),
      (ids) => tokenStore(db).revokedAmong(ids),
      parts.describeEvent,
    )
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
      if (this.#job === null) await this.#begin(row)
      else await this.#lookAfter(this.#job, row)
      this.#advance()
      await this.#settle()
    })
  }

  /**
   * Compares D1's row with the job, and puts right what D1 has wrong. Never starts a job.
   *
   * @param id `null`: the object is known by its own id alone, and says which job it has
   */
  reconcile(id: string | null): Promise<Reconciled> {
    return this.#serially(async () => {
      const name = this.#job?.id ?? id
      if (name === null) return 'unknown'
      const row = await this.#index.find(name)
      const job = this.#job
      if (job === null) return row !== null && (await this.#removeOrphan(row)) ? 'removed' : 'unknown'
      const changes = await this.#lookAfter(job, row)
      this.#advance()
      await this.#settle()
      if (!this.#storage.synced) throw new Error('D1 did not take it')
      if (job.deleted) return 'removed'
      if (row === null) return 'restored'
      return changes ? 'updated' : 'unchanged'
    })
  }

  override alarm(): Promise<void> {
    this.#alarm.forget()
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
    let job = this.#job
    try {
      job ??= await this.#unstarted(asked.id)
    } catch (error) {
      log('warn', 'stream_failed', { job_id: asked.id, error: String(error) })
      return refuseStream(503, 'unavailable')
    }
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
    return this.#clock(this.#job?.changedMs ?? 0)
  }

  /** The first event of a job that D1 has. */
  #creation({ snapshot, seq }: JobRow): JobEvent {
    const simulation = planSimulation(this.#settings.simulationSpeed, this.#settings.simulationFailsAt)
    return rules.create(specOf(snapshot), simulation, seq)
  }

  /** The row of a job that has not begun; `null`: there is none. */
  async #unbegun(id: string): Promise<JobRow | null> {
    const row = await this.#index.find(id)
    return row !== null && row.revision === 0 ? row : null
  }

  /** A job that D1 has and nobody has started yet: shown, not stored. */
  async #unstarted(id: string): Promise<Job | null> {
    const row = await this.#unbegun(id)
    return this.#job ?? (row && unstarted(specOf(row.snapshot)))
  }

  /** Starts the job of a row that has been given a slot. */
  async #begin(row: JobRow | null): Promise<void> {
    if (row === null || (await this.#removeOrphan(row))) return
    if (row.slot === null) await this.#index.repair(row.snapshot.id, null, row, Date.now())
    else this.#commit(rules.start(this.#creation(row), this.#now()))
  }

  /** A row that says its job had begun, of which its object knows nothing: the job was deleted, and D1 has been set back. */
  async #removeOrphan({ snapshot: { id }, revision }: JobRow): Promise<boolean> {
    if (revision === 0) return false
    log('warn', 'job_row_removed', { job_id: id, revision })
    await this.#index.remove(id)
    return true
  }

  /** Finds out what D1 has wrong about the job; what it must be told is told when the outbox is flushed. */
  async #lookAfter(job: Job, row: JobRow | null): Promise<boolean> {
    const knownRevision = row?.revision ?? 0
    if (knownRevision < this.#storage.syncedRevision) {
      this.#storage.markSynced(knownRevision)
      return true
    }
    if (row === null || row.revision !== job.revision) return false
    const isRepaired = await this.#index.repair(job.id, job, row, this.#now())
    if (isRepaired) this.#startWaiting()
    return isRepaired
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
    const row = this.#job === null ? await this.#unbegun(id) : null
    const job = this.#job ?? (row && unstarted(specOf(row.snapshot)))
    if (job === null || job.deleted) return refuse({ reason: 'not_found' })
    if (revisions !== null && !revisions.includes(job.revision)) return refuse({ reason: 'changed' })
    const events = rules.decide(job, command, this.#now())
    if ('reason' in events) return refuse(events)
    if (command === 'resume') {
      // The pause that is undone must have reached D1, or its late arrival would give the new slot away.
      if (!this.#storage.synced) return refuse({ reason: 'unavailable' })
      if (!(await this.#takeSlot(id))) return refuse({ reason: 'slot_taken' })
    } else if (row !== null || nextWakeMs(job) === null) {
      await this.#promiseWake(id)
    }
    const beginning = row === null ? [] : [this.#creation(row)]
    this.#commit([...beginning, ...events.map((event) => ({ ...event, actor }))])
    return done
  }

  async #takeSlot(id: string): Promise<boolean> {
    const take = () => this.#index.takeSlot(id, this.#settings.maxActiveJobs, Date.now())
    if (await take()) return true
    // Refused by a register that has no such job? Then it gets the job back first.
    return (await this.#index.find(id)) === null && (await this.#putBack()) && take()
  }

  async #promiseWake(id: string): Promise<void> {
    if (await this.#index.promiseWake(id, Date.now())) return
    if (await this.#putBack()) await this.#index.promiseWake(id, Date.now())
  }

  /** Gives D1 the row that it has lost. @returns false when there is nothing to give */
  async #putBack(): Promise<boolean> {
    if (this.#job === null) return false
    this.#storage.markSynced(0)
    await this.#write(this.#job)
    return true
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
      await this.#write(job)
      this.#failedFlushes = 0
      if (this.#job === null || !holdsSlot(this.#job)) this.#startWaiting()
    } catch (error) {
      this.#failedFlushes++
      log('warn', 'd1_write_failed', { job_id: job.id, failures: this.#failedFlushes, error: String(error) })
      const isRefused = !(error instanceof D1Unavailable)
      if (isRefused && isCompleting(job)) this.#commit([rules.refuseCompletion(job, String(error), this.#now())])
    }
  }

  /** The slot that this job gave back is for who has waited longest; nobody waits here for that. */
  #startWaiting(): void {
    this.ctx.waitUntil(startWaiting(this.#index, this.env.TRAINING_JOBS, this.#settings.maxActiveJobs))
  }

  /** Writes the job to D1 and notes that it is there. A row that D1 has lost comes back. */
  async #write(job: Job): Promise<void> {
    if (job.deleted) {
      await this.#index.remove(job.id)
      return this.#erase()
    }
    if (await this.#writeRow(job)) return
    log('warn', 'job_row_missing', { job_id: job.id, revision: job.revision })
    await this.#index.restore(job, Date.now())
    if (!(await this.#writeRow(job))) throw new Error('The row that was put back is gone again')
  }

  /**
   * A completion is the one change that D1 makes first: nobody sees `completed` before the version is there. And a
   * completed job's row never goes without the registration, which does nothing where the row says `completed` already.
   *
   * @returns false when D1 has no row of the job
   */
  async #writeRow(job: Job): Promise<boolean> {
    const completed: JobEvent = { type: 'completed', atMs: job.changedMs }
    const final = isCompleting(job) ? rules.evolve(job, completed) : job
    if (final.status !== 'completed') {
      const exists = await this.#index.update(job)
      if (exists) this.#storage.markSynced(job.revision)
      return exists
    }
    const registry = this.env.parts.registry(this.env.DB)
    const answers = await this.#index.complete(final, registry.registration(versionOf(final)))
    if (answers === null) return false
    if (final === job) {
      this.#storage.markSynced(job.revision)
      return true
    }
    const version = registry.registeredBy(answers)
    this.#commit([version === null ? completed : { ...completed, version }], { synced: true })
    return true
  }

  /** Sets the one alarm to the next thing to do. */
  #arm(): Promise<void> {
    return this.#alarm.set(this.#wakeMs())
  }

  #wakeMs(): number | null {
    const job = this.#job
    if (job === null) return null
    const milestoneMs = job.deleted ? null : nextWakeMs(job)
    if (this.#storage.synced) return milestoneMs
    const retryMs = this.#now() + Math.min(FLUSH_RETRY_MAX_MS, FLUSH_RETRY_MS * 2 ** this.#failedFlushes)
    return Math.min(retryMs, milestoneMs ?? Number.POSITIVE_INFINITY)
  }

  /** A waking object looks whether its alarm is still there. */
  async #rearmIfLost(): Promise<void> {
    const wakeMs = this.#wakeMs()
    if (wakeMs !== null) await this.#alarm.restore(wakeMs)
  }

  async #erase(): Promise<void> {
    this.#watchers.end()
    await this.#storage.erase()
    this.#alarm.forget()
  }
}

/** Whether nothing is left to do but for D1 to take the completion. */
const isCompleting = (job: Job): boolean => job.validatedMs !== null && !isFinal(job.status)

/** What a completed job leaves behind. */
function versionOf(job: Job): NewVersion {
  const { metrics, config } = describe(job, job.changedMs)
  return {
    job_id: job.id,
    model_type: config.model_type,
    metrics,
    size_mb: MODEL_SIZE_MB,
    bundeslaender: config.bundeslaender,
    createdMs: job.changedMs,
    known: job.version,
  }
}

function refuseStream(status: number, refusal: StreamRefusal): Response {
  return new Response(null, { status, headers: { [REFUSAL_HEADER]: refusal } })
}
