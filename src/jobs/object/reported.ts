import type { Block } from './blocks.ts'
import type { LinesRow } from './output-store.ts'

/** What one attempt has reported, as far as decisions depend on it. Counted from rows, so that it survives an eviction. */
export class Reported {
  /** The last sequence that was committed. */
  sequence = 0
  /** The number of its first point. */
  first: number | null = null
  /** The lowest and highest of its steps. */
  lowest: number | null = null
  highest: number | null = null
  /** When it last brought a new step or output, Unix ms. */
  progressedMs: number | null = null
  #withPoints = 0
  #withLines = 0
  #firstMs: number | null = null
  #lastMs = 0

  hasPoints(block: Omit<Block, 'told'>): void {
    this.sequence = Math.max(this.sequence, block.sequence)
    this.first ??= block.first
    if (block.fromStep !== null) this.lowest = Math.min(this.lowest ?? block.fromStep, block.fromStep)
    if (block.toStep !== null) this.highest = Math.max(this.highest ?? block.toStep, block.toStep)
    if (block.progressedMs !== null) this.#noteProgress(block.progressedMs)
    this.#withPoints += block.reports
    this.#noteTimes(block.sinceMs, block.atMs)
  }

  hasLines({ sequence, atMs }: LinesRow): void {
    this.sequence = Math.max(this.sequence, sequence)
    this.#noteProgress(atMs)
    this.#withLines++
    this.#noteTimes(atMs, atMs)
  }

  hasSequence(sequence: number): void {
    this.sequence = Math.max(this.sequence, sequence)
  }

  /** The usual time between two of its reports that brought something, ms; `null`: unknown. */
  get usualGapMs(): number | null {
    // A report with both is a row of each.
    const reports = Math.max(this.#withPoints, this.#withLines)
    return reports < 2 || this.#firstMs === null ? null : (this.#lastMs - this.#firstMs) / (reports - 1)
  }

  #noteProgress(atMs: number): void {
    this.progressedMs = Math.max(this.progressedMs ?? atMs, atMs)
  }

  #noteTimes(firstMs: number, lastMs: number): void {
    this.#firstMs = Math.min(this.#firstMs ?? firstMs, firstMs)
    this.#lastMs = Math.max(this.#lastMs, lastMs)
  }
}
