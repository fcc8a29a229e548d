import type { Line } from './line.ts'
import { BLOCK_LINES, type OutputLog } from './output-log.ts'
import { rowStarts } from './wrap.ts'

/** A row of the list, all of which have the same height. */
export type Row =
  /** A part of a line, from one character to before another. */
  | { is: 'line'; line: Line; start: number; end: number }
  /** A line that is not read yet. */
  | { is: 'unread'; number: number }
  /** Above the first line of an attempt. */
  | { is: 'attempt'; first: Line }

/** What a layout shows. */
export type Lines = Pick<OutputLog, 'first' | 'end' | 'at' | 'changesOf'>

type Block = { first: number; rows: Row[] }
type Known = Block & { key: string }

/**
 * Which row of the list shows which line: one a line, unless long ones are wrapped, and one above each attempt. Blocks that
 * have not changed keep their rows.
 */
export class Layout {
  readonly #known = new Map<number, Known>()
  #blocks: { block: Block; start: number }[] = []
  #size = 0

  /** The number of rows. */
  get size(): number {
    return this.#size
  }

  /** Lays out all lines again. `columns`: after so many, a line is continued in the next row; `Infinity`: it is not. */
  update(lines: Lines, columns: number): void {
    this.#blocks = []
    this.#size = 0
    for (let number = lines.first; number < lines.end; ) {
      const index = Math.floor(number / BLOCK_LINES)
      const to = Math.min(lines.end, (index + 1) * BLOCK_LINES)
      const block = this.#blockOf(index, lines, number, to, columns)
      this.#blocks.push({ block, start: this.#size })
      this.#size += block.rows.length
      number = to
    }
  }

  /** The rows from one to before another, as far as there are any. */
  rows(from: number, to: number): Row[] {
    const rows: Row[] = []
    for (let at = this.#indexOfRow(from); at < this.#blocks.length; at++) {
      const { block, start } = this.#blocks[at] as { block: Block; start: number }
      if (start >= to) break
      rows.push(...block.rows.slice(Math.max(0, from - start), to - start))
    }
    return rows
  }

  /** The first row of a line, or of its part with a character. */
  rowOf(number: number, character = 0): number {
    const place = this.#blocks.findLast(({ block }) => block.first <= number) ?? this.#blocks[0]
    if (place === undefined) return 0
    const { rows } = place.block
    const at = rows.findIndex((row) =>
      row.is === 'line'
        ? row.line.number === number && row.end > character
        : row.is === 'unread' && row.number === number,
    )
    // The end of an empty line, or of one that is cut, is in its last row.
    const last = rows.findLastIndex((row) => row.is === 'line' && row.line.number === number)
    return place.start + Math.max(0, at < 0 ? last : at)
  }

  /** The last block that begins at a row or before it. */
  #indexOfRow(row: number): number {
    let [low, high] = [0, this.#blocks.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#blocks[middle]?.start ?? 0) <= row) low = middle
      else high = middle - 1
    }
    return low
  }

  #blockOf(index: number, lines: Lines, from: number, to: number, columns: number): Block {
    const before = lines.at(from - 1)?.attempt ?? null
    const key = [from, to, columns, before, lines.changesOf(index)].join()
    const known = this.#known.get(index)
    if (known?.key === key) return known
    const block = { key, first: from, rows: rowsOf(lines, from, to, columns) }
    this.#known.set(index, block)
    return block
  }
}

function rowsOf({ first, at }: Lines, from: number, to: number, columns: number): Row[] {
  const rows: Row[] = []
  for (let number = from; number < to; number++) {
    const line = at(number)
    if (line === undefined) {
      rows.push({ is: 'unread', number })
      continue
    }
    const isOfAnother = number === first || (at(number - 1)?.attempt ?? line.attempt) !== line.attempt
    if (isOfAnother) rows.push({ is: 'attempt', first: line })
    const starts = rowStarts(line.text, columns)
    for (const [i, start] of starts.entries()) {
      rows.push({ is: 'line', line, start, end: starts[i + 1] ?? line.text.length })
    }
  }
  return rows
}

/** The number of the line that a row shows, or is above. */
export const lineOfRow = (row: Row): number =>
  row.is === 'line' ? row.line.number : row.is === 'unread' ? row.number : row.first.number
