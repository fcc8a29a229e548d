import type { AttemptLog } from './attempt-log.ts'
import type { Said } from './said.ts'

/** What of an event is about points of runners. */
export type PointsEvent = {
  rewind?: { from_step: number }
  history: { step: number; metrics?: { n?: number } }[]
}

/** The points that a watcher of a runner's job holds, and has been told to drop. */
export class Held {
  readonly #job: string
  readonly #said: Said
  readonly #attempts: AttemptLog
  #points: { tag: number; step: number; attempt: number }[] = []

  constructor(job: string, said: Said, attempts: AttemptLog) {
    this.#job = job
    this.#said = said
    this.#attempts = attempts
  }

  get tags(): number[] {
    return this.#points.map(({ tag }) => tag)
  }

  /** Takes an event. @returns what is wrong with it; `null`: nothing */
  take({ rewind, history }: PointsEvent): string | null {
    if (rewind !== undefined) this.#points = this.#points.filter(({ step }) => step < rewind.from_step)
    for (const { step, metrics } of history) {
      const tag = metrics?.n ?? 0
      const origin = this.#said.origin(tag)
      if (origin?.job !== this.#job) return `a point that no runner has reported: ${step}`
      if (this.#points.some((point) => point.tag === tag)) return `point ${tag} of step ${step} twice`
      const { attempt } = origin
      // An attempt that reports a step has superseded it, and all after it; but not by the last values of its finish.
      const initial = this.#attempts.attempt(this.#job, attempt)?.initialStep ?? 0
      const from = Number.isNaN(origin.step) || step <= 0 ? initial : Math.min(initial, step)
      const stale = this.#points.find((point) => point.attempt < attempt && point.step >= from)
      if (stale !== undefined) return `step ${step} of attempt ${attempt} without a rewind of ${stale.step}`
      this.#points.push({ tag, step, attempt })
    }
    return null
  }
}
