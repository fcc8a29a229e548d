import { randomUUID } from 'node:crypto'
import type { Service } from './http.ts'
import type { Interrupts } from './interrupts.ts'
import { CLAIM_WAIT_S, DISK_AGAIN_MS, LEAVING_MS_MAX, REQUEST_MS_MAX } from './limits.ts'
import type { Options } from './options.ts'
import { again, members, problemOf, type Reply } from './rules/verdict.ts'
import type { Say } from './say.ts'
import type { Job, State, StoredAttempt } from './state.ts'
import { version } from './version.ts'
import { Repetitions, sleep } from './wait.ts'

/** The service refuses the claim for a reason that no repetition changes. The message is a sentence. */
export class ClaimRefused extends Error {}

/** Claims jobs, under an id that is noted down before it is used. */
export class Claims {
  readonly #service: Service
  readonly #options: Options
  readonly #state: State
  readonly #say: Say

  constructor(service: Service, options: Options, state: State, say: Say) {
    this.#service = service
    this.#options = options
    this.#state = state
    this.#say = say
  }

  /** Waits for a job. @returns `null`: the runner was told to end. @throws ClaimRefused */
  async next({ once }: Interrupts): Promise<StoredAttempt | null> {
    const again = new Repetitions('Claim', this.#say)
    this.#say('waiting', `${this.#options.name} waits for a job at ${this.#options.url}`)
    while (!once.aborted) {
      if (!this.#noteClaim()) {
        await sleep(DISK_AGAIN_MS, once)
        continue
      }
      const { reply, why } = await this.#claim(CLAIM_WAIT_S, once)
      const claimed = reply && attemptIn(reply)
      if (claimed) {
        again.succeeded()
        this.#state.setAttempt(claimed)
        return claimed
      }
      if (reply?.status === 204) {
        again.succeeded()
        await sleep(reply.retryAfterS * (1 + Math.random()) * 1_000, once)
        continue
      }
      if (reply !== null) refuse(reply)
      if (once.aborted) break
      await sleep(again.failed(failureOf(reply, why)), once)
    }
    return null
  }

  /** Gets a new token for the attempt. @returns whether there was one */
  async renew(): Promise<boolean> {
    const { attempt } = this.#state
    if (attempt === null) return false
    const { reply } = await this.#claim(0)
    const claimed = reply && attemptIn(reply)
    if (!claimed || claimed.job.id !== attempt.job.id || claimed.number !== attempt.number) return false
    this.#state.change({ token: claimed.token })
    return true
  }

  /** Says that this runner ends, so that it is not listed as waiting, and its last claim gets no job. */
  async leave(): Promise<void> {
    await this.#service.ask('/claims', {
      token: this.#options.token,
      body: JSON.stringify({
        runner: this.#options.name,
        claim_id: this.#state.claimId ?? randomUUID(),
        leaving: true,
      }),
      withinMs: LEAVING_MS_MAX,
    })
  }

  /** The id must be known to a runner that is started again: the answer may get lost. */
  #noteClaim(): boolean {
    if (this.#state.claimId !== null) return true
    try {
      this.#state.setClaim(randomUUID())
      return true
    } catch (error) {
      this.#say('disk', `No job is claimed while the workdir cannot be written: ${String(error)}`)
      return false
    }
  }

  #claim(waitS: number, signal?: AbortSignal) {
    const { name, labels, modelTypes, token } = this.#options
    const claim = {
      runner: name,
      claim_id: this.#state.claimId,
      version,
      labels,
      model_types: modelTypes,
      wait_s: waitS,
    }
    return this.#service.ask('/claims', {
      token,
      body: JSON.stringify(claim),
      withinMs: REQUEST_MS_MAX + waitS * 1_000,
      ...(signal === undefined ? {} : { signal }),
    })
  }
}

/** @throws ClaimRefused for what is the runner's fault */
function refuse(reply: Reply): void {
  const said = problemOf(reply)
  if (said === null || ![400, 415, 422, 426].includes(reply.status)) return
  throw new ClaimRefused(
    reply.status === 426
      ? `This runner has version ${version}, which is too old: ${said.detail}`
      : `The claim is not valid: ${said.detail}`,
  )
}

/** A token that is not valid, or has another role, is tried once a minute: somebody may be about to create it. */
function failureOf(reply: Reply | null, why: string | undefined) {
  const failure = again(reply, why)
  return reply?.status === 401 || reply?.status === 403 ? { ...failure, retryAfterS: 60 } : failure
}

/** The attempt in an answer to a claim; `null`: it is no such answer. */
function attemptIn(reply: Reply): StoredAttempt | null {
  const { job, attempt, token, sequence, resume, lease } = members(reply.body)
  const { id, name, model_type, total_documents, config, params } = members(job)
  if (reply.status !== 200 || typeof id !== 'string' || typeof token !== 'string' || typeof attempt !== 'number')
    return null
  const { step, checkpoint } = members(resume)
  return {
    job: { id, name, model_type, total_documents, config, params } as Job,
    number: attempt,
    token,
    heartbeatS: Number(members(lease).heartbeat_s) || 15,
    sequence: Number(sequence) || 0,
    resume: typeof step === 'number' && typeof checkpoint === 'string' ? { step, checkpoint } : null,
    isConfirmed: false,
    stop: null,
    checkpoint: null,
    finish: null,
  }
}
