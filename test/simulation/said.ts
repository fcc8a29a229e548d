/** A point that a runner has sent, by the number that one of its metrics has. */
export type SaidPoint = { tag: number; step: number; isLoose: boolean }

/** The content of a report, but for what makes no sense in it. */
export type SaidReport = { points: readonly SaidPoint[]; lines: readonly string[] }

/** What was said in one attempt. */
export type SaidAttempt = {
  number: number
  /** By sequence, from 1. */
  reports: SaidReport[]
  /** The last sequence of which the runner knows that it was taken. */
  acknowledged: number
  /** The sequence of its finish, and whether that was answered; `null`: it has not said so. */
  finish: { sequence: number; isAcknowledged: boolean; tag: number | null } | null
}

/** Who said a point. */
export type Origin = SaidPoint & { job: string; attempt: number }

/** What runners have said, and what was acknowledged to them. */
export class Said {
  readonly #jobs = new Map<string, Map<number, SaidAttempt>>()
  readonly #points = new Map<number, Origin>()
  #tags = 0

  /** A number by which a point or a line is known again. */
  nextTag(): number {
    this.#tags++
    return this.#tags
  }

  attempts(job: string): SaidAttempt[] {
    return [...(this.#jobs.get(job)?.values() ?? [])]
  }

  attempt(job: string, number: number): SaidAttempt {
    const ofJob = this.#jobs.get(job) ?? new Map<number, SaidAttempt>()
    this.#jobs.set(job, ofJob)
    let attempt = ofJob.get(number)
    if (attempt === undefined) {
      attempt = { number, reports: [], acknowledged: 0, finish: null }
      ofJob.set(number, attempt)
    }
    return attempt
  }

  /** A report is written; it will be sent with the next number, and unchanged. */
  report(job: string, number: number, report: SaidReport): void {
    this.attempt(job, number).reports.push(report)
    for (const point of report.points) this.#points.set(point.tag, { ...point, job, attempt: number })
  }

  /** A finish is written. `tag`: of the point that its last values make; `null`: it has none. */
  finish(job: string, number: number, sequence: number, tag: number | null): void {
    this.attempt(job, number).finish = { sequence, isAcknowledged: false, tag }
    if (tag !== null) this.#points.set(tag, { tag, step: Number.NaN, isLoose: false, job, attempt: number })
  }

  origin(tag: number): Origin | undefined {
    return this.#points.get(tag)
  }
}
