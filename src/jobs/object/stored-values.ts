import { eachValue, valuesIn } from '../rules/columns.ts'
import type { LoggedValue } from '../rules/run.ts'
import { isStepless } from '../rules/stepless.ts'
import type { Blocks } from './blocks.ts'

/** Some values of a metric, in columns: an object for each would take most of the time of a call. Times are Unix ms. */
export type ValuesPage = {
  steps: Float64Array
  times: Float64Array
  values: Float64Array
  /** How many values there are. */
  total: number
}

/** The points of a curve as values of metrics, each with its step and time. */
export class StoredValues {
  readonly #blocks: Blocks | null
  readonly #supersededFrom: (attempt: number) => number

  /** @param blocks `null`: there is no curve @param supersededFrom the step from which on an attempt's points do not count */
  constructor(blocks: Blocks | null, supersededFrom: (attempt: number) => number) {
    this.#blocks = blocks
    this.#supersededFrom = supersededFrom
  }

  /**
   * The values of a metric in force, by time, then step, from a place on. Opens the blocks that have it, and no others. A curve
   * may have two million values, of which only numbers are kept meanwhile.
   */
  page(name: string, from: number, limit: number): ValuesPage {
    const [steps, times, values]: [number[], number[], number[]] = [[], [], []]
    for (const { first, attempt, told } of this.#blocks?.near(0, 0, new Set([name]), true) ?? []) {
      if (!told.metrics.has(name) || this.#blocks === null) continue
      const limitStep = isStepless(name) ? Number.POSITIVE_INFINITY : this.#supersededFrom(attempt)
      const { step, time, metrics } = this.#blocks.open(first)
      eachValue(metrics[name] ?? [], (i, value) => {
        const at = step[i] ?? 0
        if (at >= limitStep) return
        steps.push(at)
        times.push(time[i] ?? 0)
        values.push(value)
      })
    }
    const compare = (a: number, b: number) =>
      (times[a] ?? 0) - (times[b] ?? 0) || (steps[a] ?? 0) - (steps[b] ?? 0) || a - b
    const order = Uint32Array.from(steps.keys())
    let isInOrder = true
    for (let i = 1; i < steps.length && isInOrder; i++) isInOrder = compare(i - 1, i) < 0
    const places = (isInOrder ? order : order.sort(compare)).subarray(from, from + limit)
    const column = (of: readonly number[]) => Float64Array.from(places, (i) => of[i] ?? 0)
    return { steps: column(steps), times: column(times), values: column(values), total: steps.length }
  }

  /** The values of an attempt's reports that came at a time (Unix ms) or after it, and of some from before. */
  *since(atMs: number, attempt: number): Generator<LoggedValue> {
    for (const block of this.#blocks?.since(atMs) ?? []) if (block.attempt === attempt) yield* valuesIn(block.columns)
  }
}
