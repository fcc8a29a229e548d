import { AsyncLocalStorage } from 'node:async_hooks'
import { createJob } from '../../src/jobs/create-job.ts'
import { type Parts, soundParts } from '../../src/jobs/object/parts.ts'
import { TrainingJob } from '../../src/jobs/object/training-job.ts'
import { commandJob, editJob, listJobs, readJob } from '../../src/jobs/operations.ts'
import { reconcileObjects, reconcileRows } from '../../src/jobs/reconcile.ts'
import type { TrainingConfig } from '../../src/jobs/rules/types.ts'
import { sweep } from '../../src/jobs/sweeper.ts'
import { registry } from '../../src/models/registry.ts'
import { withTypedErrors } from '../../src/platform/d1.ts'
import { isFinal } from '../../src/shared/job-status.ts'
import { FinalState } from './checks.ts'
import { bindD1, type Caller, Register } from './d1.ts'
import { patchGlobals } from './globals.ts'
import { Ledger, name, unedited } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import { Objects } from './objects.ts'
import type { Action, Plan } from './plan.ts'
import { Random } from './random.ts'
import { Watcher } from './watcher.ts'
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

/** Minutes for a healed system to come to rest: jobs are short, but clocks may have jumped back by many minutes. */
const REST_MINUTES_MAX = 90

/**
 * What is due later than this keeps neither the system from rest nor a command waiting: the daily check of a paused job,
 * and the week for which an object remembers its deleted job.
 */
const SOON_MS = 2 * REST_MINUTES_MAX * MINUTE_MS

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
  readonly #vars: Record<string, string>
  readonly #faults: Set<FaultKind>
  readonly #parts: Parts
  /** Isolates of the Worker that answer requests, each with its own memory. */
  readonly #isolates: object[]

  constructor(plan: Plan, d1: Register, trace: boolean, mutant: Mutant | undefined) {
    this.#plan = plan
    this.#register = d1
    this.#faults = new Set(plan.faults)
    this.world = new World(new Random(plan.seed ^ 0x5eed), this.#faults, trace)
    this.ledger = new Ledger(plan.slots)
    d1.served = (id, [longer]) => {
      if (longer !== undefined) this.ledger.break(`the queue: ${name(id)} has a slot before ${name(longer)}`)
    }
    this.#vars = {
      MAX_ACTIVE_JOBS: String(plan.slots),
      SIMULATION_SPEED: String(plan.speed),
      SIMULATION_FAILS_AT: plan.failsAt,
    }
    this.#parts = { ...soundParts, ...mutant?.parts }
    this.#isolates = [1, 2].map(() => isolateWith(this.#vars, this.#parts))
    const objectClass = mutant?.object?.(TrainingJob) ?? TrainingJob
    this.#objects = new Objects(this.world, d1, this.#vars, objectClass, this.#parts, {
      committed: (id, changes) => {
        for (const change of changes) this.world.note(`job ${name(id)}: ${change === 'erased' ? change : change.type}`)
        this.ledger.committed(id, changes)
        if (changes.some((change) => change !== 'erased' && change.type === 'completed')) this.#checkCompleted(id)
        // At the end of a job, D1 and the object may briefly differ: read it several times just then.
        const ends = changes.some((change) => change !== 'erased' && change.type === 'validated')
        if (ends && this.world.random.chance(0.3)) {
          for (let i = 0; i < 4; i++) this.world.after(this.world.random.int(0, 2_000), () => void this.#read(id))
        }
      },
      born: (id) => this.ledger.born(id),
      read: (id, snapshot, wrote) => {
        if (wrote) this.ledger.break(`promise 9: reading ${name(id)} wrote`)
        if (snapshot !== null) this.ledger.read(id, snapshot)
      },
    })
  }

  get broken(): string | null {
    return this.ledger.broken ?? this.watchers.find((watcher) => watcher.broken !== null)?.broken ?? null
  }

  async play(): Promise<void> {
    for (const action of this.#plan.actions) this.world.after(action.atMs, () => this.#act(action))
    const cron = () => {
      void this.#asWorker((env) => sweep(env, Date.now()))
      this.world.after(MINUTE_MS, cron)
    }
    this.world.after(this.world.random.int(0, MINUTE_MS), cron)
    if (this.#faults.has('d1-restored')) this.#backUp()
    await this.#runFor((this.#plan.actions.at(-1)?.atMs ?? 0) + 1_000)
    this.world.note('all faults have ended')
    this.#faults.clear()
    this.#register.awayUntilMs = 0
    void this.#reconcile()
    // Delayed writes to D1 are applied within 150 s.
    await this.#runFor(3 * MINUTE_MS)
    let minutes = 0
    while (minutes < REST_MINUTES_MAX && !this.#isAtRest()) {
      await this.#runFor(MINUTE_MS)
      minutes++
    }
    // Delayed writes may have restored rows that were removed since; reconcile again, as after a restore.
    void this.#reconcile()
    await this.#runFor(MINUTE_MS)
    // A completion whose answer from D1 was lost is visible in D1 immediately, and in the object at its next read.
    for (const { id } of this.#register.execute("SELECT id FROM jobs WHERE status = 'completed'", []).results) {
      const asked = { id: id as string, mode: 'window', after: null, credential: null } as const
      void this.#objects.open(asked).then((connection) => connection.cut())
    }
    await this.#runFor(2 * MINUTE_MS)
    this.#objects.settleAll()
    if (this.broken === null) {
      new FinalState(this.world, this.ledger, this.#register, this.#objects, this.#removed).check(this.watchers)
    }
    if (minutes === REST_MINUTES_MAX) this.ledger.break('promise 6: the system does not come to rest')
  }

  async #runFor(ms: number): Promise<void> {
    await this.world.runUntil(this.world.elapsedMs + ms, this.#objects, () => {
      if (this.world.random.chance(0.8)) this.#objects.settleAll()
    })
  }

  /** Runs one request with the bindings of a Worker that may die while handling it; `undefined`: there is no answer. */
  async #asWorker<T>(work: (env: Env) => Promise<T>): Promise<T | undefined> {
    let alive = true
    const death = Promise.withResolvers<undefined>()
    const caller: Caller = { gate: () => {}, alive: () => alive }
    if (this.world.strikes('worker-dies', 0.1)) {
      this.world.after(this.world.random.int(0, 12), () => {
        alive = false
        death.resolve(undefined)
      })
    }
    const bindings = { DB: bindD1(this.world, this.#register, caller), TRAINING_JOBS: this.#objects.bind(caller) }
    const isolate = this.world.random.pick(this.#isolates)
    await this.world.travel()
    try {
      return await Promise.race([request.run(bindings, () => work(isolate as unknown as Env)), death.promise])
    } catch {
      return undefined
    }
  }

  /** Takes the backups that D1 can be restored to. */
  #backUp(): void {
    this.#register.backUp(this.world.elapsedMs)
    this.world.after(this.world.random.int(500, 20_000), () => this.#faults.has('d1-restored') && this.#backUp())
  }

  /** What an operator does after D1 was restored: reconciles every row, then every object. */
  async #reconcile(): Promise<void> {
    if (this.ledger.losses === 0) return
    this.world.note('the register is reconciled')
    let after: number | null = 0
    while (after !== null) {
      const from: number = after
      const page = await this.#asWorker((env) => reconcileRows(env, from, 3))
      if (page === undefined) return
      after = page.next
    }
    await this.#asWorker((env) => reconcileObjects(env, [...this.#objects.disks.keys()]))
  }

  /** No reader sees a completed job whose version is not registered. */
  #checkCompleted(id: string): void {
    const registered = this.#register.execute('SELECT 1 FROM model_versions WHERE job_id = ?', [id]).results.length > 0
    if (registered || this.#removed.has(id) || this.ledger.losses > 0) return
    this.ledger.break(`promise 2: ${name(id)} is completed but its version is not registered`)
  }

  #jobAt(place: number): string | undefined {
    const { ids } = this.ledger
    return ids.length === 0 ? undefined : ids[place % ids.length]
  }

  #act(action: Action): void {
    this.world.note(JSON.stringify(action))
    if (action.do === 'create') void this.#create(action)
    else if (action.do === 'list')
      void this.#asWorker((env) => listJobs(env, {}, { sort: '-created_at', after: null, limit: 50 }))
    else if (action.do === 'activate' || action.do === 'remove') void this.#changeVersion(action.do, action.version)
    else if (action.do === 'deploy') {
      this.world.count('deploy')
      this.#objects.evictAll()
    } else if (action.do === 'away') {
      this.world.count('d1-away')
      this.#register.awayUntilMs = this.world.elapsedMs + action.ms
    } else if (action.do === 'restore') {
      this.world.count('d1-restored')
      this.#register.restore(this.world.elapsedMs - action.backMs)
      this.ledger.registerLost()
      this.world.after(this.world.random.int(0, MINUTE_MS), () => void this.#reconcile())
    } else if (action.do === 'jump') {
      // Read all jobs before and after, to detect a clock that goes back.
      const readAll = () => this.ledger.ids.forEach((id) => void this.#read(id))
      readAll()
      this.world.after(1_000, () => {
        this.world.count('clock-jumps')
        this.world.skewMs += action.ms
        if (action.ms < 0) this.ledger.jumpsBack++
        readAll()
      })
    } else {
      const id = this.#jobAt(action.job)
      if (id !== undefined) this.#actOn(id, action)
    }
  }

  async #create({ epochs, mayWait, key }: Extract<Action, { do: 'create' }>): Promise<void> {
    const idempotencyKey = key === null ? null : { credential: 'test', text: key }
    const labels = mayWait ? { tags: ['queued'] } : {}
    const creation = { actor: 'test', labels, mayWait, idempotencyKey, options: {} }
    const created = await this.#asWorker((env) => createJob(env, background, configOf(epochs), creation))
    if (created === undefined || 'reason' in created) return
    this.world.note(`created ${name(created.id)}`)
    this.ledger.accepted(created.id, key === null ? null : `${key} ${mayWait}`)
  }

  #actOn(id: string, action: Extract<Action, { job: number }>): void {
    switch (action.do) {
      case 'command':
        void this.#command(id, action)
        return
      case 'edit':
        void this.#edit(id, action.notes)
        return
      case 'read':
        void this.#read(id)
        return
      case 'watch': {
        const watcher = new Watcher(this.world, this.#objects, id, action.mode)
        this.watchers.push(watcher)
        void watcher.watch()
        return
      }
      case 'evict':
        this.world.count('evict')
        this.#objects.evict(id)
        return
      case 'fire':
        this.world.count('alarm-early')
        void this.#objects.fire(id)
        return
      case 'lose':
        this.world.count('alarm-lost')
        this.#objects.loseAlarm(id)
        return
      case 'vanish':
        this.world.count('row-vanishes')
        this.#register.lose(id)
        this.ledger.registerLost()
        return
      case 'late':
        this.world.count('alarm-late')
        this.#objects.delayAlarm(id, action.ms)
        return
    }
  }

  /** Once a reader has seen a final state, every later read must show the same one. */
  async #read(id: string): Promise<void> {
    const { finalShown } = this.ledger.entry(id)
    const { losses } = this.ledger
    const shown = await this.#asWorker((env) => readJob(env, id))
    // After a loss, D1 shows an older state until it is reconciled.
    if (shown === undefined || losses !== this.ledger.losses) return
    const job = shown?.job ?? null
    if (finalShown !== null && job !== null && unedited(job) !== finalShown) {
      this.ledger.break(`promise 5: ${name(id)} was shown as ${JSON.parse(finalShown).status}, then as ${job.status}`)
    }
    if (job !== null && isFinal(job.status)) this.ledger.entry(id).finalShown = unedited(job)
  }

  /** Edits name, notes and tags at once: the job is found by its name. */
  async #edit(id: string, notes: string): Promise<void> {
    this.#pending++
    const { answers } = this.ledger.entry(id)
    answers.edit.unknown++
    const edit = { name: `called ${notes}`, notes, tags: [notes] }
    const edited = await this.#asWorker((env) => editJob(env, id, edit, { actor: 'test', edits: null }))
    this.#pending--
    // A job that is not found may have been edited, and deleted since.
    const isRefused = edited !== undefined && 'reason' in edited && edited.reason === 'edited_too_often'
    if (isRefused) answers.edit.unknown--
    this.world.note(
      `edit of ${name(id)}: ${edited === undefined ? 'unheard' : 'reason' in edited ? edited.reason : 'done'}`,
    )
  }

  async #command(id: string, action: Extract<Action, { do: 'command' }>): Promise<void> {
    this.#pending++
    try {
      await this.#give(id, action)
    } finally {
      this.#pending--
    }
  }
  #pending = 0

  async #give(id: string, { command: order, mayWait, atAlarm }: Extract<Action, { do: 'command' }>): Promise<void> {
    const alarmMs = this.#objects.msToAlarm(id)
    if (atAlarm && alarmMs <= SOON_MS) await this.world.delay(alarmMs)
    const { answers } = this.ledger.entry(id)
    answers[order].unknown++
    const context = { actor: 'test', revisions: null, mayWait }
    const outcome = await this.#asWorker((env) => commandJob(env, id, order, context))
    if (outcome === undefined) return
    const reason = outcome === null || typeof outcome === 'string' ? outcome : outcome.reason
    if (reason === 'unavailable') return
    answers[order].unknown--
    if (reason === 'queued') this.ledger.promisedSlot(id)
    if (reason === null) answers[order].done++
    this.world.note(`${order} of ${name(id)}: ${reason ?? 'done'}`)
  }

  async #changeVersion(change: 'activate' | 'remove', place: number): Promise<void> {
    await this.#asWorker(async (env) => {
      const models = registry(env.DB)
      const { rows } = await models.list({}, Number.MAX_SAFE_INTEGER, 10)
      const version = rows[place % Math.max(1, rows.length)]
      if (version === undefined) return
      if (change === 'remove') this.#removed.add(version.job_id)
      await models[change](version.id)
    })
  }
  readonly #removed = new Set<string>()

  #isAtRest(): boolean {
    this.#objects.settleAll()
    if (this.#pending > 0) return false
    const sql = "SELECT 1 FROM jobs WHERE wake_by_ms < ? OR status = 'queued' OR waits_ms IS NOT NULL"
    const waiting = this.#register.execute(sql, [this.world.nowMs + SOON_MS]).results.length
    return waiting === 0 && this.#objects.nextMs() > this.world.elapsedMs + SOON_MS
  }
}

/** The execution context of a Worker: work after the response, which is lost when the Worker dies. */
const background = { waitUntil: (work: Promise<unknown>) => void work.catch(() => {}) }

/** The bindings of the current request. */
const request = new AsyncLocalStorage<{ DB: unknown; TRAINING_JOBS: unknown }>()

/** An environment that stays the same object for all requests of an isolate: code may use it as a cache key. */
const isolateWith = (vars: Record<string, string>, parts: Parts): object => ({
  ...vars,
  parts,
  get DB() {
    return withTypedErrors(request.getStore()?.DB as D1Database)
  },
  get TRAINING_JOBS() {
    return request.getStore()?.TRAINING_JOBS
  },
})

const configOf = (epochs: number): TrainingConfig => ({
  name: 'simulated',
  model_type: 'zeugnis',
  bundeslaender: ['BY'],
  batch_size: 16,
  learning_rate: 0.00005,
  epochs,
  warmup_steps: 500,
  weight_decay: 0.01,
  gradient_accumulation: 4,
  mixed_precision: true,
})
