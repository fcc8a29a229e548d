import {
  BLOCK_POINTS_MAX,
  MERGED_BYTES_MAX,
  MERGED_LIVE_ROWS_MIN,
  MERGED_LIVE_VALUES_MIN,
  MERGED_ROWS_AT_ONCE,
  MERGED_VALUES_AT_ONCE,
} from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import type { Block, Blocks } from './blocks.ts'

/** Consecutive blocks that fit into one. */
type Group = { first: number; end: number; rows: number; points: number; values: number; bytes: number }

/** Merges the blocks of attempts: all of one that has ended, the oldest of one that lives once many have piled up. */
export class Compaction {
  readonly #blocks: Blocks
  /** By attempt: the groups to be merged, and the last one, which may grow. */
  readonly #piles = new Map<number, { full: Group[]; last: Group | null }>()

  constructor(blocks: Blocks) {
    this.#blocks = blocks
  }

  /** Takes note of the next block there is. */
  add({ attempt, first, count, values, bytes }: Omit<Block, 'told'>): void {
    const pile = this.#piles.get(attempt) ?? { full: [], last: null }
    this.#piles.set(attempt, pile)
    const { last } = pile
    if (last !== null && last.points + count <= BLOCK_POINTS_MAX && last.bytes + bytes <= MERGED_BYTES_MAX) {
      last.end = first + count
      last.rows++
      last.points += count
      last.values += values
      last.bytes += bytes
      return
    }
    if (last !== null && last.rows > 1) pile.full.push(last)
    pile.last = { first, end: first + count, rows: 1, points: count, values, bytes }
  }

  /** Whether there is something to merge of an attempt. `isOver`: it reports no more. */
  isDue(attempt: number, isOver: boolean): boolean {
    const pile = this.#piles.get(attempt)
    if (pile === undefined) return false
    if (isOver) return pile.full.length > 0 || (pile.last?.rows ?? 0) > 1
    const sum = (of: 'rows' | 'values') => pile.full.reduce((all, group) => all + group[of], 0)
    return sum('rows') >= MERGED_LIVE_ROWS_MIN || sum('values') >= MERGED_LIVE_VALUES_MIN
  }

  /** Merges some of an attempt's blocks. A crash in between leaves blocks that are merged, and ones that are not. */
  run(attempt: number, isOver: boolean): void {
    const pile = this.#piles.get(attempt)
    if (pile === undefined) return
    if (isOver && pile.last !== null) {
      if (pile.last.rows > 1) pile.full.push(pile.last)
      pile.last = null
    }
    for (let rows = 0, values = 0; rows < MERGED_ROWS_AT_ONCE && values < MERGED_VALUES_AT_ONCE; ) {
      const group = pile.full.shift()
      if (group === undefined) return
      rows += group.rows
      values += group.values
      if (this.#blocks.merge(group.first, group.end) === null) {
        log('warn', 'blocks_not_merged', { attempt, first: group.first, end: group.end })
      }
    }
  }
}
