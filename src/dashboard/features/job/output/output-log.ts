import { type Signal, signal } from '@preact/signals'
import type { OutputRecord } from '../../../../client/index.ts'
import { OUTPUT_PAGE_MAX } from '../../../../platform/limits.ts'
import type { Problem } from '../../../api/problem.ts'
import type { Answer } from '../../../api/request.ts'
import { OUTPUT_REQUESTS_MAX } from '../../../platform/limits.ts'
import { type Line, lineOf } from './line.ts'

/** Reads lines from a number on, oldest first. */
export type ReadLines = (after: number, limit: number) => Promise<Answer<OutputRecord[]>>

/** Lines that are read at once: they begin at multiples of this number. */
export const BLOCK_LINES = OUTPUT_PAGE_MAX

/**
 * The output of a job, of which only those lines are read that somebody looks at: first the last ones. Of lines that are not
 * read yet it is known that they are there.
 */
export class OutputLog {
  /** Increases with each change. */
  readonly version: Signal<number> = signal(0)
  /** Why the last request was refused; `null`: it was not. */
  readonly refusal: Signal<Problem | null> = signal(null)
  readonly #read: ReadLines
  readonly #lines: (Line | undefined)[] = []
  /** How often each block has changed. */
  readonly #changes = new Map<number, number>()
  readonly #requests = new Map<number, Promise<boolean>>()
  #first = 0
  #end = 0
  #announced = 0
  #catchingUp: Promise<void> | null = null

  constructor(read: ReadLines) {
    this.#read = read
  }

  /** The number of the oldest line that is kept. */
  get first(): number {
    return this.#first
  }

  /** The number after that of the newest line. */
  get end(): number {
    return this.#end
  }

  /** A line; `undefined`: it is not read yet, or not there. */
  at = (number: number): Line | undefined => this.#lines[number]

  /** How often the lines of a block have changed. */
  changesOf = (block: number): number => this.#changes.get(block) ?? 0

  /** Says that there are so many lines: the newest are read. Without a number, asks whether there are more. */
  async announce(lines?: number): Promise<void> {
    this.#announced = Math.max(this.#announced, lines ?? this.#end + 1)
    this.#catchingUp ??= this.#catchUp(lines !== undefined).finally(() => {
      this.#catchingUp = null
    })
    await this.#catchingUp
  }

  /** Reads lines from one number to before another, if they are not read yet. @returns whether they are there now */
  async want(from: number, to: number): Promise<boolean> {
    const wanted = this.#missing(from, to)
    const results = await Promise.all(wanted.map((block) => this.#readBlock(block)))
    return results.every(Boolean)
  }

  /** Reads all lines that are not read yet. @returns whether they are there now */
  async wantAll(onProgress: (share: number) => void = () => {}): Promise<boolean> {
    const blocks = this.#missing(this.#first, this.#end)
    const { length } = blocks
    let isWhole = true
    const work = async () => {
      for (let block = blocks.shift(); block !== undefined && isWhole; block = blocks.shift()) {
        isWhole = (await this.#readBlock(block)) && isWhole
        onProgress(1 - blocks.length / length)
      }
    }
    await Promise.all(Array.from({ length: OUTPUT_REQUESTS_MAX }, work))
    return isWhole
  }

  /** The number of the first line that was written at a time or later; that of the last one if none was. */
  async find(atMs: number): Promise<number | null> {
    let [low, high] = [this.#first, this.#end - 1]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (!(await this.want(middle, middle + 1))) return null
      const line = this.at(middle)
      // It may have been dropped meanwhile, and with it all before it.
      if (line === undefined || line.atMs < atMs) low = middle + 1
      else high = middle
    }
    return this.#end === 0 ? null : high
  }

  /** Where lines are missing on the way to the newest, it goes on from the last page of them. */
  async #catchUp(isCertain: boolean): Promise<void> {
    if (this.#end === 0) await this.#findFirst()
    while (this.#end < this.#announced) {
      const from = isCertain ? Math.max(this.#end, this.#announced - BLOCK_LINES) : this.#end
      const lines = await this.#page(from, BLOCK_LINES)
      if (lines === null || lines.length === 0) return
      this.#take(lines)
      this.#end = Math.max(this.#end, (lines.at(-1)?.number ?? 0) + 1)
      if (!isCertain && lines.length === BLOCK_LINES) this.#announced = this.#end + 1
      this.version.value++
    }
  }

  async #findFirst(): Promise<void> {
    const [oldest] = (await this.#page(0, 1)) ?? []
    this.#first = oldest?.number ?? 0
  }

  #missing(from: number, to: number): number[] {
    const blocks = new Set<number>()
    for (let number = Math.max(from, this.#first); number < Math.min(to, this.#end); number++) {
      if (this.#lines[number] === undefined) blocks.add(Math.floor(number / BLOCK_LINES))
    }
    return [...blocks]
  }

  /** @returns whether its lines are there now */
  #readBlock(block: number): Promise<boolean> {
    const pending = this.#requests.get(block)
    if (pending !== undefined) return pending
    const request = this.#requestBlock(block).finally(() => this.#requests.delete(block))
    this.#requests.set(block, request)
    return request
  }

  async #requestBlock(block: number): Promise<boolean> {
    const [from, to] = [Math.max(this.#first, block * BLOCK_LINES), (block + 1) * BLOCK_LINES]
    const lines = await this.#page(from, to - from)
    if (lines === null) return false
    this.#take(lines)
    // The service drops the oldest lines of a job that goes on writing.
    const oldest = lines[0]?.number ?? Math.min(to, this.#end)
    if (oldest > from) this.#first = Math.max(this.#first, oldest)
    this.version.value++
    return true
  }

  async #page(after: number, limit: number): Promise<OutputRecord[] | null> {
    const answer = await this.#read(after, limit)
    this.refusal.value = answer.ok ? null : answer.refusal
    return answer.ok ? answer.data : null
  }

  #take(lines: readonly OutputRecord[]): void {
    for (const line of lines) {
      this.#lines[line.number] ??= lineOf(line)
      const block = Math.floor(line.number / BLOCK_LINES)
      this.#changes.set(block, this.changesOf(block) + 1)
    }
  }
}
