import { type Parts, soundParts } from '../../src/jobs/object/parts.ts'
import { TrainingJob } from '../../src/jobs/object/training-job.ts'
import { sweep } from '../../src/jobs/sweeper.ts'
import { ARTIFACT_UPLOAD_MS } from '../../src/platform/limits.ts'
import { AttemptLog } from './attempt-log.ts'
import { FinalState } from './checks.ts'
import { Register } from './d1.ts'
import { Faults } from './faults.ts'
import { FileChecks } from './file-checks.ts'
import { Fleet } from './fleet.ts'
import { patchGlobals } from './globals.ts'
import { Held } from './held.ts'
import { Ledger, name } from './ledger.ts'
import { Librarian } from './librarian.ts'
import type { Mutant } from './mutants.ts'
import { Objects } from './objects.ts'
import { Operators } from './operators.ts'
import { type Action, type FaultAction, type Plan, varsOf } from './plan.ts'
import { Bucket } from './r2.ts'
import { Random } from './random.ts'
import { Said } from './said.ts'
import type { Change } from './storage.ts'
import { Watcher } from './watcher.ts'
import { Workers } from './workers.ts'
import { type FaultKind, World } from './world.ts'

/** The result of a run. */
export type Outcome = {
  /** Which promise was broken, and how; `null`: none. */
  broken: string | null
  trace: string[]
  jobs: number
  /** Events that objects have committed. */
  events: number
  watchers: number
  /** How often each kind of fault struck. */
  struck: ReadonlyMap<string, number>
}

/** The sweeper's period, ms. */
const MINUTE_MS = 60_000

/** How long an upload that nobody continues is kept, ms. */
const DAY_MS = ARTIFACT_UPLOAD_MS

/** Minutes for a healed system to come to rest: jobs are short, but clocks may have jumped back by many minutes. */
const REST_MINUTES_MAX = 90

/** The same with runners: several may be lost one after another, and a job waits half an hour for another one. */
const REST_WITH_RUNNERS_MINUTES_MAX = 240

/**
 * What is due later than this keeps neither the system from rest nor a command waiting: the daily check of a paused job,
 * and the week for which an object remembers its deleted job.
 */
const SOON_MS = 3 * 60 * MINUTE_MS

/** Turns of Node's event loop in which what a run has begun comes to its end. */
const TURNS_TO_REST = 10

let register: Register | undefined

/** Runs a plan on the real code, then ends all faults, waits until the system is at rest, and checks the promises. */
export async function play(
  plan: Plan,
  { trace = false, mutant }: { trace?: boolean; mutant?: Mutant | undefined } = {},
): Promise<Outcome> {
  register ??= new Register()
  register.clear()
  const run = new Run(plan, register, trace, mutant)
  const restore = patchGlobals(run.world)
  try {
    await run.play()
  } catch (error) {
    run.ledger.break(`the run itself failed: ${error instanceof Error ? error.stack : error}`)
  } finally {
    restore()
    // What streams still have under way ends before the next run, whose randomness it would use.
    for (let turns = 0; turns < TURNS_TO_REST; turns++) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    broken: run.broken,
    trace: run.world.trace ?? [],
    jobs: run.ledger.ids.length,
    events: run.ledger.eventCount,
    watchers: run.watchers.length,
    struck: run.world.struck,
  }
}

class Run {
  readonly world: World
  readonly ledger: Ledger
  readonly watchers: Watcher[] = []
  readonly #plan: Plan
  readonly #register: Register
  readonly #objects: Objects
  readonly #faultKinds: Set<FaultKind>
  readonly #workers: Workers
  readonly #operators: Operators
  readonly #faults: Faults
  readonly #attempts: AttemptLog
  readonly #said = new Said()
  /** Whether the sweeper rests. */
  #isNight = false
  readonly #fleet: Fleet | null
  readonly #files: FileChecks
  readonly #librarian: Librarian

  constructor(plan: Plan, d1: Register, trace: boolean, mutant: Mutant | undefined) {
    this.#plan = plan
    this.#register = d1
    this.#faultKinds = new Set(plan.faults)
    this.world = new World(new Random(plan.seed ^ 0x5eed), this.#faultKinds, trace)
    this.ledger = new Ledger(plan.slots)
    d1.served = (id, [longer]) => {
      if (longer !== undefined) this.ledger.break(`the queue: ${name(id)} has a slot before ${name(longer)}`)
    }
    const vars = varsOf(plan)
    const { world, ledger } = this
    this.#attempts = new AttemptLog(world, ledger, 1_000 * (plan.runners?.lostAfterS ?? 0))
    const bucket = new Bucket()
    this.#files = new FileChecks(ledger, d1, bucket)
    const parts: Parts = { ...soundParts, ...mutant?.parts }
    const objectClass = mutant?.object?.(TrainingJob) ?? TrainingJob
    this.#objects = new Objects(
      { world, register: d1, vars, objectClass, parts },
      {
        committed: (id, changes) => this.#committed(id, changes),
        heard: (id, tokenHash) => this.#attempts.heard(id, tokenHash, world.elapsedMs),
        born: (id) => this.ledger.born(id),
        read: (id, snapshot, wrote) => {
          if (wrote) this.ledger.break(`promise 9: reading ${name(id)} wrote`)
          if (snapshot !== null) this.ledger.read(id, snapshot)
        },
        answered: (id, method, args, answer) => this.#files.answered(id, method, args, answer),
      },
    )
    this.#workers = new Workers(world, { register: d1, bucket }, this.#objects, vars, parts)
    this.#operators = new Operators(world, ledger, this.#objects, this.#workers, SOON_MS)
    this.#librarian = new Librarian(this.#workers, this.#operators, this.#files)
    this.#faults = new Faults(world, ledger, this.#attempts, d1, this.#objects, this.#workers)
    const files = plan.hasFiles ? this.#files : null
    this.#fleet =
      plan.runners && new Fleet(world, plan.runners, ledger, this.#attempts, this.#said, this.#workers, files)
  }

  #committed(id: string, changes: readonly Change[]): void {
    for (const change of changes) this.world.note(`job ${name(id)}: ${change === 'erased' ? change : change.type}`)
    this.ledger.committed(id, changes)
    const events = changes.filter((change) => change !== 'erased')
    this.#attempts.committed(id, events)
    if (events.some(({ type }) => type === 'completed')) this.#checkCompleted(id)
    // At the end of a job, D1 and the object may briefly differ: read it several times just then.
    const ends = events.some(({ type }) => type === 'validated')
    if (ends && this.world.random.chance(0.3)) {
      for (let i = 0; i < 4; i++) this.world.after(this.world.random.int(0, 2_000), () => void this.#operators.read(id))
    }
  }

  get broken(): string | null {
    return this.ledger.broken ?? this.watchers.find((watcher) => watcher.broken !== null)?.broken ?? null
  }

  async play(): Promise<void> {
    for (const action of this.#plan.actions) this.world.after(action.atMs, () => this.#act(action))
    const cron = () => {
      if (!this.#isNight) void this.#workers.run((env) => sweep(env, Date.now()))
      this.world.after(this.#isNight ? DAY_MS : MINUTE_MS, cron)
    }
    this.world.after(this.world.random.int(0, MINUTE_MS), cron)
    if (this.#faultKinds.has('d1-restored')) this.#faults.backUp()
    await this.#runFor((this.#plan.actions.at(-1)?.atMs ?? 0) + 1_000)
    // What is reconciled next must be there.
    while (this.#objects.isDown) await this.#runFor(MINUTE_MS)
    this.world.note('all faults have ended')
    this.#faultKinds.clear()
    this.#faults.heal()
    this.#fleet?.heal()
    void this.#faults.reconcile()
    // Delayed writes to D1 are applied within 150 s.
    await this.#runFor(3 * MINUTE_MS)
    const minutesMax = this.#fleet === null ? REST_MINUTES_MAX : REST_WITH_RUNNERS_MINUTES_MAX
    let minutes = 0
    while (minutes < minutesMax && this.broken === null && !this.#isAtRest()) {
      await this.#runFor(MINUTE_MS)
      minutes++
    }
    // Delayed writes may have restored rows that were removed since; reconcile again, as after a restore.
    void this.#faults.reconcile()
    await this.#runFor(MINUTE_MS)
    // A completion whose answer from D1 was lost is visible in D1 immediately, and in the object at its next read.
    for (const { id } of this.#register.execute("SELECT id FROM jobs WHERE status = 'completed'", []).results) {
      const asked = { id: id as string, mode: 'window', after: null, credential: null } as const
      void this.#objects.open(asked).then((connection) => connection.cut())
    }
    await this.#runFor(2 * MINUTE_MS)
    this.#objects.settleAll()
    if (this.broken === null) {
      const { world, ledger, watchers } = this
      const runners = { said: this.#said, attempts: this.#attempts }
      new FinalState(world, ledger, this.#register, this.#objects, this.#operators.removed, runners).check(watchers)
      this.#fleet?.check(ledger, this.#attempts)
    }
    if (this.#plan.hasFiles && this.broken === null) await this.#lookADayLater()
    if (minutes === minutesMax) this.ledger.break('promise 6: the system does not come to rest')
  }

  /** What nobody continues is given up after a day, and swept after that. Meanwhile nothing happens. */
  async #lookADayLater(): Promise<void> {
    this.#fleet?.end()
    this.#isNight = true
    await this.#runFor(DAY_MS + 60 * MINUTE_MS)
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      void this.#workers.run((env) => sweep(env, Date.now()))
      await this.#runFor(MINUTE_MS)
    }
    this.#objects.settleAll()
    this.#files.check(this.#objects.disks)
  }

  async #runFor(ms: number): Promise<void> {
    await this.world.runUntil(this.world.elapsedMs + ms, this.#objects, () => {
      if (this.world.random.chance(0.8)) this.#objects.settleAll()
    })
  }

  /** No reader sees a completed job whose version is not registered. */
  #checkCompleted(id: string): void {
    const registered = this.#register.execute('SELECT 1 FROM model_versions WHERE job_id = ?', [id]).results.length > 0
    if (registered || this.#operators.removed.has(id) || this.ledger.losses > 0) return
    this.ledger.break(`promise 2: ${name(id)} is completed but its version is not registered`)
  }

  #act(action: Action): void {
    this.world.note(JSON.stringify(action))
    if (action.do === 'create') void this.#operators.create(action)
    else if (action.do === 'list') this.#operators.list()
    else if (action.do === 'activate' || action.do === 'remove')
      void this.#operators.changeVersion(action.do, action.version)
    else if ('machine' in action) this.#fleet?.act(action)
    else if ('file' in action) void this.#librarian.act(action)
    else if ('job' in action) {
      const { ids } = this.ledger
      const id = ids[action.job % ids.length]
      if (id !== undefined) this.#actOn(id, action)
    } else this.#strike(action, undefined)
  }

  #actOn(id: string, action: Extract<Action, { job: number }>): void {
    switch (action.do) {
      case 'command':
        void this.#operators.command(id, action)
        return
      case 'edit':
        void this.#operators.edit(id, action.notes)
        return
      case 'read':
        void this.#operators.read(id)
        return
      case 'watch': {
        const held = new Held(id, this.#said, this.#attempts)
        const watcher = new Watcher(this.world, this.#objects, id, action.mode, held)
        this.watchers.push(watcher)
        void watcher.watch()
        return
      }
      default:
        this.#strike(action, id)
    }
  }

  #strike(action: FaultAction, id: string | undefined): void {
    this.#faults.strike(action, id, () => {
      for (const one of this.ledger.ids) void this.#operators.read(one)
    })
  }

  #isAtRest(): boolean {
    this.#objects.settleAll()
    if (this.#operators.pending > 0) return false
    const sql = "SELECT 1 FROM jobs WHERE wake_by_ms < ? OR status = 'queued' OR waits_ms IS NOT NULL"
    const waiting = this.#register.execute(sql, [this.world.nowMs + SOON_MS]).results.length
    return waiting === 0 && this.#objects.nextMs() > this.world.elapsedMs + SOON_MS
  }
}
