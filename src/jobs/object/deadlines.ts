import type { Alarm } from './alarm.ts'

/** Something that is to be done at a time: when (Unix ms; `null`: never, as things stand), and what. */
export type Deadline = { name: string; atMs: () => number | null; meet: () => void | Promise<void> }

/** Named times, the earliest of which is what the object's one alarm is set to. */
export class Deadlines {
  readonly #alarm: Alarm
  readonly #deadlines: readonly Deadline[]

  constructor(alarm: Alarm, deadlines: readonly Deadline[]) {
    this.#alarm = alarm
    this.#deadlines = deadlines
  }

  /** Sets the alarm to the earliest deadline. */
  arm(): Promise<void> {
    return this.#alarm.set(this.#nextMs())
  }

  /** As `arm`, but not before a time, Unix ms: a deadline that could not be met would be due at once. */
  async armAfter(ms: number): Promise<void> {
    const nextMs = this.#nextMs()
    await this.#alarm.set(nextMs === null ? null : Math.max(nextMs, ms))
  }

  /** Sets the alarm again if it is missing. */
  async rearmIfLost(): Promise<void> {
    const nextMs = this.#nextMs()
    if (nextMs !== null) await this.#alarm.restore(nextMs)
  }

  /** Meets every deadline, which is safe after an early or late alarm too, then sets the next alarm. */
  async meet(): Promise<void> {
    for (const { meet } of this.#deadlines) await meet()
    await this.arm()
  }

  /** To be called when the alarm has fired, or was erased with everything else. */
  forget(): void {
    this.#alarm.forget()
  }

  #nextMs(): number | null {
    const times = this.#deadlines.flatMap(({ atMs }) => atMs() ?? [])
    return times.length === 0 ? null : Math.min(...times)
  }
}
