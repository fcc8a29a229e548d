import type { ReportAnswer } from '../../src/jobs/object/attempts.ts'
import type { WordRefusal } from '../../src/jobs/rules/refusals.ts'
import { Courier } from './courier.ts'
import type { FileChecks } from './file-checks.ts'
import { type Ledger, name } from './ledger.ts'
import { Process } from './process.ts'
import type { Said } from './said.ts'
import type { Speaker, Wire } from './wire.ts'
import { type Heeded, speakerOf, type Work, workOf, writeFinish, writeReport } from './work.ts'
import type { World } from './world.ts'

/** Reports that a runner keeps apart; what comes then waits for the next one. */
const PENDING_MAX = 50

/** After so long without an answer that counts, a runner without a process, or without a token, starts over, ms. */
const HOPELESS_AFTER_MS = 20 * 60_000

/** The machine was killed or restarted: what it did goes no further. */
class Gone extends Error {}

/**
 * A runner as docs/PROTOCOL.md wants it, and its machine, which can freeze, be restarted, and die. It stops a training only
 * for a request, to be taken away, or after the one answer that ends it.
 */
export class Machine {
  readonly name: string
  readonly wire: Wire
  readonly #world: World
  readonly #ledger: Ledger
  readonly #said: Said
  readonly #courier: Courier | null
  #claimId: string | null = null
  #work: Work | null = null
  #life = 0
  #frozenUntilMs = 0
  #awayUntilMs = 0
  #isDead = false

  /** @param files `null`: it has none */
  constructor(name: string, wire: Wire, world: World, ledger: Ledger, said: Said, files: FileChecks | null) {
    this.name = name
    this.wire = wire
    this.#world = world
    this.#ledger = ledger
    this.#said = said
    this.#courier = files && new Courier(world, wire, files, (answer) => this.#here(answer))
  }

  /** Starts the runner from what is on its disk. */
  start(): void {
    this.#life++
    this.#run().catch((error: unknown) => {
      if (!(error instanceof Gone)) this.#ledger.break(`the machine itself failed: ${(error as Error).stack}`)
    })
  }

  die(): void {
    this.#life++
    this.#isDead = true
  }

  /** The attempt that it has, and could be told the end of; `null`: none, or it cannot hear. */
  get attempt(): Speaker | null {
    const isHearing = !this.#isDead && this.#frozenUntilMs <= this.#world.elapsedMs
    return isHearing && this.#work !== null && this.#work.tokens.length > 0 ? speakerOf(this.#work) : null
  }

  freeze(ms: number): void {
    const { elapsedMs } = this.#world
    const untilMs = Math.max(this.#frozenUntilMs, elapsedMs + ms)
    this.#work?.process?.freeze(untilMs - Math.max(this.#frozenUntilMs, elapsedMs))
    this.#frozenUntilMs = untilMs
  }

  /** Starts again after a while; `forgets`: its token was not on the disk yet. */
  restart(afterMs: number, forgets: boolean): void {
    if (this.#isDead) return
    this.#life++
    const life = this.#life
    if (forgets) this.#work?.tokens.splice(0)
    this.#world.after(afterMs, () => {
      if (this.#life !== life) return
      this.#work?.process?.restart(this.#world.elapsedMs)
      this.start()
    })
  }

  /** Is taken away for so long: it stops its process, and gives its job back. */
  release(ms: number): void {
    this.#awayUntilMs = this.#world.elapsedMs + ms
    if (this.#work === null) return
    this.#work.isReleased = true
    this.#work.process?.stop(this.#world.elapsedMs + 5_000)
  }

  /** Waits, also while the machine is frozen; goes no further if it was restarted meanwhile. */
  async #here<T>(answer: Promise<T>): Promise<T> {
    const life = this.#life
    const result = await answer
    while (this.#frozenUntilMs > this.#world.elapsedMs) {
      await this.#world.delay(this.#frozenUntilMs - this.#world.elapsedMs)
    }
    if (this.#life !== life) throw new Gone()
    return result
  }

  #rest(ms: number): Promise<void> {
    return this.#here(this.#world.delay(ms))
  }

  async #run(): Promise<never> {
    await this.#rest(0)
    for (;;) {
      const work = this.#work
      if (work === null) await this.#seek()
      else if (work.tokens.length === 0) await this.#claimAgain(work)
      else if (!work.isConfirmed) await this.#confirm(work)
      else if (this.#mayFinish(work)) await this.#sendFinish(work)
      else await this.#report(work)
    }
  }

  async #seek(): Promise<void> {
    if (this.#awayUntilMs > this.#world.elapsedMs) return this.#rest(this.#awayUntilMs - this.#world.elapsedMs)
    this.#claimId ??= this.#world.random.uuid()
    const claimed = await this.#here(this.wire.claim(this.name, this.#claimId))
    if (claimed == null) return this.#rest(this.#world.random.int(claimed === null ? 5_000 : 0, 20_000))
    this.#work = workOf(claimed)
    if (claimed.sequence !== 0) this.#break(this.#work, `begins with sequence ${claimed.sequence}`)
  }

  /** The token is dead, or was lost: the same claim gets another one. It may also get another job, which is not wanted. */
  async #claimAgain(work: Work): Promise<void> {
    const claimed = await this.#here(this.wire.claim(this.name, this.#claimId ?? ''))
    if (claimed == null || claimed.job.id !== work.job || claimed.attempt !== work.attempt) return this.#backOff(work)
    work.tokens.push(claimed.token)
    if (claimed.sequence < this.#said.attempt(work.job, work.attempt).acknowledged)
      this.#break(work, 'has forgotten a report that was acknowledged')
  }

  /** The first word; the process is started only after it was answered. */
  async #confirm(work: Work): Promise<void> {
    const answer = await this.#here(this.wire.report(speakerOf(work), {}))
    if (answer === undefined || 'reason' in answer) return this.#notTaken(work, answer)
    work.isConfirmed = true
    const from = work.resumeStep === null ? 0 : work.resumeStep + 1
    work.process = new Process(this.#world.random, from, this.#world.elapsedMs)
    if (work.isReleased) work.process.stop(this.#world.elapsedMs)
    await this.#courier?.fetch(work)
  }

  async #report(work: Work): Promise<void> {
    if (work.finish === null && work.pending.length < PENDING_MAX) {
      writeReport(work, this.#said, this.#world.elapsedMs)
    }
    const [report = {}] = work.pending
    const { request } = work
    const saysStopping = request?.stage === 'seen'
    const words = request === null ? {} : saysStopping ? { stopping: request.id } : { acknowledged: request.id }
    const [, second] = work.pending
    if (second !== undefined && this.#world.strikes('report-overtakes', 0.3)) {
      await this.#here(this.wire.report(speakerOf(work), second))
    }
    if (work.tokens.length > 1 && this.#world.strikes('old-token', 0.2)) {
      const dead = { ...speakerOf(work), token: work.tokens[0] ?? '' }
      await this.#here(this.wire.report(dead, {}))
      await this.#here(this.wire.mayRead(dead))
      await this.#here(this.wire.mayRead(speakerOf(work)))
    }
    const answer = await this.#here(this.wire.report(speakerOf(work), { ...report, ...words }))
    if (answer === undefined || 'reason' in answer) return this.#notTaken(work, answer)
    this.#isTold(work, answer)
    const isSaid = request !== null && request.id === answer.requested?.id
    if (isSaid && saysStopping) this.#stop(work, request)
    else if (isSaid && request.stage === 'read') request.stage = 'seen'
    this.#heed(work, answer.requested)
    await this.#courier?.save(work)
    if (work.pending.length > 0 || work.process?.end != null) return this.#rest(1)
    const ms = (work.process?.nextMs ?? 0) - this.#world.elapsedMs
    await this.#rest(Math.min(answer.next_report_s * 1_000, Math.max(500, ms)))
  }

  /** What was taken need not be kept. */
  #isTold(work: Work, { sequence: taken }: ReportAnswer): void {
    const said = this.#said.attempt(work.job, work.attempt)
    if (taken < said.acknowledged) this.#break(work, `is told of ${taken} reports after ${said.acknowledged}`)
    said.acknowledged = taken
    work.pending = work.pending.filter(({ sequence = 0 }) => sequence > taken)
    work.failures = 0
  }

  /** Follows the latest answer. */
  #heed(work: Work, requested: ReportAnswer['requested']): void {
    if (requested === null) work.request = null
    else if (work.request?.id !== requested.id) {
      const { id, what, grace_s: graceS } = requested
      const stage = this.#world.random.chance(0.3) ? 'seen' : 'read'
      work.request = { id, what, graceS, seenMs: this.#world.elapsedMs, stage }
    }
  }

  /** From the answer to `stopping` on, the process is made to end; after the grace it is killed. */
  #stop(work: Work, request: Heeded): void {
    request.stage = 'stopping'
    const savedMs = this.#world.elapsedMs + this.#world.random.int(0, 90_000)
    work.process?.stop(Math.min(savedMs, Math.max(this.#world.elapsedMs, request.seenMs + request.graceS * 1_000)))
  }

  #mayFinish({ process, pending, finish }: Work): boolean {
    if (process?.end == null) return false
    return pending.length === 0 || (finish === null && this.#world.strikes('finish-overtakes', 0.5))
  }

  async #sendFinish(work: Work): Promise<void> {
    if (work.process?.end === 'completed' && !work.hasSentModel) await this.#courier?.sendModel(work)
    work.finish ??= writeFinish(work, this.#said, this.#world.random)
    const answer = await this.#here(this.wire.finish(speakerOf(work), work.finish))
    if (answer !== null) return this.#notTaken(work, answer)
    const { finish } = this.#said.attempt(work.job, work.attempt)
    if (finish !== null) finish.isAcknowledged = true
    this.#leave()
  }

  /** Does what the protocol says of an answer by which a word was not taken. */
  async #notTaken(work: Work, refusal: WordRefusal | { reason: 'not_found' } | undefined): Promise<void> {
    if (refusal?.reason === 'attempt_over') return this.#leave()
    if (refusal?.reason === 'token_unknown') return this.#claimAgain(work)
    if (refusal?.reason !== 'sequence_gap') return this.#backOff(work)
    const { expected } = refusal
    if (expected <= this.#said.attempt(work.job, work.attempt).acknowledged)
      this.#break(work, `is asked again for report ${expected}`)
    work.pending = work.pending.filter(({ sequence = 0 }) => sequence >= expected)
    if (work.pending.length > 0) await this.#report(work)
    else await this.#rest(1_000)
  }

  /** Tries again later, with full jitter. The process goes on. */
  #backOff(work: Work): Promise<void> {
    if (work.failures === 0) work.failsSinceMs = this.#world.elapsedMs
    work.failures++
    const isHopeless = this.#world.elapsedMs - work.failsSinceMs > HOPELESS_AFTER_MS
    if (isHopeless && (work.tokens.length === 0 || work.process?.end != null)) this.#leave()
    return this.#rest(this.#world.random.int(0, 1_000 * Math.min(60, 2 ** work.failures)))
  }

  /** Is done with its job, and looks for another one. */
  #leave(): void {
    this.#work = null
    this.#claimId = null
  }

  #break({ job, attempt }: Work, what: string): void {
    this.#ledger.break(`promise 14: attempt ${attempt} at ${name(job)} ${what}`)
  }
}
