import { type ReadonlySignal, signal } from '@preact/signals'
import type { HistoryPoint } from '../../../client/index.ts'
import { api } from '../../api/client.ts'
import type { Problem } from '../../api/problem.ts'
import { request } from '../../api/request.ts'
import { CURVE_POINTS } from '../../platform/limits.ts'
import type { Source } from './source.ts'
import type { Rows } from './splice.ts'

/** A part of the curve, from a step to another, or all of it. */
export type Part = { from: number; to: number }

/** What was read of a part: the rows in force, and what later attempts have superseded. */
export type Read = Part & { rows: Rows; superseded: readonly HistoryPoint[]; isExact: boolean }

/** Everything, whatever its steps are. */
export const whole: Part = { from: -Infinity, to: Infinity }

/** Reads a curve from the service, thinned to what a chart can show. One request at a time, the last that is wanted. */
export class CurveReader {
  readonly #id: string
  readonly #source: Source
  readonly #read = signal<Read | null>(null)
  readonly #refusal = signal<Problem | null>(null)
  #wanted: (Part & { superseded: boolean }) | null = null
  #isReading = false

  constructor(id: string, source: Source) {
    this.#id = id
    this.#source = source
  }

  /** The last that was read; `null`: nothing yet. */
  get read(): ReadonlySignal<Read | null> {
    return this.#read
  }

  /** Why the last request was refused; `null`: it was not. */
  get refusal(): ReadonlySignal<Problem | null> {
    return this.#refusal
  }

  /** Reads a part, unless a newer wish comes before its turn. What was read stays until then. */
  ask(part: Part, superseded: boolean): void {
    this.#wanted = { ...part, superseded }
    if (!this.#isReading) void this.#readWanted()
  }

  forget(): void {
    this.#wanted = null
    this.#read.value = null
    this.#refusal.value = null
  }

  /** Drops what no longer counts, until it is read again. */
  rewind(fromStep: number): void {
    const read = this.#read.peek()
    if (read === null) return
    read.rows.dropFrom(fromStep)
    this.#read.value = { ...read }
  }

  async #readWanted(): Promise<void> {
    this.#isReading = true
    for (let wanted = this.#wanted; wanted !== null; wanted = this.#wanted) {
      const answer = await this.#request(wanted)
      // Another part is wanted by now, or none.
      if (this.#wanted !== wanted) continue
      this.#wanted = null
      this.#refusal.value = answer.ok ? null : answer.refusal
      if (!answer.ok || typeof answer.data === 'string') continue
      const { points, resolution } = answer.data
      this.#read.value = {
        ...{ from: wanted.from, to: wanted.to },
        rows: this.#source.rowsOf(points.filter(({ superseded }) => !superseded)),
        superseded: points.filter(({ superseded }) => superseded),
        isExact: resolution.method === 'full',
      }
    }
    this.#isReading = false
  }

  #request({ from, to, superseded }: Part & { superseded: boolean }) {
    const query = {
      format: 'json' as const,
      metrics: [...this.#source.metrics],
      only_asked: 'true' as const,
      max_points: String(CURVE_POINTS * this.#source.metrics.length),
      ...(superseded ? { include_superseded: 'true' as const } : {}),
      ...(Number.isFinite(from) ? { from_step: String(from) } : {}),
      ...(Number.isFinite(to) ? { to_step: String(to) } : {}),
    }
    return request(() => api.jobs[':id'].history.$get({ param: { id: encodeURIComponent(this.#id) }, query }), {
      inBackground: true,
    })
  }
}
