import { valuesIn } from '../rules/columns.ts'
import type { LoggedValue } from '../rules/run.ts'
import { isStepless } from '../rules/stepless.ts'
import type { Blocks } from './blocks.ts'

/** The points of a curve as values of metrics, each with its step and time. */
export class StoredValues {
  readonly #blocks: Blocks | null
  readonly #supersededFrom: (attempt: number) => number

  /** @param blocks `null`: there is no curve @param supersededFrom the step from which on an attempt's points do not count */
  constructor(blocks: Blocks | null, supersededFrom: (attempt: number) => number) {
    this.#blocks = blocks
    this.#supersededFrom = supersededFrom
  }

  /** All values of a metric in force, by time, then step. Opens the blocks that have it, and no others. */
  of(name: string): LoggedValue[] {
    const values: LoggedValue[] = []
    for (const { first, attempt, told } of this.#blocks?.near(0, 0, new Set([name]), true) ?? []) {
      if (!told.metrics.has(name)) continue
      const limit = isStepless(name) ? Number.POSITIVE_INFINITY : this.#supersededFrom(attempt)
      const inBlock = this.#blocks === null ? [] : valuesIn(this.#blocks.open(first), [name])
      values.push(...inBlock.filter(({ step }) => step < limit))
    }
    return values.sort((a, b) => a.timestampMs - b.timestampMs || a.step - b.step)
  }

  /** The values of an attempt's reports that came at a time (Unix ms) or after it, and of some from before. */
  *since(atMs: number, attempt: number): Generator<LoggedValue> {
    for (const block of this.#blocks?.since(atMs) ?? []) if (block.attempt === attempt) yield* valuesIn(block.columns)
  }
}
