import { TOMBSTONE_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import { readSettings, type Settings } from '../../platform/settings.ts'
import type { JobRegister } from '../register/job-register.ts'
import { startQueuedJobs, type Wake } from '../register/scheduler.ts'
import type { JobRow } from '../register/stored-job.ts'
import { advance, create, holdsSlot, nextWakeMs, specOf, viewOf } from '../rules/job.ts'
import { planSimulation } from '../rules/trainers/simulation.ts'
import type { Job, JobEvent, View } from '../rules/types.ts'
import type { Clock } from './clock.ts'
import { Deadlines } from './deadlines.ts'
import type { EventStore } from './event-store.ts'
import type { Composed } from './parts.ts'
import { RegisterSink } from './register-sink.ts'
import { Sinks } from './sinks.ts'
import { Watchers } from './watchers.ts'

/**
 * One job and everything attached to it: log, clock, deadlines, sinks, watchers. Whatever
 * changes the job goes through `commit`; what follows from that, through `settle`.
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
    this.registerSink = new RegisterSink({
      store: this.store,
      register: this.register,
      registry: parts.registry(db),
      commit: (events, acknowledgedBy) => void this.commit(events, acknowledgedBy),
      bury: () => this.#bury(),
      now,
    })
    this.sinks = new Sinks(this.store, [this.registerSink, ...parts.sinks(this.store)], now)
    this.deadlines = new Deadlines(parts.alarm(ctx.storage), [
      { name: 'milestone', atMs: () => this.#milestoneMs(), meet: () => this.advance() },
      { name: 'sinks', atMs: () => this.sinks.nextMs(), meet: () => this.deliver() },
      { name: 'tombstone', atMs: () => this.#forgottenAtMs(), meet: () => this.#forgetIfDue() },
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
    return this.#clock(this.job?.changedMs ?? 0)
  }

  /** The job as it is now; `null` when there is none. */
  view(): View | null {
    return this.livingJob && viewOf(this.livingJob, this.now())
  }

  /** Commits events and shows them to the watchers. `acknowledgedBy`: a sink that has them already. */
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

  /** Delivers to the sinks that lag, then passes on the slot, if the register has just heard that this job holds none. */
  async deliver(): Promise<void> {
    if (this.job === null) return
    const wasTold = this.sinks.isUpToDate(this.registerSink)
    await this.sinks.deliver()
    const isTold = this.job === null || this.sinks.isUpToDate(this.registerSink)
    if (!wasTold && isTold && (this.job === null || !holdsSlot(this.job))) this.startQueuedJobs()
  }

  /** After a change from outside. The alarm is armed before D1 is asked, so that a crash in between is made good. */
  async settle(): Promise<void> {
    await this.deadlines.arm()
    await this.deliver()
    await this.deadlines.arm()
  }

  /** Gives free slots to the jobs that have waited longest, in the background. */
  startQueuedJobs(): void {
    this.#background(startQueuedJobs(this.register, this.#wake, this.settings.maxActiveJobs))
  }

  /** The first event of a job that D1 has. */
  creation({ job, seq }: JobRow): JobEvent {
    const simulation = planSimulation(this.settings.simulationSpeed, this.settings.simulationFailsAt)
    return create(specOf(job), simulation, seq)
  }

  #milestoneMs(): number | null {
    return this.livingJob && nextWakeMs(this.livingJob)
  }

  /** When the object also forgets that its job was deleted. */
  #forgottenAtMs(): number | null {
    const { deletedMs } = this.store
    return deletedMs === null ? null : deletedMs + TOMBSTONE_MS
  }

  async #forgetIfDue(): Promise<void> {
    const atMs = this.#forgottenAtMs()
    if (atMs !== null && this.now() >= atMs) await this.store.erase()
  }

  async #bury(): Promise<void> {
    const nowMs = this.now()
    this.watchers.end()
    await this.store.bury(nowMs)
    this.deadlines.forget()
  }
}
