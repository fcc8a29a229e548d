import type { Attempt } from '../rules/attempt.ts'
import { type Extremes, include, type Sum, summarize } from '../rules/block.ts'
import { pointsOf } from '../rules/columns.ts'
import { nothingRecorded } from '../rules/recorded.ts'
import type { OutputLine, Room } from '../rules/report.ts'
import { hasStep } from '../rules/stepless.ts'
import type { CurveState } from '../rules/trainers/words.ts'
import type { Point, Recorded } from '../rules/types.ts'
import { type Block, Blocks } from './blocks.ts'
import { Compaction } from './compaction.ts'
import { migrate, migrations, recordingMigrations, tablesOf } from './migrations.ts'
import { type LinesRow, type NumberedLine, OutputStore } from './output-store.ts'
import { RecordedCurve } from './recorded-curve.ts'
import { Reported } from './reported.ts'
import { StoredValues } from './stored-values.ts'
import { highestBefore, stretches, supersededFrom } from './superseded.ts'

/** What a report brings that is stored as it is. */
export type Contents = { points: readonly Point[]; lines: readonly OutputLine[] }

/** A report that is stored. */
export type Written = { attempt: number; sequence: number; blocks: Block[]; lines: LinesRow | null }

/**
 * The points and the output that trainers have reported: stored as they come, never changed but that blocks are merged, and
 * read from the tables when they are asked for. In memory is what they sum up to.
 */
export class CurveStore {
  readonly #storage: DurableObjectStorage
  readonly #attempts: () => readonly Attempt[]
  readonly #blocks: Blocks
  readonly #output: OutputStore
  readonly #compaction: Compaction
  readonly #reported = new Map<number, Reported>()
  #metrics = new Map<string, Extremes>()
  readonly #names = new Set<string>()
  #exists: boolean
  #points = 0
  #values = 0
  #step: number | null = null
  #epoch: number | null = null
  #receivedMs: number | null = null

  /** @param attempts those of the job: they say which points are superseded */
  constructor(storage: DurableObjectStorage, attempts: () => readonly Attempt[]) {
    this.#storage = storage
    this.#attempts = attempts
    this.#blocks = new Blocks(storage)
    this.#output = new OutputStore(storage)
    this.#compaction = new Compaction(this.#blocks)
    this.#exists = tablesOf(storage).has('blocks')
    if (this.#exists) this.#load()
  }

  /** The curve, and what it sums up to. */
  get recorded(): Omit<Recorded, 'run'> {
    if (!this.#exists) return nothingRecorded
    const metrics = [...this.#metrics].map(
      ([name, { latest, lowest, highest, step, timeMs }]) => [name, { latest, lowest, highest, step, timeMs }] as const,
    )
    const limitOf = (attempt: number) => this.#supersededFrom(attempt)
    return {
      curve: new RecordedCurve(this.#blocks, this.#points, this.#names, limitOf, () =>
        stretches(this.#attempts(), this.#reported, this.#points),
      ),
      summary: {
        points: this.#points,
        step: this.#step,
        epoch: this.#epoch,
        receivedMs: this.#receivedMs,
        heardMs: null,
        progressedMs: null,
        lines: this.#output.lines,
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
    return this.#output.lines
  }

  /** When an attempt last brought a new step or output, Unix ms; `null`: never. */
  progressedMs(attempt: number): number | null {
    return this.#reported.get(attempt)?.progressedMs ?? null
  }

  /** The usual time between two reports of an attempt, or else of the one before it, ms; `null`: unknown. */
  usualGapMs(attempt: number): number | null {
    for (let number = attempt; number > 0; number--) {
      const gapMs = this.#reported.get(number)?.usualGapMs ?? null
      if (gapMs !== null) return gapMs
    }
    return null
  }

  /** What decisions about an attempt need to know. */
  stateOf({ number }: Attempt): CurveState {
    const { sequence = 0, first = null, lowest = null } = this.#reported.get(number) ?? {}
    const all = [...this.#reported.values()].flatMap((one) => one.lowest ?? [])
    return {
      points: this.#points,
      sequence,
      firstPoint: first ?? this.#points,
      highestBefore: highestBefore(this.#attempts(), this.#reported, number),
      lowest,
      lowestOfAll: all.length === 0 ? null : Math.min(...all),
    }
  }

  /** Makes the tables, if there are none. */
  create(): void {
    if (this.#exists) return
    migrate(this.#storage, [...migrations, ...recordingMigrations])
    this.#exists = true
  }

  /** Stores a report, in the transaction of the caller: one row for points, one for output, one for neither. */
  append(attempt: number, sequence: number, { points, lines }: Contents, nowMs: number): Written {
    this.create()
    if (points.length === 0 && lines.length === 0) {
      this.#storage.sql.exec(
        `INSERT INTO sequences (attempt, sequence) VALUES (?, ?)
         ON CONFLICT (attempt) DO UPDATE SET sequence = excluded.sequence`,
        attempt,
        sequence,
      )
    }
    const known = this.#reported.get(attempt)?.highest ?? Number.NEGATIVE_INFINITY
    const isNew = points.some((point) => point.step > known && hasStep(point))
    const from = { first: this.#points, attempt, sequence, sinceMs: nowMs, atMs: nowMs, reports: 1 }
    return {
      ...{ attempt, sequence },
      blocks: points.length === 0 ? [] : this.#blocks.insert({ ...from, progressedMs: isNew ? nowMs : null, points }),
      lines: lines.length === 0 ? null : this.#output.insert(attempt, sequence, lines, nowMs),
    }
  }

  /** Takes note of a report that was committed. */
  note({ attempt, sequence, blocks, lines }: Written): void {
    this.#reportedBy(attempt).hasSequence(sequence)
    for (const block of blocks) {
      this.#count(block)
      this.#sumUp(block)
    }
    if (lines !== null) {
      this.#output.note(lines)
      this.#reportedBy(attempt).hasLines(lines)
    }
  }

  /** Call after a rewind, once the report that caused it is noted: what is superseded no longer counts. */
  rewind(): void {
    if (!this.#exists) return
    this.#metrics = new Map()
    this.#step = null
    this.#epoch = null
    for (const block of this.#blocks.all()) this.#sumUp(block)
  }

  /** The lowest and highest step that an attempt has reported, and from where on its steps are superseded. */
  stepsOf(attempt: number): { from: number | null; to: number | null; supersededFrom: number | null } {
    const { lowest = null, highest = null } = this.#reported.get(attempt) ?? {}
    const limit = this.#supersededFrom(attempt)
    return { from: lowest, to: highest, supersededFrom: highest !== null && limit <= highest ? limit : null }
  }

  /** The latest value of each metric in force, with its step and time. */
  get latest(): ReadonlyMap<string, Extremes> {
    return this.#metrics
  }

  /** The values as they were logged, for those who ask by metric or by time. */
  get values(): StoredValues {
    return new StoredValues(this.#exists ? this.#blocks : null, (attempt) => this.#supersededFrom(attempt))
  }

  /** Lines of output from a number on, oldest first. */
  output(from: number, limit: number): NumberedLine[] {
    return this.#exists ? this.#output.read(from, limit) : []
  }

  /** The first attempt of which blocks are to be merged; `null`: there is none. */
  get uncompacted(): Attempt | null {
    return this.#attempts().find(({ number, end }) => this.#compaction.isDue(number, end !== null)) ?? null
  }

  /** Merges some blocks of an attempt. */
  compact({ number, end }: Attempt): void {
    this.#compaction.run(number, end !== null)
  }

  #reportedBy(attempt: number): Reported {
    const known = this.#reported.get(attempt) ?? new Reported()
    this.#reported.set(attempt, known)
    return known
  }

  #load(): void {
    migrate(this.#storage, [...migrations, ...recordingMigrations])
    const sequences = this.#storage.sql.exec<{ attempt: number; sequence: number }>(
      'SELECT attempt, sequence FROM sequences',
    )
    for (const { attempt, sequence } of sequences) this.#reportedBy(attempt).hasSequence(sequence)
    for (const lines of this.#output.load()) this.#reportedBy(lines.attempt).hasLines(lines)
    for (const block of this.#blocks.all()) {
      this.#count(block)
      this.#sumUp(block)
    }
  }

  /** Counts a block, in force or not. */
  #count(block: Block): void {
    this.#points = block.first + block.count
    this.#values += block.values
    this.#receivedMs = block.atMs
    this.#reportedBy(block.attempt).hasPoints(block)
    this.#compaction.add(block)
    for (const name of block.told.metrics.keys()) this.#names.add(name)
  }

  /** Adds what is in force of a block. Opens it only if that is not all, and not told. */
  #sumUp({ first, attempt, fromStep, toStep, told }: Block): void {
    const limit = this.#supersededFrom(attempt)
    if (fromStep === null || toStep === null || toStep < limit) this.#add(told, toStep)
    else if (fromStep < limit || told.loose === undefined) this.#addInForce(first, limit)
    else if (told.loose !== null) this.#add(told.loose, null)
  }

  #addInForce(first: number, limit: number): void {
    const kept = pointsOf(this.#blocks.open(first)).filter((point) => point.step < limit || !hasStep(point))
    const summary = summarize(kept)
    this.#add(summary, summary.toStep)
  }

  #add({ metrics, epoch }: Sum, toStep: number | null): void {
    for (const [name, extremes] of metrics) include(this.#metrics, name, extremes)
    if (toStep !== null) this.#step = Math.max(this.#step ?? toStep, toStep)
    if (epoch !== null) this.#epoch = Math.max(this.#epoch ?? epoch, epoch)
  }

  #supersededFrom(attempt: number): number {
    return supersededFrom(this.#attempts(), attempt)
  }
}
