import { AGAIN_S_MAX } from './limits.ts'
import { againMs } from './rules/backoff.ts'
import type { Say } from './say.ts'

/** Waits, at most until a signal is aborted: it never throws. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const stop = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    const timer = setTimeout(stop, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Resolves once a signal is aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Why a request is repeated. */
export type Failure = { why: string; retryAfterS?: number; isRejection?: boolean }

/** Repetitions of one kind of request: how long to wait before each, and what is said of them. */
export class Repetitions {
  readonly #what: string
  readonly #say: Say
  #failures = 0
  #rejections = 0
  #said = ''
  #sinceMs = 0

  constructor(what: string, say: Say) {
    this.#what = what
    this.#say = say
  }

  /** Milliseconds until the next one. A new reason is said once, not each time. */
  failed({ why, retryAfterS = 0, isRejection = false }: Failure): number {
    if (this.#failures++ === 0) this.#sinceMs = performance.now()
    this.#rejections = isRejection ? this.#rejections + 1 : 0
    if (why !== this.#said)
      this.#say('again', `${this.#what}: ${why}. Trying again, at least once in ${AGAIN_S_MAX} s`, { why })
    this.#said = why
    return againMs(this.#failures, Math.random(), { retryAfterS, rejections: this.#rejections })
  }

  succeeded(): void {
    if (this.#failures === 0) return
    const seconds = Math.round((performance.now() - this.#sinceMs) / 1_000)
    this.#say('reached', `${this.#what}: answered again after ${seconds} s`, { seconds })
    this.#failures = 0
    this.#rejections = 0
    this.#said = ''
  }
}

/** A promise, and what resolves it. */
export type Deferred<T> = { promise: Promise<T>; resolve: (value: T) => void }

/** `Promise.withResolvers`, which Node 20 lacks. */
export function deferred<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((one) => {
    resolve = one
  })
  return { promise, resolve }
}
