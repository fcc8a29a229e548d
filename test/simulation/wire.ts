import { newJobToken } from '../../src/auth/job-token.ts'
import type { ReportAnswer, SentReport } from '../../src/jobs/object/attempts.ts'
import type { WordRefusal } from '../../src/jobs/rules/refusals.ts'
import type { Finish } from '../../src/jobs/rules/trainers/words.ts'
import { type ClaimedJob, claimJob, finishAttempt, isLiveToken, reportTo } from '../../src/jobs/runners.ts'
import { sha256 } from '../../src/platform/sha256.ts'
import type { AttemptLog } from './attempt-log.ts'
import { type Ledger, name } from './ledger.ts'
import { background, type Workers } from './workers.ts'
import type { World } from './world.ts'

/** Who speaks: an attempt, and one of its tokens. */
export type Speaker = { job: string; attempt: number; token: string }

export type WordAnswer<T> = T | WordRefusal | { reason: 'not_found' }

/** How long a runner waits for an answer. */
const ANSWER_MS = 30_000

/**
 * The network between one runner and Stellwerk, which loses requests and answers, and doubles requests. Each answer is held
 * against what the log says of the attempt. `undefined`: there was no answer.
 */
export class Wire {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #attempts: AttemptLog
  readonly #workers: Workers
  #requests = 0
  /** Whether every second answer is lost. */
  losesEverySecond = false

  constructor(world: World, ledger: Ledger, attempts: AttemptLog, workers: Workers) {
    this.#world = world
    this.#ledger = ledger
    this.#attempts = attempts
    this.#workers = workers
  }

  async claim(runner: string, claimId: string): Promise<ClaimedJob | null | undefined> {
    const request = { runner, claimId, labels: {}, modelTypes: [], waitS: 0, actor: 'token:runners', isTooOld: false }
    const claimed = await this.#send((env) => claimJob(env, background, request, newJobToken))
    if (claimed === 'too_old') throw new Error('A runner without a version is too old')
    if (claimed) this.#world.note(`${runner} has claimed ${name(claimed.job.id)}, attempt ${claimed.attempt}`)
    return claimed
  }

  async report(speaker: Speaker, sent: SentReport): Promise<WordAnswer<ReportAnswer> | undefined> {
    const before = await this.#standing(speaker)
    const answer = await this.#send((env) => reportTo(env, speaker.job, before.hash, sent))
    this.#note(speaker, `report ${sent.sequence ?? 'nothing'}`, answer)
    if (answer === undefined) return undefined
    if ('reason' in answer) this.#checkRefusal(speaker, before, answer)
    else {
      this.#checkHeard(speaker, before)
      const { requested } = this.#attempts.job(speaker.job)
      // What was wanted all the while must be told.
      if (requested?.id === before.requested && requested?.id !== answer.requested?.id)
        this.#break(speaker, 16, `is told of request ${answer.requested?.id}, not of ${requested?.id}`)
    }
    return answer
  }

  /** @returns `null`: the attempt has ended so */
  async finish(speaker: Speaker, finish: Finish): Promise<WordAnswer<null> | undefined> {
    const before = await this.#standing(speaker)
    const answer = await this.#send((env) => finishAttempt(env, background, speaker.job, before.hash, finish))
    const refusal = answer && 'reason' in answer ? answer : undefined
    this.#note(speaker, `finish ${finish.sequence} ${finish.outcome}`, answer)
    if (refusal) this.#checkRefusal(speaker, before, refusal)
    else if (answer) {
      const logged = this.#attempts.attempt(speaker.job, speaker.attempt)
      const isSo = logged?.end === finish.outcome && logged.finishedSequence === finish.sequence
      if (!isSo) this.#break(speaker, 14, `has finished by its answer, and is ${logged?.end} in the log`)
    }
    return refusal ?? (answer && null)
  }

  /** Whether a token opens its own job for reading. */
  async mayRead(speaker: Speaker): Promise<boolean | undefined> {
    const before = await this.#standing(speaker)
    const isLive = await this.#send((env) => isLiveToken(env, speaker.job, before.hash))
    const after = await this.#standing(speaker)
    const isGood = ({ isLatest, hasEnded }: typeof before) => isLatest && !hasEnded
    const isKnown = isGood(before) === isGood(after) && this.#ledger.losses === 0
    if (isLive !== undefined && isKnown && isLive !== isGood(after))
      this.#break(
        speaker,
        12,
        `may ${isLive ? '' : 'not '}read with a token that is ${isGood(after) ? 'good' : 'dead'}`,
      )
    return isLive
  }

  /** Asks for something with files. @returns what was answered */
  async ask<T extends object>(
    speaker: Speaker,
    word: string,
    work: (env: Env, hash: string) => Promise<T>,
  ): Promise<T | undefined> {
    const before = await this.#standing(speaker)
    const answer = await this.#send((env) => work(env, before.hash))
    this.#note(speaker, word, answer)
    if (answer === undefined) return undefined
    const isRefused = 'reason' in answer
    if (isRefused) this.#checkRefusal(speaker, before, answer as unknown as WordRefusal)
    else this.#checkHeard(speaker, before)
    return answer
  }

  async #send<T>(work: (env: Env) => Promise<T>): Promise<T | undefined> {
    this.#requests++
    const { random } = this.#world
    if (this.#world.strikes('runner-unheard', 0.05)) {
      await this.#world.delay(random.int(10, ANSWER_MS))
      return undefined
    }
    if (this.#world.strikes('runner-sends-twice', 0.2)) void this.#workers.run(work)
    const answer = await Promise.race([this.#workers.run(work), this.#world.delay(ANSWER_MS)])
    const isLost = this.#world.strikes('runner-unanswered', 0.05)
    if (isLost || (this.losesEverySecond && this.#requests % 2 === 0)) {
      await this.#world.delay(random.int(0, ANSWER_MS))
      return undefined
    }
    return answer as T | undefined
  }

  /** What the log says of an attempt before it speaks. */
  async #standing({ job, attempt, token }: Speaker) {
    const hash = await sha256(token)
    const logged = this.#attempts.attempt(job, attempt)
    return {
      hash,
      isLatest: logged?.tokens.at(-1) === hash,
      hasEnded: logged?.end != null,
      requested: this.#attempts.job(job).requested?.id,
    }
  }

  #checkHeard(speaker: Speaker, before: { isLatest: boolean; hasEnded: boolean }): void {
    if (before.hasEnded) this.#break(speaker, 13, 'is heard after its end')
    if (!before.isLatest) this.#break(speaker, 13, 'is heard with the token of an earlier answer')
  }

  #checkRefusal(
    speaker: Speaker,
    before: { hash: string; isLatest: boolean; hasEnded: boolean },
    refusal: WordRefusal | { reason: 'not_found' },
  ): void {
    const job = this.#attempts.job(speaker.job)
    const logged = job.attempts[speaker.attempt - 1]
    const isLatest = before.isLatest && logged?.tokens.at(-1) === before.hash
    switch (refusal.reason) {
      case 'attempt_over': {
        const why = job.isDeleted ? 'deleted' : (whyOver[logged?.end ?? ''] ?? 'finished')
        const isTrue = job.isDeleted || logged?.end != null
        if (!isTrue) this.#break(speaker, 13, `is told that it is over (${refusal.why}), and lives`)
        else if (refusal.why !== why && !job.isDeleted)
          this.#break(speaker, 13, `is told ${refusal.why}, and was ${why}`)
        return
      }
      case 'token_unknown':
        if (before.hasEnded) this.#break(speaker, 19, 'is never told that it is over')
        if (isLatest && logged?.end === null) this.#break(speaker, 19, 'is unknown by its latest token')
        return
      case 'not_found':
        if (this.#ledger.losses === 0) this.#break(speaker, 19, 'is told that there is no such job')
        return
      case 'not_a_report':
        this.#break(speaker, 14, `is told: ${refusal.message}`)
    }
  }

  #note({ job, attempt }: Speaker, word: string, answer: object | null | undefined): void {
    if (this.#world.trace !== null)
      this.#world.note(`attempt ${attempt} at ${name(job)}: ${word}: ${JSON.stringify(answer)}`)
  }

  #break({ job, attempt }: Speaker, promise: number, what: string): void {
    this.#ledger.break(`promise ${promise}: attempt ${attempt} at ${name(job)} ${what}`)
  }
}

const whyOver: Record<string, string> = { replaced: 'replaced', given_up: 'given-up' }
