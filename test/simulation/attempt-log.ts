import { type Ledger, name } from './ledger.ts'
import type { EventChange } from './storage.ts'
import type { World } from './world.ts'

/** An attempt as the events of its job tell of it. */
export type LoggedAttempt = {
  number: number
  /** The hashes of its tokens; only the last one is good. */
  tokens: string[]
  isConfirmed: boolean
  isLost: boolean
  /** The first step that it is to train, by where it goes on. */
  initialStep: number
  end: string | null
  finishedSequence: number | null
}

/** What an operator wants of a live attempt. */
type OpenRequest = { id: number; what: 'pause' | 'cancel' }

type LoggedJob = {
  attempts: LoggedAttempt[]
  isOffered: boolean
  isDeleted: boolean
  isFinal: boolean
  requested: OpenRequest | null
  /** Of the holder: when its last word came, and what was jumped or lost of the clock until then, elapsed ms. */
  heard: { atMs: number; jumpedMs: number; awayMs: number }
  /** How long Stellwerk was away, as far as an object can know. */
  awayMs: number
}

type Told = EventChange & {
  attempt?: number
  token?: string
  fromStep?: number
  outcome?: string
  sequence?: number
  id?: number
  what?: 'pause' | 'cancel'
  actor?: string
}

const finals = ['completed', 'failed', 'cancelled']

/** Follows the attempts of each job by its events, and detects at once what no rule allows. */
export class AttemptLog {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #lostAfterMs: number
  readonly #jobs = new Map<string, LoggedJob>()
  /** How far the wall clock has jumped ahead so far. */
  jumpedMs = 0

  constructor(world: World, ledger: Ledger, lostAfterMs: number) {
    this.#world = world
    this.#ledger = ledger
    this.#lostAfterMs = lostAfterMs
  }

  job(id: string): LoggedJob {
    let job = this.#jobs.get(id)
    if (job === undefined) {
      const heard = { atMs: 0, jumpedMs: 0, awayMs: 0 }
      job = {
        ...{ attempts: [], isOffered: false, isDeleted: false, isFinal: false, requested: null },
        heard,
        awayMs: 0,
      }
      this.#jobs.set(id, job)
    }
    return job
  }

  attempt(id: string, number: number): LoggedAttempt | undefined {
    return this.job(id).attempts[number - 1]
  }

  /** Stellwerk is away for so long; `known`: the jobs whose objects will notice, by an alarm that comes too late. */
  awayFor(ms: number, known: readonly string[]): void {
    for (const id of known) this.job(id).awayMs += ms
  }

  /** A word has reached the object of a job. */
  heard(id: string, tokenHash: string, atMs: number): void {
    const job = this.job(id)
    const isHolder = job.attempts.some((one) => one.end === null && one.tokens.at(-1) === tokenHash)
    if (isHolder) job.heard = { atMs, jumpedMs: this.jumpedMs, awayMs: job.awayMs }
  }

  /** Takes what one transaction has committed. */
  committed(id: string, events: readonly EventChange[]): void {
    for (const event of events) {
      const told: Told = { ...JSON.parse(event.data), ...event }
      this.#take(id, this.job(id), told, events)
    }
  }

  #take(id: string, job: LoggedJob, event: Told, together: readonly EventChange[]): void {
    const broken = (promise: number, what: string) => this.#ledger.break(`promise ${promise}: ${name(id)}: ${what}`)
    const holder = job.attempts.find((one) => one.end === null && one.isConfirmed)
    const named = job.attempts[(event.attempt ?? 0) - 1]
    const endOthers = (how: string) => {
      for (const one of job.attempts) if (one !== named) one.end ??= how
    }
    switch (event.type) {
      case 'offered':
        if (holder !== undefined) broken(13, `offered while attempt ${holder.number} has it`)
        job.isOffered = true
        job.requested = null
        return
      case 'claimed':
        if (!job.isOffered) broken(13, `attempt ${event.attempt} has claimed what was not offered`)
        job.attempts.push(freshAttempt(event.attempt ?? 0, event.token ?? ''))
        return
      case 'claim_repeated':
        named?.tokens.push(event.token ?? '')
        return
      case 'confirmed':
        if (holder !== undefined && !holder.isLost) broken(13, `attempt ${holder.number} is replaced, and was not lost`)
        if (named?.end !== null) broken(13, `attempt ${event.attempt} is confirmed after its end`)
        else named.isConfirmed = true
        if (named !== undefined) named.initialStep = event.fromStep ?? 0
        job.heard = { atMs: this.#world.elapsedMs, jumpedMs: this.jumpedMs, awayMs: job.awayMs }
        job.isOffered = false
        endOthers('replaced')
        return
      case 'returned':
        if (named !== undefined) named.isLost = false
        job.isOffered = false
        endOthers('replaced')
        return
      case 'lost': {
        const { atMs, jumpedMs, awayMs } = job.heard
        const quietMs = this.#world.elapsedMs - atMs + (this.jumpedMs - jumpedMs) - (job.awayMs - awayMs)
        if (quietMs < this.#lostAfterMs) broken(13, `attempt ${event.attempt} is lost after ${quietMs} ms of silence`)
        if (named !== undefined) named.isLost = true
        job.isOffered = true
        return
      }
      case 'given_up':
        if (event.actor === undefined && !this.#mayGiveUp(named, together))
          broken(13, `Stellwerk gives up attempt ${event.attempt}, of which nothing was requested`)
        if (named !== undefined) named.end = 'given_up'
        return
      case 'finished':
        if (named?.end !== null) broken(13, `attempt ${event.attempt} finishes after its end`)
        else {
          named.end = event.outcome ?? ''
          named.finishedSequence = event.sequence ?? 0
        }
        return
      case 'requested':
        job.requested = { id: event.id ?? 0, what: event.what ?? 'pause' }
        return
      case 'request_withdrawn':
        job.requested = null
        return
      case 'paused':
      case 'cancelled':
        if (holder !== undefined) broken(15, `${event.type} while attempt ${holder.number} has it`)
        break
      case 'failed':
        if (holder !== undefined && !holder.isLost) broken(13, `failed while attempt ${holder.number} lives`)
        break
      case 'completed':
        break
      case 'deleted':
        job.isDeleted = true
        break
      case 'resumed':
        job.isOffered = true
        return
      default:
        return
    }
    // At rest: nobody may claim it, and nothing is requested.
    job.isOffered = false
    job.requested = null
    job.isFinal ||= finals.includes(event.type)
    for (const one of job.attempts) one.end ??= event.type === 'paused' ? 'replaced' : 'overtaken'
  }

  /** Only what is lost, and only to carry out what an operator wants. */
  #mayGiveUp(attempt: LoggedAttempt | undefined, together: readonly EventChange[]): boolean {
    return attempt?.isLost === true && together.some(({ type }) => type === 'paused' || type === 'cancelled')
  }
}

const freshAttempt = (number: number, token: string): LoggedAttempt => ({
  number,
  tokens: [token],
  isConfirmed: false,
  isLost: false,
  initialStep: 0,
  end: null,
  finishedSequence: null,
})
