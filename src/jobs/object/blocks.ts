import { BLOCK_BYTES_MAX } from '../../platform/limits.ts'
import type { Columns } from '../rules/columns.ts'
import { pointsOf } from '../rules/columns.ts'
import type { Point } from '../rules/types.ts'
import { type BlockText, blockOf, columnsIn, type Told, toldBy } from './block-text.ts'

/** What the row of a block says of it, but for its points. */
export type Block = {
  /** The number of its first point. */
  first: number
  attempt: number
  /** The last of the reports that it is made of, when the first and the last of them came, and how many there were. */
  sequence: number
  sinceMs: number
  atMs: number
  reports: number
  /** When the last of them came that had a new step of the attempt; `null`: none had. */
  progressedMs: number | null
  count: number
  values: number
  fromStep: number | null
  toStep: number | null
  /** Of its points as they are stored. */
  bytes: number
  told: Told
}

/** Points of a report, or of several, as they came. */
type Content = Pick<Block, 'first' | 'attempt' | 'sequence' | 'sinceMs' | 'atMs' | 'reports' | 'progressedMs'> & {
  points: readonly Point[]
}

/** A block that is opened. */
export type OpenBlock = { first: number; attempt: number; columns: Columns }

/** The table of points, in blocks by the number of their first. No other file names it. */
export class Blocks {
  readonly #storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** Stores the points of a report: one row, unless they are too long for one. In the transaction of the caller. */
  insert(content: Content): Block[] {
    const { points, first, reports } = content
    const { block, text } = composed(content)
    if (points.length > 1 && bytesOf(text) > BLOCK_BYTES_MAX) {
      const half = Math.ceil(points.length / 2)
      const rest = { ...content, first: first + half, points: points.slice(half), reports: 0 }
      return [...this.insert({ ...content, points: points.slice(0, half), reports }), ...this.insert(rest)]
    }
    this.#write(block, text)
    return [block]
  }

  /** All blocks, in order, without their points. */
  *all(): Generator<Block> {
    for (const row of this.#storage.sql.exec<Row>(`SELECT ${columns} FROM blocks ORDER BY first`)) yield blockIn(row)
  }

  /**
   * The blocks with steps between two, both included, and what they tell of some metrics; `all`: any blocks, for metrics of
   * points that do not count for steps.
   */
  *near(fromStep: number, toStep: number, names: ReadonlySet<string>, all = false): Generator<Block> {
    const rows = this.#storage.sql.exec<Row>(
      `SELECT ${columns} FROM blocks WHERE ?3 OR (to_step >= ?1 AND from_step <= ?2) ORDER BY first`,
      fromStep,
      toStep,
      Number(all),
    )
    for (const row of rows) yield blockIn(row, names)
  }

  /** The points and values of the blocks that hold the points numbered `from` … `to` - 1. */
  sizes(from: number, to: number): Iterable<{ first: number; count: number; values: number }> {
    return this.#storage.sql.exec(`SELECT first, count, values_n AS "values" FROM blocks ${whereHolding}`, from, to)
  }

  /** Opens the blocks that hold the points numbered `from` … `to` - 1. */
  *holding(from: number, to: number): Generator<OpenBlock> {
    const rows = this.#storage.sql.exec<PointsRow>(
      `SELECT first, attempt, extremes, points FROM blocks ${whereHolding}`,
      from,
      to,
    )
    for (const { first, attempt, ...text } of rows) yield { first, attempt, columns: columnsIn(text) }
  }

  /** Opens the blocks of which reports came at a time (Unix ms) or after it, the last first. */
  *since(atMs: number): Generator<OpenBlock> {
    const rows = this.#storage.sql.exec<PointsRow & { at_ms: number }>(
      'SELECT first, attempt, at_ms, extremes, points FROM blocks ORDER BY first DESC',
    )
    for (const { first, attempt, at_ms, ...text } of rows) {
      if (at_ms < atMs) return
      yield { first, attempt, columns: columnsIn(text) }
    }
  }

  /** Opens a block. */
  open(first: number): Columns {
    const text = this.#storage.sql.exec<BlockText>('SELECT extremes, points FROM blocks WHERE first = ?', first).one()
    return columnsIn(text)
  }

  /** The first points of blocks numbered `from` … `to` - 1 that have a step below one, the last first, and their steps. */
  lastBelow(step: number, from: number, to: number, limit: number): number[] {
    const rows = this.#storage.sql.exec<{ first: number }>(
      'SELECT first FROM blocks WHERE first >= ? AND first < ? AND from_step < ? ORDER BY first DESC LIMIT ?',
      from,
      to,
      // SQLite compares whole numbers with infinity as it should.
      step,
      limit,
    )
    return rows.toArray().map(({ first }) => first)
  }

  /**
   * Merges the blocks numbered `from` … `to` - 1, of one attempt, into one, in one transaction.
   *
   * @returns the one; `null`: they are too long for one, and stay
   */
  merge(from: number, to: number): Block | null {
    const { sql } = this.#storage
    const rows = sql
      .exec<Row & PointsRow>(
        `SELECT ${columns}, points FROM blocks WHERE first >= ? AND first < ? ORDER BY first`,
        from,
        to,
      )
      .toArray()
    const blocks = rows.map((row) => blockIn(row))
    const [head, last] = [blocks[0], blocks.at(-1)]
    if (head === undefined || last === undefined) return null
    const progressed = blocks.flatMap(({ progressedMs }) => progressedMs ?? [])
    const { block, text } = composed({
      first: head.first,
      attempt: head.attempt,
      sequence: last.sequence,
      sinceMs: head.sinceMs,
      atMs: last.atMs,
      reports: blocks.reduce((sum, { reports }) => sum + reports, 0),
      progressedMs: progressed.length === 0 ? null : Math.max(...progressed),
      points: rows.flatMap((row) => pointsOf(columnsIn(row))),
    })
    if (bytesOf(text) > BLOCK_BYTES_MAX) return null
    this.#storage.transactionSync(() => {
      sql.exec('DELETE FROM blocks WHERE first >= ? AND first < ?', from, to)
      this.#write(block, text)
    })
    return block
  }

  #write(block: Block, { extremes, points }: BlockText): void {
    this.#storage.sql.exec(
      `INSERT INTO blocks (first, attempt, sequence, since_ms, at_ms, reports, progressed_ms, count, values_n, from_step,
         to_step, extremes, points)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      block.first,
      block.attempt,
      block.sequence,
      block.sinceMs,
      block.atMs,
      block.reports,
      block.progressedMs,
      block.count,
      block.values,
      block.fromStep,
      block.toStep,
      extremes,
      points,
    )
  }
}

const columns = `first, attempt, sequence, since_ms, at_ms, reports, progressed_ms, count, values_n, from_step, to_step,
  extremes, octet_length(points) AS bytes`

const whereHolding =
  'WHERE first >= coalesce((SELECT max(first) FROM blocks WHERE first <= ?1), 0) AND first < ?2 ORDER BY first'

type Row = {
  first: number
  attempt: number
  sequence: number
  since_ms: number | null
  at_ms: number
  reports: number
  progressed_ms: number | null
  count: number
  values_n: number
  from_step: number | null
  to_step: number | null
  extremes: string
  bytes: number
}
type PointsRow = BlockText & { first: number; attempt: number }

function blockIn(row: Row, names?: ReadonlySet<string>): Block {
  // Of before blocks were merged: whether it brought a new step is not known.
  const isOld = row.since_ms === null
  return {
    first: row.first,
    attempt: row.attempt,
    sequence: row.sequence,
    sinceMs: row.since_ms ?? row.at_ms,
    atMs: row.at_ms,
    reports: row.reports,
    progressedMs: isOld ? row.at_ms : row.progressed_ms,
    count: row.count,
    values: row.values_n,
    fromStep: row.from_step,
    toStep: row.to_step,
    bytes: row.bytes,
    told: toldBy(row.extremes, names),
  }
}

function composed({ points, ...content }: Content): { block: Block; text: BlockText } {
  const { summary, text } = blockOf(points)
  const { fromStep, toStep, values, ...told } = summary
  const block = { ...content, count: points.length, values, fromStep, toStep, bytes: utf8(text.points), told }
  return { block, text }
}

const utf8 = (text: string): number => new TextEncoder().encode(text).length
const bytesOf = ({ extremes, points }: BlockText): number => utf8(extremes) + utf8(points)
