import type { Random } from './random.ts'
import type { Said, SaidPoint } from './said.ts'

/** How a training process ends. `stopped`: since that was requested, or its machine is taken away. */
export type ProcessEnd = 'completed' | 'failed' | 'stopped'

/** What a process has brought since it was last asked. */
export type Output = { points: Record<string, unknown>[]; said: SaidPoint[]; lines: string[] }

/** Steps that one report holds: a process that was not asked for long has more. */
const STEPS_MAX = 40

/** A training process on a runner's machine: its steps follow from the time, and the seed decides what it says of them. */
export class Process {
  readonly total: number
  /** The first step after those that it has done. */
  step: number
  end: ProcessEnd | null = null
  readonly #random: Random
  readonly #first: number
  readonly #stepMs: number
  readonly #failsAt: number | null
  readonly #goesBack: boolean
  #nextMs: number
  #endsMs = Number.POSITIVE_INFINITY
  #isSilent: boolean

  /** @param from the step that its checkpoint leads to; it may begin with an earlier one, as some trainers do */
  constructor(random: Random, from: number, nowMs: number) {
    this.#random = random
    this.#first = Math.max(0, from - random.pick([0, 0, 0, 1, 3]))
    this.step = this.#first
    this.#stepMs = random.pick([500, 2_000, 10_000, 30_000])
    this.total = this.step + random.int(2, 40)
    this.#failsAt = random.chance(0.1) ? random.int(this.step, this.total) : null
    this.#goesBack = random.chance(0.2)
    this.#isSilent = random.chance(0.7)
    this.#nextMs = nowMs + this.#stepMs
  }

  /** Stands still for so long, with its machine. */
  freeze(ms: number): void {
    this.#nextMs += ms
    this.#endsMs += ms
  }

  /** Is asked to save and end: it takes so long. */
  stop(afterMs: number): void {
    this.#endsMs = Math.min(this.#endsMs, afterMs)
  }

  /** Dies with its machine, and goes on from its own files. */
  restart(nowMs: number): void {
    this.step = Math.max(this.#first, this.step - this.#random.int(0, 3))
    this.#nextMs = nowMs + this.#stepMs
  }

  /** When something happens next, elapsed ms. */
  get nextMs(): number {
    return Math.min(this.#nextMs, this.#endsMs)
  }

  /** What it has done by now. */
  run(said: Said, nowMs: number): Output {
    const output: Output = { points: [], said: [], lines: [] }
    // The first line comes before any point.
    if (!this.#isSilent) output.lines.push(`line ${said.nextTag()}`)
    this.#isSilent = true
    for (let done = 0; this.end === null && this.#nextMs <= Math.min(nowMs, this.#endsMs) && done < STEPS_MAX; done++) {
      if (this.step === this.#failsAt) this.end = 'failed'
      else this.#take(said, output)
      this.#nextMs += this.#stepMs
      if (this.end === null && this.step >= this.total) this.end = 'completed'
    }
    if (this.end === null && this.#endsMs <= nowMs && this.#nextMs > this.#endsMs) this.end = 'stopped'
    // Points come in any order.
    if (this.#random.chance(0.2)) {
      output.points.reverse()
      output.said.reverse()
    }
    return output
  }

  /** One step, or what else a trainer says. */
  #take(said: Said, { points, said: saidPoints, lines }: Output): void {
    const random = this.#random
    const { step } = this
    const tag = said.nextTag()
    const loss = random.chance(0.1) ? random.pick(['NaN', 'Infinity', '-Infinity']) : 1 / (1 + step)
    points.push({ step, metrics: { loss, n: tag }, ...(random.chance(0.5) ? { epoch: 1 } : {}) })
    saidPoints.push({ tag, step, isLoose: false })
    if (random.chance(0.2)) {
      const loose = said.nextTag()
      points.push({ step: random.int(0, 9), metrics: { 'system/n': loose } })
      saidPoints.push({ tag: loose, step: 0, isLoose: true })
    }
    // Makes no sense, and is left out.
    if (random.chance(0.1)) points.push({ step: 0.5, metrics: { loss: 1 } })
    if (random.chance(0.3)) lines.push(`line ${said.nextTag()}`)
    this.step++
    if (this.#goesBack && random.chance(0.1)) this.step = Math.max(this.#first, step - 1)
  }
}
