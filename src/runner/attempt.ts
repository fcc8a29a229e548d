import { join } from 'node:path'
import { Checkpoints } from './checkpoints.ts'
import type { Claims } from './claims.ts'
import { Collector, ownLine } from './collector.ts'
import { endOf, finishFor, storeModel } from './ending.ts'
import { foldersOf } from './environment.ts'
import { lastLineOf, makeFolder, removeFolder } from './files.ts'
import { sayFinish } from './finish.ts'
import type { Service } from './http.ts'
import type { Interrupts } from './interrupts.ts'
import { Journal } from './journal.ts'
import { INTERRUPTED_GRACE_MS, LOOK_MS, LOOKS_PER_CHECKPOINT_LOOK, READ_BYTES_MAX, RELEASE_GRACE_MS } from './limits.ts'
import type { Options } from './options.ts'
import { Reporter } from './reporter.ts'
import { watchRequests } from './request-watch.ts'
import type { Exit, Outcome } from './rules/outcome.ts'
import type { Say } from './say.ts'
import { startTraining } from './start.ts'
import type { Finish, State, StoredAttempt } from './state.ts'
import { Stopper } from './stopper.ts'
import { Store } from './store.ts'
import { names } from './supervisor.ts'
import { reportMachine } from './system-metrics.ts'
import { Training } from './training.ts'
import { sleep } from './wait.ts'

export type AttemptParts = {
  options: Options
  service: Service
  claims: Claims
  state: State
  interrupts: Interrupts
  say: Say
}

/** What an attempt has come to; `kept`: its finish was not heard, and waits for a later start. */
export type Result = Outcome | 'over' | 'kept'

/** One attempt, from its first word to its last, also if a runner before this one has begun it. */
export class Attempt {
  readonly #parts: AttemptParts
  readonly #attempt: StoredAttempt
  readonly #folder: string
  readonly #say: Say
  readonly #journal: Journal
  readonly #training: Training
  readonly #reporter: Reporter
  readonly #stopper: Stopper
  readonly #collector: Collector
  readonly #files: Store
  readonly #checkpoints: Checkpoints
  /** Aborted when the attempt is over. */
  readonly #over = new AbortController()
  #reason = ''

  constructor(parts: AttemptParts, attempt: StoredAttempt) {
    const { options, service, state, claims } = parts
    const { job, number } = attempt
    this.#parts = parts
    this.#attempt = attempt
    this.#say = (event, text, facts) => parts.say(event, text, { job: job.id, attempt: number, ...facts })
    this.#folder = makeFolder(join(options.workdir, 'jobs', job.id, String(number)))
    this.#journal = new Journal(join(this.#folder, 'journal'), attempt.sequence, this.#say)
    this.#training = new Training(this.#folder)
    this.#reporter = new Reporter({
      service,
      journal: this.#journal,
      jobId: job.id,
      token: () => attempt.token,
      renewToken: async () => void (await claims.renew()),
      say: this.#say,
      lineOf: ownLine,
    })
    this.#stopper = new Stopper(this.#folder, options.softGraceMs, {
      state,
      training: this.#training,
      reporter: this.#reporter,
      say: this.#say,
    })
    this.#collector = new Collector(this.#folder, this.#journal)
    this.#files = new Store(service, job.id, () => attempt.token, this.#say)
    this.#checkpoints = new Checkpoints(foldersOf(this.#folder).checkpoints, join(this.#folder, 'staged'), {
      store: this.#files,
      state,
      say: this.#say,
      note: this.#note,
      flush: () => {
        this.#collector.read()
        return this.#reporter.flushed()
      },
    })
  }

  async run(): Promise<Result> {
    const { state, interrupts } = this.#parts
    const { job, number, resume } = this.#attempt
    this.#say(
      'claimed',
      `Job "${job.name}" (${job.id}), attempt ${number}${resume ? `, from step ${resume.step + 1}` : ''}`,
    )
    if (this.#attempt.finish === null) {
      const reporting = this.#reporter.run()
      void this.#reporter.over.then((reason) => {
        this.#reason = reason
        this.#over.abort()
      })
      interrupts.once.addEventListener('abort', this.#release)
      interrupts.twice.addEventListener('abort', this.#kill)
      if (interrupts.once.aborted) this.#release()
      try {
        await this.#train()
      } finally {
        interrupts.once.removeEventListener('abort', this.#release)
        interrupts.twice.removeEventListener('abort', this.#kill)
        this.#reporter.stop()
        this.#collector.close()
        await reporting
      }
    }
    const result = this.#attempt.finish === null ? 'over' : await this.#finish(this.#attempt.finish.outcome)
    this.#journal.close()
    if (result === 'kept') return result
    state.setClaim(null)
    if (result === 'over') this.#say('over', `The attempt is over (${this.#reason}); its files stay in ${this.#folder}`)
    else removeFolder(this.#folder)
    return result
  }

  /** Adds a line of the runner's own to the output. */
  readonly #note = (text: string) => {
    const { at } = this.#journal.state
    this.#journal.add({ is: 'read', at, points: [], lines: [ownLine(text)] })
  }
  readonly #release = () =>
    this.#stopper.release(this.#parts.interrupts.first === 'SIGINT' ? INTERRUPTED_GRACE_MS : RELEASE_GRACE_MS)
  readonly #kill = () => this.#stopper.kill()

  /** Trains, and notes down how it has ended; nothing when the attempt is over. */
  async #train(): Promise<void> {
    const { state, service, options } = this.#parts
    await this.#unlessOver(this.#reporter.confirmed)
    if (!this.#over.signal.aborted) state.change({ isConfirmed: true })
    const end = new AbortController()
    const onRequest = (id: number | null) => id !== (this.#reporter.requested?.id ?? null) && this.#reporter.wake()
    const watching = watchRequests(service, this.#attempt.job.id, () => this.#attempt.token, onRequest, end.signal)
    const machine = options.hasSystemMetrics ? reportMachine(this.#folder, this.#training, this.#journal) : undefined
    try {
      const failure = await startTraining({
        options,
        attempt: this.#attempt,
        folder: this.#folder,
        training: this.#training,
        store: this.#files,
        mustStop: () => this.#mustStop,
        say: this.#say,
        note: this.#note,
      })
      const exit = await this.#untilEnded()
      if (this.#over.signal.aborted) return
      while (this.#collector.read(true) > 0) await sleep(0)
      const finish = failure === null ? await this.#store(exit) : { outcome: 'failed' as const, error_message: failure }
      await this.#unlessOver(this.#reporter.drained())
      if (!this.#over.signal.aborted) state.change({ finish: { ...finish, sinceMs: Date.now() } })
    } finally {
      clearInterval(machine)
      end.abort()
      await watching
    }
  }

  get #mustStop(): boolean {
    return this.#over.signal.aborted || this.#stopper.stop !== null
  }

  /** How the process ended; `null`: it never began. Whatever happens, it has ended then. */
  async #untilEnded(): Promise<Exit | null> {
    let hadNews = false
    for (let looks = 0; this.#training.isStarted; looks++) {
      if (this.#over.signal.aborted && this.#stopper.stop?.why !== 'over') this.#stopper.end()
      this.#stopper.tick()
      // It is asked first: what it has written by then is read after that.
      const exit = this.#training.exit()
      const bytes = this.#collector.read()
      // The first step shows that it trains, and need not wait for the next report.
      if (bytes > 0 && !hadNews) this.#reporter.wake()
      hadNews ||= bytes > 0
      if (exit !== null) return exit
      if (looks % LOOKS_PER_CHECKPOINT_LOOK === 0 && !this.#over.signal.aborted)
        this.#checkpoints.look('runs', this.#over.signal)
      // A process that prints faster than this has to be kept up with.
      await sleep(bytes < READ_BYTES_MAX / 2 ? LOOK_MS : 0)
    }
    return null
  }

  /** Stores what the process has left, and says how it ended. Reports go on meanwhile. */
  async #store(exit: Exit | null): Promise<Finish> {
    const { stop } = this.#stopper
    const { said } = this.#journal.state
    const { outcome, why } = endOf(exit, stop, said)
    if (exit !== null) this.#say('ended', why, { outcome })
    const enough = AbortSignal.any([this.#over.signal, this.#parts.interrupts.twice])
    const last = outcome === 'failed' ? lastLineOf(join(this.#folder, names.stderr)) : ''
    const finish = finishFor(exit, stop, said, outcome, last === '' ? why : `${why}: ${last}`)
    if (outcome === 'completed') {
      const { model: folder } = foldersOf(this.#folder)
      const model = await storeModel(this.#files, folder, this.#attempt.number, this.#note, enough)
      if (model.is === 'refused') return { ...finish, outcome: 'failed', error_message: model.why }
      if (model.is === 'abandoned') finish.outcome = 'released'
    } else if (outcome !== 'cancelled' && exit !== null) {
      const wasKilled = stop?.sent.includes('SIGKILL') || exit.signal === 'SIGKILL' || exit.status === null
      await this.#checkpoints.finish(wasKilled ? 'killed' : 'ended', enough)
    }
    const { checkpoint } = this.#attempt
    return { ...finish, ...(checkpoint === null || finish.outcome === 'completed' ? {} : { checkpoint }) }
  }

  async #finish(outcome: Outcome): Promise<Result> {
    const { service, claims, interrupts } = this.#parts
    const heard = await sayFinish({
      service,
      journal: this.#journal,
      attempt: this.#attempt,
      renewToken: async () => void (await claims.renew()),
      signal: interrupts.once.aborted ? interrupts.twice : interrupts.once,
      say: this.#say,
    })
    if (heard === 'kept')
      this.#say('kept', `The service has not heard that the job is ${outcome}: start again with this workdir`)
    else if (heard === 'lost')
      this.#say('lost', `The service was not reached for 24 h to hear that the job is ${outcome}`)
    else if (heard === 'heard') this.#say('finished', `The job is ${outcome}`, { outcome })
    return heard === 'kept' || heard === 'over' ? heard : outcome
  }

  /** Waits for something, or until the attempt is over. */
  #unlessOver(work: Promise<unknown>): Promise<unknown> {
    return Promise.race([work, this.#reporter.over])
  }
}
