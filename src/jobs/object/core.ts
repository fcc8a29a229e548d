import type { Ledger } from '../../artifacts/ledger.ts'
import type { Registry } from '../../models/registry.ts'
import { MERGED_AFTER_MS } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import { readSettings, type Settings } from '../../platform/settings.ts'
import type { JobRegister } from '../register/job-register.ts'
import { startQueuedJobs, type Wake } from '../register/scheduler.ts'
import { advance, holdsSlot, nextWakeMs, viewOf } from '../rules/job.ts'
import { holderOf, shownAttempt } from '../rules/trainers/live.ts'
import type { Job, JobEvent, Recorded, View } from '../rules/types.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { ArtifactUpkeep } from './artifact-upkeep.ts'
import { checkAttempt } from './attempt-check.ts'
import { buriedAtMs, bury, forgottenAtMs } from './burial.ts'
import { ChildRuns } from './child-runs.ts'
import type { Clock } from './clock.ts'
import type { Contents, CurveStore, Written } from './curve-store.ts'
import { Deadlines } from './deadlines.ts'
import type { EventStore } from './event-store.ts'
import type { Composed } from './parts.ts'
import { Presence } from './presence.ts'
import { RegisterSink } from './register-sink.ts'
import { RowProgress } from './row-progress.ts'
import { RunStore } from './run-store.ts'
import { type Commit, type Sink, Sinks } from './sinks.ts'
import { Watchers } from './watchers.ts'

/**
 * One job and everything attached to it: log, clock, deadlines, sinks, watchers. Every
 * change of the job goes through `commit`, its consequences through `settle`.
 */
export class Core {
  readonly store: EventStore
  readonly curve: CurveStore
  readonly artifacts: ArtifactStore
  readonly runs: RunStore
  readonly presence: Presence
  readonly register: JobRegister
  readonly registerSink: RegisterSink
  readonly ledger: Ledger
  readonly registry: Registry
  readonly sinks: Sinks
  readonly row: RowProgress
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
    this.curve = parts.curve(ctx.storage, () => this.job?.attempts.all ?? [])
    this.artifacts = parts.artifacts(ctx.storage)
    this.runs = new RunStore(ctx.storage)
    this.presence = new Presence(ctx.storage, this.curve, this.now())
    this.ledger = parts.ledger(db)
    this.registry = parts.registry(db)
    const upkeep = new ArtifactUpkeep(this.artifacts, this.runs, this.ledger, () => this.job, now)
    this.registerSink = new RegisterSink(this.register, this.registry, () => this.recorded, upkeep)
    const commit: Commit = (events, acknowledgedBy) => void this.commit(events, acknowledgedBy)
    this.sinks = new Sinks(this.store, [this.registerSink, ...parts.sinks()], commit, now)
    const children = new ChildRuns(
      this.runs,
      () => this.job,
      now,
      (id, how) => objects.getByName(id).endRun(how),
    )
    this.row = new RowProgress(this, this.curve.exists || this.runs.exists)
    this.deadlines = new Deadlines(parts.alarm(ctx.storage), now, [
      { name: 'milestone', atMs: () => this.#milestoneMs(), meet: () => this.#reachMilestone() },
      { name: 'attempt', atMs: () => this.#checkMs(), meet: () => this.#check() },
      { name: 'sinks', atMs: () => this.sinks.nextMs(), meet: () => this.deliver() },
      { name: 'compaction', atMs: () => this.#compactionMs(), meet: () => this.#compact() },
      { name: 'children', atMs: () => children.nextMs(), meet: () => children.meet() },
      { name: 'late', atMs: () => this.row.nextMs(), meet: () => this.row.write() },
      { name: 'artifacts', atMs: () => upkeep.nextMs(), meet: () => upkeep.meet() },
      { name: 'burial', atMs: () => this.#buriedAtMs(), meet: () => this.#bury() },
      { name: 'tombstone', atMs: () => forgottenAtMs(this.store), meet: () => this.store.erase() },
    ])
    const viewAt = (job: Job, nowMs: number) => viewOf(job, nowMs, this.recorded)
    this.watchers = new Watchers(now, parts.revokedAmong(db), viewAt, parts.describeEvent)
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
    return this.livingJob && viewOf(this.livingJob, this.now(), this.recorded)
  }

  /** What trainers have reported. */
  get recorded(): Recorded {
    const { curve, summary } = this.curve.recorded
    const attempt = this.job && shownAttempt(this.job.attempts)
    const known = attempt && {
      heardMs: this.presence.heardMs(attempt.number),
      progressedMs: this.curve.progressedMs(attempt.number),
    }
    return { curve, summary: { ...summary, ...known }, run: this.runs.shown }
  }

  /** Commits events and shows them to the watchers. `acknowledgedBy`: a sink that has them; `also`: in the transaction. */
  commit(events: readonly JobEvent[], acknowledgedBy?: string, also?: () => void): Job {
    const job = this.#store(events, acknowledgedBy, also)
    if (events.some(goesBack)) this.curve.rewind()
    if (job.deleted) this.watchers.end()
    else this.watchers.publish(job)
    return job
  }

  /** Commits what a report brings, in one transaction with what it decides, and shows it to the watchers. */
  record(events: readonly JobEvent[], attempt: number, sequence: number, contents: Contents, also?: () => void): void {
    const nowMs = this.now()
    const written: Written[] = []
    const append = () => {
      written.push(this.curve.append(attempt, sequence, contents, nowMs))
      also?.()
    }
    const job = this.#store(events, undefined, append)
    for (const one of written) this.curve.note(one)
    if (events.some(goesBack)) this.curve.rewind()
    this.row.note()
    if (events.length > 0) this.watchers.publish(job)
    else this.watchers.publishReport(job)
  }

  #store(events: readonly JobEvent[], acknowledgedBy?: string, also?: () => void): Job {
    const { step } = this.curve
    const dated = step === null ? events : events.map((event) => ({ ...event, step }))
    const job = this.store.commit(dated, acknowledgedBy, () => {
      also?.()
      for (const event of events) this.artifacts.follow(event, this.job?.id ?? '', this.now())
    })
    for (const { type, actor } of events) log('info', `job_${type}`, { job_id: job.id, revision: job.revision, actor })
    return job
  }

  /** Takes note of when an alarm was due; `null`: unknown. */
  noteAlarm(dueMs: number | null): void {
    if (dueMs !== null) this.presence.noteAlarm(dueMs, this.now())
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

  /** When it is next looked whether the attempt that has the job was heard. */
  #checkMs(): number | null {
    const { livingJob } = this
    const holder = livingJob && holderOf(livingJob.attempts)
    // A lost one is heard when it speaks; what follows if it never does, the rules know.
    if (livingJob === null || holder === null || holder.lostMs !== null) return null
    return livingJob.validatedMs === null ? this.presence.nextCheckMs : null
  }

  async #check(): Promise<void> {
    const { livingJob } = this
    if (livingJob === null) return
    const events = checkAttempt(livingJob, this, this.now())
    if (events.length > 0) this.commit(events)
    await this.row.write()
    await this.deliver()
  }

  /** When blocks are merged: soon after an attempt has ended, or with a check of one that lives. */
  #compactionMs(): number | null {
    const attempt = this.livingJob && this.curve.uncompacted
    if (attempt === null) return null
    return attempt.end === null ? this.#checkMs() : attempt.end.atMs + MERGED_AFTER_MS
  }

  #compact(): void {
    const attempt = this.curve.uncompacted
    if (attempt !== null) this.curve.compact(attempt)
  }

  #milestoneMs(): number | null {
    return this.livingJob && nextWakeMs(this.livingJob)
  }

  #reachMilestone(): Promise<void> {
    this.advance()
    return this.deliver()
  }

  #buriedAtMs(): number | null {
    return buriedAtMs(this.job, this.sinks)
  }

  #bury(): Promise<void> {
    return bury(this.store, this.deadlines, this.now())
  }
}

/** Whether points that were reported before an event may no longer count after it. */
const goesBack = ({ type }: JobEvent): boolean => type === 'rewound' || type === 'confirmed'
