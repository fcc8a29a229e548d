import type { Extremes } from './block.ts'
import { type Columns, eachValue, pointAt, steppedIn } from './columns.ts'
import type { Point, Range } from './types.ts'

/** What is known of a block before it is opened. */
export type Outline = {
  /** The number of its first point. */
  first: number
  count: number
  values: number
  /** Of those that count for steps, and if `hasLoose` of the others, too. */
  fromStep: number
  toStep: number
  /** Its points at this step and after are superseded. */
  limit: number
  metrics: ReadonlyMap<string, Extremes>
  /** Whether some of its points do not count for steps, are never superseded, and may have a value that is asked for. */
  hasLoose: boolean
}

/** Opens a block, by the number of its first point. */
export type Open = (first: number) => Columns

/** Kinds of a metric's extremes in a bucket: the lowest, the highest, and the first NaN, whose value here is its step. */
const sides = [0, 1, 2] as const
const NAN_SIDE = 2
type Side = (typeof sides)[number]

/** The lowest or highest value of a metric in a bucket; `at`: its place in the block, once that was opened. */
type Best = { value: number; outline: Outline; at: number | null; point: Point | null }

/** The first or the last of all points. */
type End = { step: number; timeMs: number; outline: Outline; at: number; point: Point | null }

/**
 * Finds the ends of a curve in blocks and the extremes of its buckets of so many steps, and opens few blocks for that: those
 * at the ends, those that may have an extreme of a bucket they are only partly in, and those that have one that stays. At any time it
 * holds one block, and the points that stay.
 */
export class ExtremeSearch {
  readonly #outlines: readonly Outline[]
  readonly #open: Open
  readonly #range: Range
  readonly #width: number
  readonly #best = new Map<number, Best>()
  readonly #opened = new Set<Outline>()
  #first: End | null = null
  #last: End | null = null
  readonly #bucket0: number

  constructor(outlines: readonly Outline[], open: Open, range: Range, width: number) {
    this.#outlines = outlines
    this.#open = open
    this.#range = range
    this.#width = width
    this.#bucket0 = Math.floor(Math.max(range.fromStep, Math.min(...outlines.map((one) => one.fromStep))) / width)
  }

  /** Both ends, then the extremes, the most important first: by metric, the lowest before the highest, then NaN. Each point once. */
  find(): { number: number; point: Point }[] {
    this.#findEnds()
    const partial = this.#outlines.filter((one) => !this.#opened.has(one) && !this.#takeAsWhole(one))
    for (const one of partial) if (this.#mayMatter(one)) this.#scan(one)
    for (const { outline, point } of [...this.#best.values()]) {
      if (point === null && !this.#opened.has(outline)) this.#scan(outline)
    }
    const kinds = sides.length * this.#range.metrics.length
    const rankOf = (key: number) => (key % sides.length === NAN_SIDE ? kinds : key % kinds)
    const extremes = [...this.#best].sort(([a], [b]) => rankOf(a) - rankOf(b) || a - b).map(([, best]) => best)
    const kept = new Map<number, Point>()
    for (const one of [this.#first, this.#last, ...extremes]) {
      if (one !== null && one.at !== null && one.point !== null) kept.set(one.outline.first + one.at, one.point)
    }
    return [...kept].map(([number, point]) => ({ number, point }))
  }

  #findEnds(): void {
    const byFirst = this.#outlines.toSorted((a, b) => this.#fromStep(a) - this.#fromStep(b))
    for (const one of byFirst) {
      if (this.#first !== null && this.#fromStep(one) > this.#first.step) break
      this.#scan(one)
    }
    const byLast = this.#outlines.toSorted((a, b) => this.#toStep(b) - this.#toStep(a))
    for (const one of byLast) {
      if (this.#last !== null && this.#toStep(one) < this.#last.step) break
      this.#scan(one)
    }
  }

  /** The lowest step of a block that can be meant, and the highest. */
  #fromStep({ fromStep }: Outline): number {
    return Math.max(this.#range.fromStep, fromStep)
  }
  #toStep({ toStep, limit, hasLoose }: Outline): number {
    return Math.min(this.#range.toStep, toStep, this.#range.includesSuperseded || hasLoose ? toStep : limit - 1)
  }

  /** Takes the extremes of a block from what it tells, if all its points are meant and in one bucket. @returns whether they are */
  #takeAsWhole(outline: Outline): boolean {
    const isWhole = this.#fromStep(outline) === outline.fromStep && this.#toStep(outline) === outline.toStep
    const bucket = this.#bucketOf(outline.fromStep)
    if (!isWhole || this.#bucketOf(outline.toStep) !== bucket) return false
    if (outline.toStep >= outline.limit && !this.#range.includesSuperseded) return false
    for (const [n, name] of this.#range.metrics.entries()) {
      const extremes = outline.metrics.get(name)
      if (extremes === undefined) continue
      this.#consider(bucket, n, extremes.lowest, outline, null)
      this.#consider(bucket, n, extremes.highest, outline, null)
      if (extremes.hasNaN) this.#considerNaN(bucket, n, outline.fromStep, outline, null)
    }
    return true
  }

  /** Whether a block may have an extreme of a bucket that it is in, by what is known by now. */
  #mayMatter(outline: Outline): boolean {
    const last = this.#bucketOf(this.#toStep(outline))
    for (let bucket = this.#bucketOf(this.#fromStep(outline)); bucket <= last; bucket++) {
      for (const [n, name] of this.#range.metrics.entries()) {
        const extremes = outline.metrics.get(name)
        if (extremes === undefined) continue
        if (this.#isBetter(this.#keyOf(bucket, n, 0), extremes.lowest)) return true
        if (this.#isBetter(this.#keyOf(bucket, n, 1), extremes.highest)) return true
        if (extremes.hasNaN && !this.#best.has(this.#keyOf(bucket, n, NAN_SIDE))) return true
      }
    }
    return false
  }

  /** Opens a block, and takes of it what is better than what is known. */
  #scan(outline: Outline): void {
    if (this.#opened.has(outline)) return
    this.#opened.add(outline)
    const { fromStep, toStep, includesSuperseded, metrics: names } = this.#range
    const columns = this.#open(outline.first)
    const stepped = steppedIn(columns)
    const changed = new Set<number>()
    for (const [n, name] of names.entries()) {
      if (!Object.hasOwn(columns.metrics, name)) continue
      // Most values are neither of these: they must cost next to nothing.
      let bucket = Number.NaN
      let [low, high] = [0, 0]
      eachValue(columns.metrics[name] ?? [], (at, value) => {
        const step = columns.step[at] ?? 0
        const isMeant = step >= fromStep && step <= toStep
        if (!isMeant || (stepped[at] && step >= outline.limit && !includesSuperseded)) return
        const timeMs = columns.time[at] ?? 0
        if (!(after(this.#first, step, timeMs) >= 0)) this.#first = { step, timeMs, outline, at, point: null }
        if (!(after(this.#last, step, timeMs) <= 0)) this.#last = { step, timeMs, outline, at, point: null }
        const own = this.#bucketOf(step)
        if (own === bucket && value > low && value < high) return
        if (Number.isNaN(value)) {
          if (this.#considerNaN(own, n, step, outline, at)) changed.add(this.#keyOf(own, n, NAN_SIDE))
          return
        }
        for (const key of this.#consider(own, n, value, outline, at)) changed.add(key)
        bucket = own
        low = this.#best.get(this.#keyOf(own, n, 0))?.value ?? Number.POSITIVE_INFINITY
        high = this.#best.get(this.#keyOf(own, n, 1))?.value ?? Number.NEGATIVE_INFINITY
      })
    }
    for (const one of [this.#first, this.#last, ...[...changed].map((key) => this.#best.get(key))]) {
      if (!one || one.outline !== outline || one.at === null || one.point !== null) continue
      const point = pointAt(columns, one.at)
      one.point = point.step >= outline.limit && stepped[one.at] ? { ...point, isSuperseded: true } : point
    }
  }

  /** Takes note of a value, if it is an extreme so far. `at`: `null` where the block was not opened. @returns of which keys */
  #consider(bucket: number, n: number, value: number, outline: Outline, at: number | null): number[] {
    const taken: number[] = []
    for (const side of [0, 1] as const) {
      const key = this.#keyOf(bucket, n, side)
      const known = this.#best.get(key)
      const isIt = known?.outline === outline && known.at === null && at !== null && known.value === value
      if (!isIt && !this.#isBetter(key, value)) continue
      this.#best.set(key, { value, outline, at, point: null })
      taken.push(key)
    }
    return taken
  }

  /** The same of a NaN at a step, or at one at least, where the block was not opened. @returns whether it is the first so far */
  #considerNaN(bucket: number, n: number, step: number, outline: Outline, at: number | null): boolean {
    const key = this.#keyOf(bucket, n, NAN_SIDE)
    const known = this.#best.get(key)
    const isIt = known?.outline === outline && known.at === null
    if (known !== undefined && !isIt && known.value <= step) return false
    this.#best.set(key, { value: step, outline, at, point: null })
    return true
  }

  /** Whether a value beats the best one of a key, of which the side is 0 for the lowest. */
  #isBetter(key: number, value: number): boolean {
    if (Number.isNaN(value)) return false
    const known = this.#best.get(key)
    return known === undefined || (key % sides.length === 0 ? value < known.value : value > known.value)
  }

  #keyOf(bucket: number, n: number, side: Side): number {
    return ((bucket - this.#bucket0) * this.#range.metrics.length + n) * sides.length + side
  }

  #bucketOf(step: number): number {
    return Math.floor(step / this.#width)
  }
}

/** How much a step comes after an end: by its time, if it is the same one; NaN: there is no end yet. */
const after = (end: End | null, step: number, timeMs: number): number =>
  end === null ? Number.NaN : step - end.step || timeMs - end.timeMs
