import { rowShownAt } from '../../src/jobs/register/job-register.ts'
import { searchColumns } from '../../src/jobs/register/search-columns.ts'
import { columns, jobOf, rowOf, type StoredRow } from '../../src/jobs/register/stored-job.ts'
import { evolve, holdsSlot, viewOf } from '../../src/jobs/rules/job.ts'
import { activeMsAt } from '../../src/jobs/rules/trainers/simulation.ts'
import type { Job, JobEvent } from '../../src/jobs/rules/types.ts'
import { isFinal, type JobStatus } from '../../src/shared/job-status.ts'
import type { AttemptLog } from './attempt-log.ts'
import { CurveChecks } from './curve-checks.ts'
import type { Register } from './d1.ts'
import { type Ledger, name, unedited } from './ledger.ts'
import type { Objects } from './objects.ts'
import type { Said } from './said.ts'
import type { Watcher } from './watcher.ts'
import type { World } from './world.ts'

/** Checks the final state of a run, once the system is at rest, against the promises. */
export class FinalState {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #register: Register
  readonly #objects: Objects
  readonly #removed: ReadonlySet<string>
  readonly #runners: { said: Said; attempts: AttemptLog }
  /** The points in force of each job that runners train. */
  readonly #effective = new Map<string, number[]>()

  /** @param removed jobs whose version was requested to be deleted @param runners what they have said, and what became of it */
  constructor(
    world: World,
    ledger: Ledger,
    register: Register,
    objects: Objects,
    removed: ReadonlySet<string>,
    runners: { said: Said; attempts: AttemptLog },
  ) {
    this.#world = world
    this.#ledger = ledger
    this.#register = register
    this.#objects = objects
    this.#removed = removed
    this.#runners = runners
  }

  /** The promises that can only be checked once the system is at rest. */
  check(watchers: readonly Watcher[]): void {
    this.#ledger.checkAnswers()
    const rows = this.#register.execute(`SELECT id, search_name, labels, ${columns} FROM jobs`, []).results
    const states = new Map(this.#ledger.ids.map((id) => [id, this.#stateOf(id)]))
    for (const row of rows) this.#checkRow(row as Row, states.get((row as Row).id) ?? null)
    for (const [id, job] of states) {
      if (job !== null && !rows.some((row) => row.id === id)) this.#ledger.break(`promise 7: ${name(id)} has no row`)
      if (job !== null) this.#checkVersions(job)
      if (job !== null) this.#checkTime(job)
      if (job !== null) this.#checkCurve(job)
    }
    for (const id of this.#ledger.acceptedIds) {
      const { events } = this.#ledger.entry(id)
      // A job that was still waiting existed in the register only.
      const lost = this.#ledger.losses > 0 && events.length === 0
      if (!lost && !events.includes('deleted') && !rows.some((row) => row.id === id))
        this.#ledger.break(`promise 6: ${name(id)} was accepted and is missing`)
    }
    this.#checkTypes()
    for (const watcher of watchers) this.#checkWatcher(watcher, states.get(watcher.jobId) ?? null)
  }

  #checkRow(row: Row, job: Job | null): void {
    if (job === null) {
      this.#ledger.break(`promise 6: ${name(row.id)} is ${row.status} and has no object`)
      return
    }
    if (job.status !== 'paused' && !isFinal(job.status))
      this.#ledger.break(`promise 6: ${name(row.id)} is ${job.status}, in D1 ${row.status}, wake by ${row.wake_by_ms}`)
    if (job.awaitsSlot !== null) this.#ledger.break(`promise 6: ${name(row.id)} was to be resumed and still waits`)
    if (row.slot !== null && !holdsSlot(job)) this.#ledger.break(`promise 1: a ${job.status} job holds a slot`)
    this.#checkEdits(row, job)
    if (row.status !== job.status || row.revision !== job.revision) {
      this.#ledger.break(`promise 7: D1 has ${row.status}/${row.revision}, the object ${job.status}/${job.revision}`)
    }
    const shown = this.#ledger.entry(row.id).last?.snapshot
    if (shown?.status === job.status && isFinal(job.status) && shownBy(row) !== unedited(shown)) {
      this.#ledger.break(`promise 7: D1 and the object show ${name(row.id)} differently`)
    }
  }

  /** D1 has every edit, and finds the job by it. */
  #checkEdits(row: Row, job: Job): void {
    const stored = jobOf(row, row.status, row.revision, row.edits)
    const told = (one: Job) => JSON.stringify([one.edits, one.config.name, one.notes, one.tags])
    if (told(stored) !== told(job)) this.#ledger.break(`promise 7: D1 has ${told(stored)}, the object ${told(job)}`)
    const { name: words, labels } = searchColumns(job)
    if (row.search_name !== words || row.labels !== labels)
      this.#ledger.break(`promise 7: D1 finds ${name(row.id)} by ${row.search_name}${row.labels}`)
    const found = this.#register.execute('SELECT rowid FROM job_search WHERE job_search MATCH ?', [
      `"${words}"`,
    ]).results
    if (!found.some(({ rowid }) => rowid === row.seq)) this.#ledger.break(`promise 7: no search finds ${name(row.id)}`)
  }

  #checkVersions(job: Job): void {
    const versions = this.#register.execute('SELECT id FROM model_versions WHERE job_id = ?', [job.id]).results.length
    const owed = job.status === 'completed' ? 1 : 0
    const removed = this.#removed.has(job.id) && versions === 0
    if (versions !== owed && !removed) this.#ledger.break(`promise 2: ${job.status} job has ${versions} versions`)
  }

  /** By its log, a completed job trained for exactly the duration of its steps: pauses don't count, no step is lost. */
  #checkTime(job: Job): void {
    if (job.trainer.kind !== 'simulated') return
    const owedMs = activeMsAt(viewOf(job, job.changedMs).progress.totalSteps ?? Number.NaN, job.trainer)
    if (job.status === 'completed' && job.activeMs !== owedMs)
      this.#ledger.break(`promise 4: ${name(job.id)} has trained for ${job.activeMs} ms instead of ${owedMs}`)
  }

  /** Every acknowledged point is stored once, and the curve is what is in force of them. */
  #checkCurve(job: Job): void {
    const disk = this.#objects.disks.get(job.id)
    if (job.trainer.kind !== 'runner' || disk === undefined) return
    const { said, attempts } = this.#runners
    const onBroken = (what: string) => this.#ledger.break(`${what} (${name(job.id)})`)
    const curve = new CurveChecks(disk, job, said, attempts, onBroken)
    curve.check()
    this.#effective.set(job.id, curve.effective)
  }

  #checkTypes(): void {
    const sql = `SELECT t.model_type, t.active_id, count(v.id) AS versions, t.versions AS counted
      FROM model_types t LEFT JOIN model_versions v ON v.model_type = t.model_type GROUP BY t.model_type`
    for (const { versions, counted, active_id } of this.#register.execute(sql, []).results) {
      if (versions !== counted) this.#ledger.break(`${versions} versions, counted ${counted}`)
      if ((versions === 0) !== (active_id === null) && !this.#hasCrossed)
        this.#ledger.break('promise 2: versions, and none is active')
    }
  }

  /** Whether a completion has crossed a cancellation: then a version is there that is not put into use. */
  get #hasCrossed(): boolean {
    return this.#ledger.ids.some((id) => {
      const { events } = this.#ledger.entry(id)
      return events.includes('requested cancel') && events.includes('completed')
    })
  }

  #checkWatcher(watcher: Watcher, job: Job | null): void {
    if (job === null || !isFinal(job.status) || watcher.broken !== null) return
    // A waiting job exists in the register only: if its row was lost, the job is gone.
    if (this.#ledger.losses > 0 && watcher.ended === 'job gone') return
    const who = `watcher (${watcher.mode}) of ${name(job.id)}`
    if (watcher.ended !== 'seen all') this.#ledger.break(`promise 8: ${who} was never told that the stream is complete`)
    if (!watcher.sawFinal) this.#ledger.break(`promise 8: ${who} did not see the final event`)
    const effective = this.#effective.get(job.id)
    if (effective !== undefined) {
      const missing = effective.filter((tag) => !watcher.held.tags.includes(tag))
      const isAll = missing.length === 0 && watcher.held.tags.length === effective.length
      if (watcher.mode === 'delta' && !isAll)
        this.#ledger.break(
          `promise 8: ${who} has ${watcher.held.tags.length} of ${effective.length} points, not ${missing}`,
        )
      return
    }
    const points = viewOf(job, this.#world.nowMs).curve.length
    // If the clock went back while the object was evicted, a watcher can be ahead of the job.
    const ahead = this.#ledger.jumpsBack > 0 && watcher.steps.length > points
    if (watcher.mode === 'delta' && watcher.steps.length !== points && !ahead) {
      this.#ledger.break(`promise 8: ${who} has ${watcher.steps.length} of ${points} points`)
    }
  }

  /** The job replayed from its log on disk; `null`: none, or deleted. */
  #stateOf(id: string): Job | null {
    const disk = this.#objects.disks.get(id)
    const { erased, events: committed } = this.#ledger.entry(id)
    if (disk === undefined || erased || committed.length === 0) return null
    const rows = disk.db.prepare('SELECT type, at_ms, data FROM events ORDER BY seq').all() as EventRow[]
    const events = rows.map(({ type, at_ms, data }) => ({ type, atMs: at_ms, ...JSON.parse(data) }) as JobEvent)
    const job = events.reduce<Job | null>(evolve, null)
    return job?.deleted ? null : job
  }
}

type Row = {
  id: string
  status: JobStatus
  revision: number
  slot: number | null
  wake_by_ms: number | null
  seq: number
  edits: number
  search_name: string
  labels: string
  spec: string
  summary: string
}
/** A finished job as described by its row. */
const shownBy = (row: Row): string => {
  const read = rowOf(row as unknown as StoredRow)
  return unedited(rowShownAt(read, read.job.changedMs).job)
}

type EventRow = { type: string; at_ms: number; data: string }
