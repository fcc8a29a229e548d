import { TOMBSTONE_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import { readSettings, type Settings } from '../../platform/settings.ts'
import type { JobRegister } from '../register/job-register.ts'
import { startQueuedJobs, type Wake } from '../register/scheduler.ts'
import type { JobRow } from '../register/stored-job.ts'
import { advance, create, holdsSlot, nextWakeMs, viewOf } from '../rules/job.ts'
import { chooseTrainer } from '../rules/trainers/index.ts'
import type { Job, JobEvent, View } from '../rules/types.ts'
import type { Clock } from './clock.ts'
import { Deadlines } from './deadlines.ts'
import type { EventStore } from './event-store.ts'
import type { Composed } from './parts.ts'
import { RegisterSink } from './register-sink.ts'
import { type Commit, type Sink, Sinks } from './sinks.ts'
import { Watchers } from './watchers.ts'

/**
 * One job and everything attached to it: log, clock, deadlines, sinks, watchers. Every
 * change of the job goes through `commit`, its consequences through `settle`.
 */
export class Core {
  readonly store: EventStore
  readonly register: JobRegister
  readonly registerSink: RegisterSink
  readonly sinks: Sinks
  readonly deadlines: Deadlines
  readonly watchers: Watchers
  readonly settings: Settings
  readonly #clock: Clock
  readonly #background: (work: Promise<unknown>) => void
  readonly #wake: Wake

  constructor(ctx: DurableObjectState, env: Composed) {
    const { parts, DB: db, TRAINING_JOBS: objects } = env
    const now = () => this.now()
    this.#clock = parts.clock()
    this.#background = (work) => ctx.waitUntil(work)
    this.#wake = (id) => objects.getByName(id).wake(id)
    this.settings = readSettings(env)
    this.store = parts.events(ctx.storage)
    this.register = parts.register(db)
    this.registerSink = new RegisterSink(this.register, parts.registry(db))
    const commit: Commit = (events, acknowledgedBy) => void this.commit(events, acknowledgedBy)
    this.sinks = new Sinks(this.store, [this.registerSink, ...parts.sinks()], commit, now)
    this.deadlines = new Deadlines(parts.alarm(ctx.storage), now, [
      { name: 'milestone', atMs: () => this.#milestoneMs(), meet: () => this.#reachMilestone() },
      { name: 'sinks', atMs: () => this.sinks.nextMs(), meet: () => this.deliver() },
      { name: 'burial', atMs: () => this.#buriedAtMs(), meet: () => this.#bury() },
      { name: 'tombstone', atMs: () => this.#forgottenAtMs(), meet: () => this.store.erase() },
    ])
    this.watchers = new Watchers(now, parts.revokedAmong(db), parts.describeEvent)
  }

  get job(): Job | null {
    return this.store.job
  }

  /** The job, unless there is none or it is deleted. */
  get livingJob(): Job | null {
    return this.job?.deleted ? null : this.job
  }

  /** The job's clock, Unix ms: the wall clock, except that it never goes back. */
  now(): number {
    return this.#clock(this.job?.loggedMs ?? 0)
  }

  /** The current job; `null` if there is none. */
  view(): View | null {
    return this.livingJob && viewOf(this.livingJob, this.now())
  }

  /** Commits events and shows them to the watchers. `acknowledgedBy`: a sink that already has them. */
  commit(events: readonly JobEvent[], acknowledgedBy?: string): Job {
    const job = this.store.commit(events, acknowledgedBy)
    for (const { type, actor } of events) log('info', `job_${type}`, { job_id: job.id, revision: job.revision, actor })
    if (job.deleted) this.watchers.end()
    else this.watchers.publish(job)
    return job
  }

  /** Commits the milestones that are due. */
  advance(): void {
    if (this.livingJob === null) return
    const events = advance(this.livingJob, this.now())
    if (events.length > 0) this.commit(events)
  }

  /**
   * Delivers to the sinks that lag and are due, and passes on the slot when the register has just heard that this job
   * holds none. A deleted job of which all have heard is then buried.
   *
   * @param needed is told at once if it lags, also while it waits for its next try
   */
  async deliver(needed?: Sink): Promise<void> {
    const wasTold = this.sinks.isUpToDate(this.registerSink)
    await this.sinks.deliver(needed)
    const isTold = this.sinks.isUpToDate(this.registerSink)
    if (!wasTold && isTold && this.job !== null && !holdsSlot(this.job)) this.startQueuedJobs()
    if (this.#buriedAtMs() !== null) await this.#bury()
  }

  /** Has the register hear of the job now. @throws when it does not */
  async tellRegister(): Promise<void> {
    await this.deliver(this.registerSink)
    if (!this.sinks.isUpToDate(this.registerSink)) throw new Error('D1 did not take it')
  }

  /**
   * After a change from outside. The alarm is armed before D1 is asked, so that a crash in between is made good.
   *
   * @param needed as in `deliver`
   */
  async settle(needed?: Sink): Promise<void> {
    await this.deadlines.arm()
    await this.deliver(needed)
    await this.deadlines.arm()
  }

  /** Assigns free slots to queued jobs, oldest first, in the background. */
  startQueuedJobs(): void {
    this.#background(startQueuedJobs(this.register, this.#wake, this.settings.maxActiveJobs))
  }

  /** The first events of a job whose row D1 has: its creation, and the edits since. */
  beginning({ spec, edits, seq }: JobRow): JobEvent[] {
    return [create(spec, chooseTrainer(this.settings), seq), ...edits]
  }

  #milestoneMs(): number | null {
    return this.livingJob && nextWakeMs(this.livingJob)
  }

  #reachMilestone(): Promise<void> {
    this.advance()
    return this.deliver()
  }

  /** When a deleted job is forgotten but for its deletion: once all sinks have heard of it, or are parked. */
  #buriedAtMs(): number | null {
    return this.job?.deleted && this.sinks.nextMs() === null ? this.job.changedMs : null
  }

  async #bury(): Promise<void> {
    await this.store.bury(this.now())
    this.deadlines.forget()
  }

  /** When the object also forgets that its job was deleted. */
  #forgottenAtMs(): number | null {
    const { deletedMs } = this.store
    return deletedMs === null ? null : deletedMs + TOMBSTONE_MS
  }
}
