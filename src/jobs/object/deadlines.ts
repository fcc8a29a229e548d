import type { Alarm } from './alarm.ts'

/** An action and when it is due (Unix ms; `null`: currently never). */
export type Deadline = { name: string; atMs: () => number | null; meet: () => void | Promise<void> }

/** Named deadlines; the object's alarm is set to the earliest. */
export class Deadlines {
  readonly #alarm: Alarm
  readonly #now: () => number
  readonly #deadlines: readonly Deadline[]

  /** @param now the job's clock, Unix ms */
  constructor(alarm: Alarm, now: () => number, deadlines: readonly Deadline[]) {
    this.#alarm = alarm
    this.#now = now
    this.#deadlines = deadlines
  }

  /** Sets the alarm to the earliest deadline. */
  arm(): Promise<void> {
    return this.#alarm.set(this.#nextMs())
  }

  /** Like `arm`, but not before a time (Unix ms): a deadline that failed would be due again at once. */
  async armAfter(ms: number): Promise<void> {
    const nextMs = this.#nextMs()
    await this.#alarm.set(nextMs === null ? null : Math.max(nextMs, ms))
  }

  /** Sets the alarm again if it is missing. @returns when it was due; `null`: there was none */
  async rearmIfLost(): Promise<number | null> {
    const nextMs = this.#nextMs()
    return nextMs === null ? null : this.#alarm.restore(nextMs)
  }

  /** Meets the deadlines that are due, in their order, then sets the next alarm: an early alarm only does that. */
  async meet(): Promise<void> {
    for (const { atMs, meet } of this.#deadlines) {
      const dueMs = atMs()
      if (dueMs !== null && dueMs <= this.#now()) await meet()
    }
    await this.arm()
  }

  /** Call when the alarm has fired, or was erased with the storage. */
  forget(): void {
    this.#alarm.forget()
  }

  #nextMs(): number | null {
    const times = this.#deadlines.flatMap(({ atMs }) => atMs() ?? [])
    return times.length === 0 ? null : Math.min(...times)
  }
}
