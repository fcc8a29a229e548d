import { FRAME_VALUES_MAX } from '../../platform/limits.ts'
import { type Columns, pointsOf } from '../rules/columns.ts'
import type { Outline } from '../rules/extreme-search.ts'
import { hasStep, isStepless } from '../rules/stepless.ts'
import { thinnedBlocks } from '../rules/thinning-blocks.ts'
import type { Curve, Point, Range, Thinned } from '../rules/types.ts'
import type { Blocks } from './blocks.ts'

/** The points numbered `from` … `to` - 1, of one attempt, of which those from a step on are superseded. */
export type Stretch = { from: number; to: number; limit: number }

/** A curve that is read from the table when it is asked for. */
export class RecordedCurve implements Curve {
  readonly length: number
  readonly names: Iterable<string>
  readonly #blocks: Blocks
  readonly #limitOf: (attempt: number) => number
  readonly #stretches: () => readonly Stretch[]

  /**
   * @param limitOf the step from which on the points of an attempt are superseded
   * @param stretches those of which something may be in force, by number
   */
  constructor(
    blocks: Blocks,
    length: number,
    names: Iterable<string>,
    limitOf: (attempt: number) => number,
    stretches: () => readonly Stretch[],
  ) {
    this.#blocks = blocks
    this.length = length
    this.names = names
    this.#limitOf = limitOf
    this.#stretches = stretches
  }

  get lengthMax(): number {
    return this.length
  }

  slice(from: number, to: number): Point[] {
    const points: Point[] = []
    for (const { first, attempt, columns } of this.#blocks.holding(from, to)) {
      points.push(...inForce(columns, first, this.#limitOf(attempt), from, to))
    }
    return points
  }

  reach(from: number, to: number): number {
    let at = from
    let room = FRAME_VALUES_MAX
    for (const { first, count, values } of this.#blocks.sizes(from, to)) {
      const end = Math.min(to, first + count)
      const perPoint = values / count
      if ((end - at) * perPoint > room) return Math.max(from + 1, at + Math.floor(room / perPoint))
      room -= (end - at) * perPoint
      at = end
    }
    return to
  }

  last(count: number): Point[] {
    let points: Point[] = []
    for (const { from, to, limit } of this.#stretches().toReversed()) {
      for (let end = to; points.length < count; ) {
        const firsts = this.#blocks.lastBelow(limit, from, end, count)
        for (const first of firsts) {
          if (points.length < count) points = [...inForce(this.#blocks.open(first), first, limit), ...points]
        }
        const reached = firsts.at(-1)
        if (reached === undefined) break
        end = reached
      }
    }
    return points.slice(-count)
  }

  between(fromStep: number, toStep: number): Point[] {
    const points: Point[] = []
    for (const { first, attempt } of this.#blocks.near(fromStep, toStep, new Set())) {
      const found = inForce(this.#blocks.open(first), first, this.#limitOf(attempt))
      points.push(...found.filter(({ step }) => step >= fromStep && step <= toStep))
    }
    return points.sort((a, b) => a.step - b.step || a.timestampMs - b.timestampMs)
  }

  thin(range: Range): Thinned {
    const names = new Set(range.metrics)
    const wantsLoose = range.metrics.some(isStepless)
    const outlines: Outline[] = []
    for (const block of this.#blocks.near(range.fromStep, range.toStep, names, wantsLoose)) {
      const { first, attempt, count, values, told } = block
      if (told.metrics.size === 0) continue
      const hasLoose = wantsLoose && (block.fromStep === null || told.loose !== null)
      const steps = hasLoose ? this.#stepsOf(first) : block
      const { fromStep, toStep } = steps
      if (fromStep === null || toStep === null || toStep < range.fromStep || fromStep > range.toStep) continue
      const limit = this.#limitOf(attempt)
      outlines.push({ first, count, values, fromStep, toStep, limit, metrics: told.metrics, hasLoose })
    }
    return thinnedBlocks(outlines, (first) => this.#blocks.open(first), range)
  }

  /** The lowest and highest step of a block, those of points that do not count for steps included: no row tells them. */
  #stepsOf(first: number): Pick<Outline, 'fromStep' | 'toStep'> {
    const { step } = this.#blocks.open(first)
    return { fromStep: Math.min(...step), toStep: Math.max(...step) }
  }
}

/** The points of a block that have a step below a limit; of those numbered `from` … `to` - 1. */
function inForce(columns: Columns, first: number, limit: number, from = 0, to = Number.POSITIVE_INFINITY): Point[] {
  const points = pointsOf(columns).slice(Math.max(0, from - first), Math.max(0, to - first))
  return points.filter((point) => point.step < limit && hasStep(point))
}
