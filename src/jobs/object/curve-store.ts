import { FRAME_POINTS_MAX, OUTPUT_BYTES_MAX } from '../../platform/limits.ts'
import type { MetricValue } from '../../shared/metric-value.ts'
import { metricValueOf } from '../../shared/metric-value.ts'
import type { Attempt } from '../rules/attempt.ts'
import { type Columns, columnsOf, type Extremes, include, pointsOf, summarize } from '../rules/block.ts'
import { nothingRecorded } from '../rules/recorded.ts'
import type { OutputLine, Room } from '../rules/report.ts'
import { thinnedStream } from '../rules/thinning.ts'
import { type CurveState, hasStep } from '../rules/trainers/words.ts'
import type { Curve, Point, Range, Recorded, Thinned } from '../rules/types.ts'
import { migrate, migrations, recordingMigrations, tablesOf } from './migrations.ts'

/** What a report brings that is stored as it is. */
export type Contents = { points: readonly Point[]; lines: readonly OutputLine[] }

/** A line of output as it is read: its number, from 0 in the order of arrival. */
export type NumberedLine = OutputLine & { number: number; attempt: number }

/** What is remembered of an attempt: the last sequence, its first point, and the lowest and highest of its steps. */
type Reported = { sequence: number; first: number | null; lowest: number | null; highest: number | null }

/**
 * The points and the output that trainers have reported: stored in blocks, one for each report, never changed, and read
 * from the tables when they are asked for. In memory is what they sum up to.
 */
export class CurveStore {
  readonly #storage: DurableObjectStorage
  readonly #attempts: () => readonly Attempt[]
  readonly #reported = new Map<number, Reported>()
  #metrics = new Map<string, Extremes>()
  #names = new Set<string>()
  #exists: boolean
  #points = 0
  #values = 0
  #lines = 0
  #outputBytes = 0
  #step: number | null = null
  #epoch: number | null = null
  #receivedMs: number | null = null
  #progressedMs: number | null = null
  #progressedBy = 0
  #blocks = 0

  /** @param attempts those of the job: they say which points are superseded */
  constructor(storage: DurableObjectStorage, attempts: () => readonly Attempt[]) {
    this.#storage = storage
    this.#attempts = attempts
    this.#exists = tablesOf(storage).has('blocks')
    if (this.#exists) this.#load()
  }

  /** The curve, and what it sums up to. */
  get recorded(): Recorded {
    if (!this.#exists) return nothingRecorded
    const metrics = [...this.#metrics].map(
      ([name, { latest, lowest, highest }]) => [name, { latest, lowest, highest }] as const,
    )
    return {
      curve: this.#curve(),
      summary: {
        points: this.#points,
        step: this.#step,
        epoch: this.#epoch,
        receivedMs: this.#receivedMs,
        heardMs: null,
        progressedMs: this.#progressedMs,
        lines: this.#lines,
        metrics: Object.fromEntries(metrics),
      },
    }
  }

  /** The highest step in force; `null` before the first. */
  get step(): number | null {
    return this.#step
  }

  /** Whether the tables of reports exist. */
  get exists(): boolean {
    return this.#exists
  }

  get room(): Room {
    return { names: this.#names, values: this.#values }
  }

  /** The number of output lines that ever came. */
  get lines(): number {
    return this.#lines
  }

  /** When an attempt last brought a new step or output, Unix ms; `null`: never. */
  progressedMs(attempt: number): number | null {
    return this.#progressedBy === attempt ? this.#progressedMs : null
  }

  /** The usual time between two reports that brought something, ms; `null`: unknown. */
  get usualGapMs(): number | null {
    if (this.#blocks < 2 || this.#progressedMs === null || this.#firstMs === null) return null
    return (this.#progressedMs - this.#firstMs) / (this.#blocks - 1)
  }
  #firstMs: number | null = null

  /** What decisions about an attempt need to know. */
  stateOf({ number }: Attempt): CurveState {
    const { sequence = 0, first = null, lowest = null } = this.#reported.get(number) ?? {}
    const all = [...this.#reported.values()].flatMap((one) => one.lowest ?? [])
    return {
      points: this.#points,
      sequence,
      firstPoint: first ?? this.#points,
      highestBefore: this.#highestBefore(number),
      lowest,
      lowestOfAll: all.length === 0 ? null : Math.min(...all),
    }
  }

  /**
   * Stores a report, in the transaction of the caller. One row for points, one for output, one for neither.
   *
   * @returns whether it brought a new step or output
   */
  append(attempt: number, sequence: number, { points, lines }: Contents, nowMs: number): void {
    if (!this.#exists) {
      migrate(this.#storage, [...migrations, ...recordingMigrations])
      this.#exists = true
    }
    const { sql } = this.#storage
    if (points.length > 0) {
      const { fromStep, toStep, epoch, values, metrics } = summarize(points)
      const extremes = JSON.stringify({ epoch, metrics: [...metrics].map(storedExtremes) })
      sql.exec(
        `INSERT INTO blocks (first, attempt, sequence, at_ms, count, values_n, from_step, to_step, extremes, points)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        this.#points,
        attempt,
        sequence,
        nowMs,
        points.length,
        values,
        fromStep,
        toStep,
        extremes,
        JSON.stringify(columnsOf(points)),
      )
    }
    if (lines.length > 0) {
      const text = outputText(lines)
      sql.exec(
        'INSERT INTO output (first, attempt, sequence, at_ms, count, bytes, lines) VALUES (?, ?, ?, ?, ?, ?, ?)',
        this.#lines,
        attempt,
        sequence,
        nowMs,
        lines.length,
        text.length,
        text,
      )
    }
    if (points.length === 0 && lines.length === 0) {
      sql.exec(
        `INSERT INTO sequences (attempt, sequence) VALUES (?, ?)
         ON CONFLICT (attempt) DO UPDATE SET sequence = excluded.sequence`,
        attempt,
        sequence,
      )
    }
  }

  /** Takes note of a report that was committed. */
  note(attempt: number, sequence: number, { points, lines }: Contents, nowMs: number): void {
    const outputBytes = lines.length === 0 ? 0 : outputText(lines).length
    const { fromStep, toStep, epoch, values, metrics } = summarize(points)
    const first = points.length === 0 ? null : this.#points
    this.#noteBlock(attempt, sequence, { first, fromStep, toStep })
    const isNewStep = toStep !== null && toStep > (this.#step ?? Number.NEGATIVE_INFINITY)
    this.#points += points.length
    this.#values += values
    this.#lines += lines.length
    if (points.length > 0) this.#receivedMs = nowMs
    for (const [name, extremes] of metrics) this.#include(name, extremes)
    this.#includeStep(toStep, epoch)
    if (isNewStep || lines.length > 0) this.#noteProgress(attempt, nowMs)
    this.#outputBytes += outputBytes
    this.#trimOutput()
  }

  /** Call after a rewind, once the report that caused it is noted: what is superseded no longer counts. */
  rewind(): void {
    if (!this.#exists) return
    const blocks = this.#blocks
    this.#sumUp()
    this.#blocks = blocks
  }

  /** The lowest and highest step that an attempt has reported, and from where on its steps are superseded. */
  stepsOf(attempt: number): { from: number | null; to: number | null; supersededFrom: number | null } {
    const { lowest = null, highest = null } = this.#reported.get(attempt) ?? {}
    const limit = this.#supersededFrom(attempt)
    return { from: lowest, to: highest, supersededFrom: highest !== null && limit <= highest ? limit : null }
  }

  /** Lines of output from a number on, oldest first. */
  output(after: number, limit: number): NumberedLine[] {
    if (!this.#exists) return []
    const rows = this.#storage.sql.exec<OutputRow>(
      `SELECT first, attempt, lines FROM output
       WHERE first >= coalesce((SELECT max(first) FROM output WHERE first <= ?), 0) ORDER BY first`,
      after,
    )
    const lines: NumberedLine[] = []
    for (const { first, attempt, lines: text } of rows) {
      for (const [i, [stream, timestampMs, line]] of (JSON.parse(text) as StoredLine[]).entries()) {
        if (first + i < after) continue
        if (lines.length >= limit) return lines
        lines.push({ number: first + i, attempt, stream, timestampMs, text: line })
      }
    }
    return lines
  }

  /** Deletes the oldest output while there is too much. */
  #trimOutput(): void {
    const { sql } = this.#storage
    while (this.#outputBytes > OUTPUT_BYTES_MAX) {
      const oldest = sql
        .exec<{ first: number; bytes: number }>('SELECT first, bytes FROM output ORDER BY first LIMIT 1')
        .one()
      sql.exec('DELETE FROM output WHERE first = ?', oldest.first)
      this.#outputBytes -= oldest.bytes
    }
  }

  #noteBlock(
    attempt: number,
    sequence: number,
    { first, fromStep, toStep }: { first: number | null; fromStep: number | null; toStep: number | null },
  ): void {
    const known = this.#reported.get(attempt) ?? { sequence: 0, first: null, lowest: null, highest: null }
    this.#reported.set(attempt, {
      sequence: Math.max(known.sequence, sequence),
      first: known.first ?? first,
      lowest: fromStep === null ? known.lowest : Math.min(known.lowest ?? fromStep, fromStep),
      highest: toStep === null ? known.highest : Math.max(known.highest ?? toStep, toStep),
    })
  }

  #noteProgress(attempt: number, atMs: number): void {
    this.#progressedMs = atMs
    this.#progressedBy = attempt
    this.#firstMs ??= atMs
    this.#blocks++
  }

  #include(name: string, extremes: Extremes): void {
    include(this.#metrics, name, extremes)
    this.#names.add(name)
  }

  #includeStep(toStep: number | null, epoch: number | null): void {
    if (toStep !== null) this.#step = Math.max(this.#step ?? toStep, toStep)
    if (epoch !== null) this.#epoch = Math.max(this.#epoch ?? epoch, epoch)
  }

  /** Steps of an attempt from this one on are superseded by later ones; infinite: none is. */
  #supersededFrom(attempt: number): number {
    const later = this.#attempts().filter(({ number, confirmedMs }) => number > attempt && confirmedMs !== null)
    return Math.min(Number.POSITIVE_INFINITY, ...later.map(({ fromStep }) => fromStep))
  }

  #highestBefore(attempt: number): number | null {
    let highest: number | null = null
    const later = this.#attempts().filter(({ number, confirmedMs }) => number < attempt && confirmedMs !== null)
    for (const { number } of later) {
      const reached = this.#reported.get(number)?.highest ?? null
      if (reached === null) continue
      const limit = Math.min(
        Number.POSITIVE_INFINITY,
        ...later.filter((one) => one.number > number).map(({ fromStep }) => fromStep),
      )
      const inForce = Math.min(reached, limit - 1)
      highest = Math.max(highest ?? inForce, inForce)
    }
    return highest
  }

  #load(): void {
    const { sql } = this.#storage
    for (const { attempt, sequence } of sql.exec<SequenceRow>('SELECT attempt, sequence FROM sequences')) {
      this.#noteBlock(attempt, sequence, { first: null, fromStep: null, toStep: null })
    }
    const output = sql.exec<OutputSummary>(
      'SELECT first, attempt, sequence, at_ms, count, bytes FROM output ORDER BY first',
    )
    for (const { first, attempt, sequence, at_ms, count, bytes } of output) {
      this.#outputBytes += bytes
      this.#noteBlock(attempt, sequence, { first: null, fromStep: null, toStep: null })
      this.#lines = first + count
      this.#noteProgress(attempt, at_ms)
    }
    this.#sumUp()
  }

  /** Reads what all blocks sum up to; opens only those that are superseded in part. */
  #sumUp(): void {
    this.#metrics = new Map()
    this.#step = null
    this.#epoch = null
    this.#points = 0
    this.#values = 0
    this.#blocks = 0
    for (const row of this.#storage.sql.exec<SummaryRow>(
      'SELECT first, attempt, sequence, at_ms, count, values_n, from_step, to_step, extremes FROM blocks ORDER BY first',
    )) {
      const { first, attempt, sequence, at_ms, count, values_n, from_step, to_step } = row
      this.#noteBlock(attempt, sequence, { first, fromStep: from_step, toStep: to_step })
      this.#points = first + count
      this.#values += values_n
      this.#receivedMs = at_ms
      if (at_ms >= (this.#progressedMs ?? 0)) this.#noteProgress(attempt, at_ms)
      const { epoch, metrics } = JSON.parse(row.extremes) as { epoch: number | null; metrics: StoredExtremes[] }
      for (const [name] of metrics) this.#names.add(name)
      const limit = this.#supersededFrom(attempt)
      if (to_step === null || to_step < limit) {
        for (const [name, ...values] of metrics) this.#include(name, extremesOf(values))
        this.#includeStep(to_step, epoch)
        continue
      }
      const kept = this.#read(first, first + count).filter(isInForce(limit))
      const summary = summarize(kept)
      for (const [name, extremes] of summary.metrics) this.#include(name, extremes)
      this.#includeStep(summary.toStep, summary.epoch)
    }
  }

  /** All points of the blocks that hold some numbered `from` … `to` - 1, cut to those. */
  #read(from: number, to: number): Point[] {
    const rows = this.#storage.sql.exec<PointsRow>(
      `SELECT first, attempt, points FROM blocks
       WHERE first >= coalesce((SELECT max(first) FROM blocks WHERE first <= ?1), 0) AND first < ?2 ORDER BY first`,
      from,
      to,
    )
    const points: Point[] = []
    for (const { first, points: text } of rows) {
      const block = pointsOf(JSON.parse(text) as Columns)
      points.push(...block.slice(Math.max(0, from - first), Math.max(0, to - first)))
    }
    return points
  }

  #curve(): Curve {
    return {
      length: this.#points,
      lengthMax: this.#points,
      slice: (from, to) => this.#slice(from, to),
      last: (count) => this.#last(count),
      between: (fromStep, toStep) => [...this.#between(fromStep, toStep)].sort(byStep),
      thin: (range) => this.#thin(range),
    }
  }

  /** The points in force and with a step, of some rows. */
  *#inForce(
    rows: Iterable<PointsRow>,
    { from = 0, to = Number.POSITIVE_INFINITY, all = false } = {},
  ): Generator<Point> {
    for (const { first, attempt, points: text } of rows) {
      const isKept = isInForce(this.#supersededFrom(attempt))
      for (const [i, point] of pointsOf(JSON.parse(text) as Columns).entries()) {
        if (first + i < from || first + i >= to || !hasStep(point)) continue
        if (isKept(point)) yield point
        else if (all) yield { ...point, isSuperseded: true }
      }
    }
  }

  #slice(from: number, to: number): Point[] {
    const rows = this.#storage.sql.exec<PointsRow>(
      `SELECT first, attempt, points FROM blocks
       WHERE first >= coalesce((SELECT max(first) FROM blocks WHERE first <= ?1), 0) AND first < ?2 ORDER BY first`,
      from,
      to,
    )
    return [...this.#inForce(rows, { from, to })]
  }

  #last(count: number): Point[] {
    let points: Point[] = []
    for (let to = this.#points; to > 0 && points.length < count; to -= FRAME_POINTS_MAX) {
      points = [...this.#slice(Math.max(0, to - FRAME_POINTS_MAX), to), ...points]
    }
    return points.slice(-count)
  }

  *#between(fromStep: number, toStep: number, all = false): Generator<Point> {
    const rows = this.#storage.sql.exec<PointsRow>(
      'SELECT first, attempt, points FROM blocks WHERE to_step >= ?1 AND from_step <= ?2 ORDER BY first',
      fromStep,
      toStep,
    )
    for (const point of this.#inForce(rows, { all })) if (point.step >= fromStep && point.step <= toStep) yield point
  }

  #thin({ fromStep, toStep, maxPoints, metrics: names, includesSuperseded }: Range): Thinned {
    const has = ({ metrics }: Point) => names.some((name) => metrics[name] !== undefined)
    const between = (from: number, to: number) => this.#between(from, to, includesSuperseded)
    const read = function* () {
      for (const point of between(fromStep, toStep)) if (has(point)) yield point
    }
    return thinnedStream(read, maxPoints, names)
  }
}

/** As output is stored. A byte of it is counted for each UTF-16 code unit: most is ASCII. */
const outputText = (lines: readonly OutputLine[]): string =>
  JSON.stringify(lines.map(({ stream, timestampMs, text }): StoredLine => [stream, timestampMs, text]))

type OutputRow = { first: number; attempt: number; lines: string }
type OutputSummary = Omit<OutputRow, 'lines'> & { sequence: number; at_ms: number; count: number; bytes: number }
type StoredLine = [stream: OutputLine['stream'], timestampMs: number, text: string]
type SequenceRow = { attempt: number; sequence: number }
type PointsRow = { first: number; attempt: number; points: string }
type SummaryRow = {
  first: number
  attempt: number
  sequence: number
  at_ms: number
  count: number
  values_n: number
  from_step: number | null
  to_step: number | null
  extremes: string
}

type StoredValues = [lowest: MetricValue, highest: MetricValue, latest: MetricValue, step: number, timeMs: number]
type StoredExtremes = [name: string, ...values: StoredValues]

const storedExtremes = ([name, { lowest, highest, latest, step, timeMs }]: [string, Extremes]): StoredExtremes => [
  name,
  metricValueOf(lowest),
  metricValueOf(highest),
  metricValueOf(latest),
  step,
  timeMs,
]

const extremesOf = ([lowest, highest, latest, step, timeMs]: StoredValues): Extremes => ({
  lowest: Number(lowest),
  highest: Number(highest),
  latest: Number(latest),
  step,
  timeMs,
})

/** Points without a step of their own are never superseded. */
const isInForce = (limit: number) => (point: Point) => point.step < limit || !hasStep(point)

const byStep = (a: Point, b: Point): number => a.step - b.step || a.timestampMs - b.timestampMs
