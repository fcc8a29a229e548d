import { Blocks } from '../../src/jobs/object/blocks.ts'
import { CurveStore } from '../../src/jobs/object/curve-store.ts'
import { pointsOf } from '../../src/jobs/rules/columns.ts'
import { isStepless } from '../../src/jobs/rules/stepless.ts'
import type { Job, Point } from '../../src/jobs/rules/types.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { Said, SaidAttempt } from './said.ts'
import { type Disk, Storage } from './storage.ts'

type StoredPoint = { attempt: number; step: number; tag: number; isLoose: boolean }

/** Holds what the disk of a job has of its curve and output against what runners have said, and what was acknowledged. */
export class CurveChecks {
  readonly #job: Job
  readonly #said: Said
  readonly #attempts: AttemptLog
  readonly #break: (what: string) => void
  readonly #curve: CurveStore
  readonly #stored: StoredPoint[]

  constructor(disk: Disk, job: Job, said: Said, attempts: AttemptLog, onBroken: (what: string) => void) {
    this.#job = job
    this.#said = said
    this.#attempts = attempts
    this.#break = onBroken
    const storage = new Storage(disk, () => {}) as unknown as DurableObjectStorage
    this.#curve = new CurveStore(storage, () => job.attempts.all)
    const blocks = this.#curve.exists ? [...new Blocks(storage).holding(0, Number.MAX_SAFE_INTEGER)] : []
    this.#stored = blocks.flatMap(({ attempt, columns }) => pointsOf(columns).map((point) => storedOf(attempt, point)))
  }

  check(): void {
    const numbers = this.#stored.map(({ attempt }) => attempt)
    if (numbers.some((number, i) => number < (numbers[i - 1] ?? 0)))
      this.#break('promise 13: an attempt has reported after its successor')
    const lines = this.#curve.output(0, Number.MAX_SAFE_INTEGER)
    for (const said of this.#said.attempts(this.#job.id)) {
      const points = this.#stored.filter(({ attempt }) => attempt === said.number).map(({ tag }) => tag)
      const texts = lines.filter(({ attempt }) => attempt === said.number).map(({ text }) => text)
      this.#checkAttempt(said, points, texts)
    }
    const inForce = this.#curve.recorded.curve.slice(0, Number.MAX_SAFE_INTEGER).map(tagOf)
    const owed = this.effective
    if (JSON.stringify(inForce) !== JSON.stringify(owed))
      this.#break(`promise 14: the curve has the points ${inForce}, and ${owed} are in force`)
  }

  /** The points that count, by the words of the attempts alone. */
  get effective(): number[] {
    const limits = this.#job.attempts.all
      .filter(({ confirmedMs }) => confirmedMs !== null)
      .map(({ number }) => ({ number, from: this.#fromStep(number) }))
    const limitOf = (attempt: number) =>
      Math.min(Number.POSITIVE_INFINITY, ...limits.filter(({ number }) => number > attempt).map(({ from }) => from))
    return this.#stored
      .filter(({ attempt, step, isLoose }) => !isLoose && step < limitOf(attempt))
      .map(({ tag }) => tag)
  }

  /** Where an attempt supersedes what was before it: it went on there, or has reported lower steps than that. */
  #fromStep(number: number): number {
    const initial = this.#attempts.attempt(this.#job.id, number)?.initialStep ?? 0
    const { finish } = this.#said.attempt(this.#job.id, number)
    const own = this.#stored.filter(
      ({ attempt, isLoose, tag }) => attempt === number && !isLoose && tag !== finish?.tag,
    )
    const lowest = Math.min(initial, ...own.map(({ step }) => step).filter((step) => step > 0))
    return lowest < initial && own.some(({ step }) => step === 0) ? 0 : lowest
  }

  /** Of an attempt, some first reports are stored, each whole and once: at least those that were acknowledged. */
  #checkAttempt(said: SaidAttempt, stored: number[], texts: string[]): void {
    const who = `attempt ${said.number}`
    const logged = this.#attempts.attempt(this.#job.id, said.number)
    const finished = logged?.finishedSequence ?? null
    const last = finished !== null && said.finish !== null ? said.finish.tag : null
    if (last !== null && stored.pop() !== last) this.#break(`promise 14: ${who}: the values of its finish are missing`)
    const count = this.#reportsIn(said, stored.length, texts.length)
    const reports = said.reports.slice(0, count ?? 0)
    const isWhole =
      count !== null &&
      same(
        stored,
        reports.flatMap(({ points }) => points.map(({ tag }) => tag)),
      ) &&
      same(
        texts,
        reports.flatMap(({ lines }) => lines),
      )
    if (!isWhole) this.#break(`promise 14: ${who} has points ${stored} and lines ${texts}, not those of its reports`)
    else if (count < said.acknowledged)
      this.#break(`promise 14: ${who} has ${count} of ${said.acknowledged} acknowledged reports`)
    if (said.finish?.isAcknowledged && finished !== said.finish.sequence)
      this.#break(`promise 14: ${who} has finished with ${said.finish.sequence}, by the log with ${finished}`)
    if (finished !== null && (count !== finished - 1 || finished !== said.finish?.sequence))
      this.#break(`promise 14: ${who} has finished after ${count} of ${said.reports.length} reports`)
  }

  /** How many reports have so many points and lines together; the most that fit. */
  #reportsIn({ reports }: SaidAttempt, points: number, lines: number): number | null {
    let [pointsLeft, linesLeft, count] = [points, lines, null as number | null]
    if (pointsLeft === 0 && linesLeft === 0) count = 0
    for (const [i, report] of reports.entries()) {
      pointsLeft -= report.points.length
      linesLeft -= report.lines.length
      if (pointsLeft === 0 && linesLeft === 0) count = i + 1
    }
    return count
  }
}

const tagOf = ({ metrics }: Point): number => metrics.n ?? metrics['system/n'] ?? 0

const storedOf = (attempt: number, point: Point): StoredPoint => ({
  attempt,
  step: point.step,
  tag: tagOf(point),
  isLoose: Object.keys(point.metrics).every(isStepless),
})

const same = (a: readonly unknown[], b: readonly unknown[]): boolean => JSON.stringify(a) === JSON.stringify(b)
