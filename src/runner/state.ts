import { join } from 'node:path'
import { readJson, writeJson } from './files.ts'
import type { Outcome } from './rules/outcome.ts'
import type { Requested } from './rules/verdict.ts'

/** The parts of a job that the runner needs. */
export type Job = {
  id: string
  name: string
  model_type: string
  total_documents: number
  config: unknown
  params: unknown
}

/** Why and since when (Unix ms) a process is told to end. */
export type Stop = {
  why: 'request' | 'release' | 'over'
  request: Requested | null
  /** When it was first known that it has to end. */
  sinceMs: number
  /** Milliseconds until SIGTERM, and until SIGKILL, from then on. */
  termMs: number
  killMs: number
  /** The signals that were sent, each noted down before. */
  sent: string[]
}

export type Checkpoint = { step: number; path: string }

/** The end of an attempt, to be told to the service. */
export type Finish = {
  outcome: Outcome
  error_message?: string
  exit_status?: number
  signal?: string
  checkpoint?: Checkpoint
  metrics?: object
  acknowledged?: number
}

/** An attempt as a runner that is started again needs it. */
export type StoredAttempt = {
  job: Job
  number: number
  token: string
  heartbeatS: number
  /** The last report that the service had taken when it was claimed. */
  sequence: number
  resume: { step: number; checkpoint: string } | null
  /** Its first word was answered: the process may run. */
  isConfirmed: boolean
  stop: Stop | null
  /** The newest checkpoint that the service has. */
  checkpoint: Checkpoint | null
  /** Told since (Unix ms). */
  finish: (Finish & { sinceMs: number }) | null
}

type Stored = { url: string; claimId: string | null; attempt: StoredAttempt | null }

/** What a runner must not forget, in one file of its folder. */
export class State {
  readonly #path: string
  readonly #stored: Stored

  /** @throws Error when the folder belongs to a runner for another service */
  constructor(folder: string, url: string) {
    this.#path = join(folder, 'state.json')
    this.#stored = readJson<Stored>(this.#path) ?? { url, claimId: null, attempt: null }
    if (this.#stored.url !== url && this.#stored.claimId !== null)
      throw new Error(
        `${folder} holds an attempt for ${this.#stored.url}. Finish it there, or choose another --workdir`,
      )
    this.#stored.url = url
  }

  get claimId(): string | null {
    return this.#stored.claimId
  }

  get attempt(): StoredAttempt | null {
    return this.#stored.attempt
  }

  /** A new claim, or `null` once it has ended. @throws when the disk is full: no claim may be made that is not noted down */
  setClaim(claimId: string | null): void {
    this.#stored.claimId = claimId
    this.#stored.attempt = null
    writeJson(this.#path, this.#stored)
  }

  /** @throws when the disk is full */
  setAttempt(attempt: StoredAttempt): void {
    this.#stored.attempt = attempt
    writeJson(this.#path, this.#stored)
  }

  /** Changes the attempt. On a full disk it is kept in memory. */
  change(changes: Partial<StoredAttempt>): void {
    if (this.#stored.attempt === null) return
    Object.assign(this.#stored.attempt, changes)
    try {
      writeJson(this.#path, this.#stored)
    } catch {
      // The next change is written with it.
    }
  }
}
