import { OUTPUT_BYTES_MAX } from '../../platform/limits.ts'
import type { OutputLine } from '../rules/report.ts'

/** A line of output as it is read: its number, from 0 in the order of arrival. */
export type NumberedLine = OutputLine & { number: number; attempt: number }

/** What the row of a report's lines says of them. */
export type LinesRow = { first: number; attempt: number; sequence: number; atMs: number; count: number; bytes: number }

/** The table of output, a row a report, the last OUTPUT_BYTES_MAX of it. No other file names it. */
export class OutputStore {
  readonly #storage: DurableObjectStorage
  #bytes = 0
  #lines = 0

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** The number of lines that ever came. */
  get lines(): number {
    return this.#lines
  }

  /** Stores the lines of a report, in the transaction of the caller. */
  insert(attempt: number, sequence: number, lines: readonly OutputLine[], nowMs: number): LinesRow {
    // A byte of it is counted for each UTF-16 code unit: most is ASCII.
    const text = JSON.stringify(lines.map(({ stream, timestampMs, text }): StoredLine => [stream, timestampMs, text]))
    this.#storage.sql.exec(
      'INSERT INTO output (first, attempt, sequence, at_ms, count, bytes, lines) VALUES (?, ?, ?, ?, ?, ?, ?)',
      this.#lines,
      attempt,
      sequence,
      nowMs,
      lines.length,
      text.length,
      text,
    )
    return { first: this.#lines, attempt, sequence, atMs: nowMs, count: lines.length, bytes: text.length }
  }

  /** Takes note of lines that were committed, and deletes the oldest while there are too many. */
  note({ first, count, bytes }: LinesRow): void {
    const { sql } = this.#storage
    this.#lines = first + count
    this.#bytes += bytes
    while (this.#bytes > OUTPUT_BYTES_MAX) {
      const oldest = sql
        .exec<{ first: number; bytes: number }>('SELECT first, bytes FROM output ORDER BY first LIMIT 1')
        .one()
      sql.exec('DELETE FROM output WHERE first = ?', oldest.first)
      this.#bytes -= oldest.bytes
    }
  }

  /** Reads what there is, without the lines. */
  load(): LinesRow[] {
    const rows = this.#storage.sql
      .exec<Omit<LinesRow, 'atMs'> & { at_ms: number }>(
        'SELECT first, attempt, sequence, at_ms, count, bytes FROM output ORDER BY first',
      )
      .toArray()
    for (const { first, count, bytes } of rows) {
      this.#bytes += bytes
      this.#lines = first + count
    }
    return rows.map(({ at_ms, ...row }) => ({ ...row, atMs: at_ms }))
  }

  /** Lines from a number on, oldest first. */
  read(from: number, limit: number): NumberedLine[] {
    const rows = this.#storage.sql.exec<{ first: number; attempt: number; lines: string }>(
      `SELECT first, attempt, lines FROM output
       WHERE first >= coalesce((SELECT max(first) FROM output WHERE first <= ?), 0) ORDER BY first`,
      from,
    )
    const lines: NumberedLine[] = []
    for (const { first, attempt, lines: text } of rows) {
      for (const [i, [stream, timestampMs, line]] of (JSON.parse(text) as StoredLine[]).entries()) {
        if (first + i < from) continue
        if (lines.length >= limit) return lines
        lines.push({ number: first + i, attempt, stream, timestampMs, text: line })
      }
    }
    return lines
  }
}

type StoredLine = [stream: OutputLine['stream'], timestampMs: number, text: string]
