import type { Query } from '../../platform/d1-batch.ts'
import { cutKeysetPage, type Page } from '../../platform/keyset-page.ts'
import { JOBS_MAX, PAUSED_CHECK_MS, QUEUE_LENGTH_MAX, VERSIONS_MAX, WAKE_GRACE_MS } from '../../platform/limits.ts'
import { type JobStatus, jobStatuses } from '../../shared/job-status.ts'
import { type ModelType, modelTypes } from '../../shared/model-types.ts'
import { describe } from '../rules/describe.ts'
import { holdsSlot, nextWakeMs, viewOf } from '../rules/job.ts'
import type { JobSnapshot } from '../rules/shown.ts'
import type { Job, JobSpec } from '../rules/types.ts'
import { jobOf, pendingJob, storedJob } from './stored-job.ts'

/** A row of the register. */
export type JobRow = {
  seq: number
  status: JobStatus
  revision: number
  /** `null` while the job holds no slot. */
  slot: number | null
  wakeDeadlineMs: number | null
  /** The job as it stood when the row was written; in training, its steps since follow from the clock. */
  job: Job
}

/** Which jobs a list shows. An empty or missing filter lets all pass. */
export type JobFilter = { status?: JobStatus[] | undefined; model_type?: ModelType[] | undefined }

/** What the whole register knows of its jobs. */
export type JobCounts = {
  total: number
  completed: number
  failed: number
  activeJobId: string | null
  isTraining: boolean
}

type StoredRow = {
  seq: number
  status: JobStatus
  revision: number
  slot: number | null
  wake_by_ms: number | null
} & ({ spec: string; summary: string; snapshot: '' } | { spec: null; summary: null; snapshot: string })
const columns = 'seq, status, revision, slot, wake_by_ms, spec, summary, snapshot'

/** A job whose wake deadline has passed. */
export type OverdueJob = { wakeDeadlineMs: number; seq: number; id: string }

type CountedRow = {
  total: number
  completed: number
  failed: number
  training_id: string | null
  holder_id: string | null
}

/** As the index `jobs_waiting` has it, so that SQLite can use it. */
const waiting = `status = 'queued' AND slot IS NULL`

/** Whether a slot is free for a newcomer: waiting jobs go first. `?1`: how many slots there are. */
const slotIsFree = '(SELECT waiting = 0 AND held < ?1 FROM job_counters)'

/** Statements that go with another in one transaction. */
export type ExtraStatements = { before?: D1PreparedStatement[]; after?: D1PreparedStatement[] }

/** Why a job is not registered. */
export type NotRegistered = 'slot_taken' | 'queue_full' | 'too_many_jobs' | 'too_many_versions'

/** The register of jobs in D1: which exist, which hold a slot, which have a wake deadline. */
export type JobRegister = ReturnType<typeof jobRegister>

export function jobRegister(db: D1Database) {
  /**
   * Registers a new job: with a slot if one is free and no job waits for it, else at the end of the queue if that is
   * wanted, else not at all. Reads counters, so that it costs the same however many jobs there are.
   *
   * @param slots how many there are
   * @returns why the job is not registered; `null` when it is
   */
  async function insert(
    spec: JobSpec,
    slots: number,
    mayWait: boolean,
    { before = [], after = [] }: ExtraStatements = {},
  ): Promise<NotRegistered | null> {
    const job = pendingJob(spec)
    const stored = storedJob(job)
    const statement = db
      .prepare(
        `INSERT INTO jobs (id, model_type, status, revision, slot, wake_by_ms, spec, summary, snapshot)
         SELECT ?2, ?3, ?4, 0, iif(free, 1, NULL), iif(free, ?5, NULL), ?6, ?7, ''
         FROM (SELECT waiting = 0 AND held < ?1 AS free, waiting, total, versions FROM job_counters)
         WHERE (free OR (?8 AND waiting < ?9)) AND total < ?10 AND versions < ?11`,
      )
      .bind(
        slots,
        job.id,
        job.config.model_type,
        job.status,
        job.createdMs + WAKE_GRACE_MS,
        stored.spec,
        stored.summary,
        mayWait ? 1 : 0,
        QUEUE_LENGTH_MAX,
        JOBS_MAX,
        VERSIONS_MAX,
      )
    const results = await db.batch([...before, statement, ...after])
    if ((results[before.length]?.meta.changes ?? 0) > 0) return null
    const counted = await db
      .prepare('SELECT total, versions FROM job_counters')
      .first<{ total: number; versions: number }>()
    if (counted !== null && counted.total >= JOBS_MAX) return 'too_many_jobs'
    if (counted !== null && counted.versions >= VERSIONS_MAX) return 'too_many_versions'
    return mayWait ? 'queue_full' : 'slot_taken'
  }

  /**
   * Gives a free slot to the job that has waited longest, with a wake deadline of WAKE_GRACE_MS.
   *
   * @returns its id; `null` when no slot is free or no job waits
   */
  async function assignSlot(slots: number, nowMs: number): Promise<string | null> {
    const row = await db
      .prepare(
        `UPDATE jobs SET slot = 1, wake_by_ms = ?2
         WHERE seq = (SELECT seq FROM jobs INDEXED BY jobs_waiting WHERE ${waiting} AND seq > 0 ORDER BY seq LIMIT 1)
           AND (SELECT held < ?1 FROM job_counters)
         RETURNING id`,
      )
      .bind(slots, nowMs + WAKE_GRACE_MS)
      .first<{ id: string }>()
    return row?.id ?? null
  }

  /** The ids of the jobs that wait, in their order. */
  async function queue(): Promise<string[]> {
    const rows = await db
      .prepare(`SELECT id FROM jobs INDEXED BY jobs_waiting WHERE ${waiting} AND seq > 0 ORDER BY seq LIMIT ?`)
      .bind(QUEUE_LENGTH_MAX)
      .all<{ id: string }>()
    return rows.results.map((row) => row.id)
  }

  async function find(id: string): Promise<JobRow | null> {
    const row = await db.prepare(`SELECT ${columns} FROM jobs WHERE id = ?`).bind(id).first<StoredRow>()
    return row && rowOf(row)
  }

  /** A page of jobs, newest first, with sequence numbers below `before`. */
  async function list(filter: JobFilter, before: number, limit: number): Promise<Page<JobRow, number>> {
    const pages = await db.batch<StoredRow>(listStatements(filter, before, limit + 1))
    const newestFirst = pages.flatMap((page) => page.results).sort((a, b) => b.seq - a.seq)
    return cutKeysetPage(newestFirst.slice(0, limit + 1).map(rowOf), limit, (row) => row.seq)
  }

  /** The ids of a page of jobs, oldest first, with sequence numbers above `after`. */
  async function walk(after: number, limit: number): Promise<Page<{ seq: number; id: string }, number>> {
    const { results } = await db
      .prepare('SELECT seq, id FROM jobs WHERE seq > ? ORDER BY seq LIMIT ?')
      .bind(after, limit + 1)
      .all<{ seq: number; id: string }>()
    return cutKeysetPage(results, limit, ({ seq }) => seq)
  }

  /** One ordered walk for each combination of the filters, merged by the caller: none reads more rows than a page. */
  function listStatements({ status = [], model_type = [] }: JobFilter, before: number, limit: number) {
    if (status.length === 0 && model_type.length === 0) {
      const all = `SELECT ${columns} FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT ?`
      return [db.prepare(all).bind(before, limit)]
    }
    const matching = `SELECT ${columns} FROM jobs WHERE status = ? AND model_type = ? AND seq < ? ORDER BY seq DESC LIMIT ?`
    const types = model_type.length > 0 ? model_type : modelTypes
    return (status.length > 0 ? status : jobStatuses).flatMap((s) =>
      types.map((t) => db.prepare(matching).bind(s, t, before, limit)),
    )
  }

  /**
   * Brings the job's row to the job's state, unless it already has it or a newer one. A slot is given back here; it is
   * never taken here.
   *
   * @returns false when there is no such row
   */
  async function update(job: Job): Promise<boolean> {
    const written = await updateStatement(job).run()
    return written.meta.changes > 0 || (await find(job.id)) !== null
  }

  function updateStatement(job: Job): D1PreparedStatement {
    const slot = holdsSlot(job) ? '' : ', slot = NULL'
    const { spec, summary } = storedJob(job)
    return db
      .prepare(
        `UPDATE jobs SET status = ?2, revision = ?3, wake_by_ms = ?4, spec = ?5, summary = ?6, snapshot = ''${slot}
         WHERE id = ?1 AND revision < ?3`,
      )
      .bind(job.id, job.status, job.revision, wakeDeadlineMs(job, job.changedMs), spec, summary)
  }

  /**
   * Writes the final row of a completed job in one transaction with the statements that register its model version.
   * Those must do nothing once the row says `completed`.
   *
   * @returns what the registration's statements answer; `null` when there is no such row
   */
  async function complete(job: Job, registration: D1PreparedStatement[]): Promise<D1Result[] | null> {
    const results = await db.batch([...registration, updateStatement(job)])
    const written = results.pop()
    return (written?.meta.changes ?? 0) > 0 || (await find(job.id)) !== null ? results : null
  }

  /**
   * Puts back the row of a job that has one no longer, for an `update` or `complete` to bring it to the job's state; its
   * revision says that the job had begun. It holds a slot if the job does, also when that is one more than there are:
   * the job runs. In its old place in the order, unless another job has taken that.
   */
  async function restore(job: Job, nowMs: number): Promise<void> {
    const status = job.status === 'completed' ? 'validating' : job.status
    const { spec, summary } = storedJob(job)
    await db
      .prepare(
        `INSERT INTO jobs (seq, id, model_type, status, revision, slot, wake_by_ms, spec, summary, snapshot)
         SELECT iif(EXISTS (SELECT 1 FROM jobs WHERE seq = ?1), NULL, ?1), ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, '' WHERE true
         ON CONFLICT (id) DO NOTHING`,
      )
      .bind(
        job.seq,
        job.id,
        job.config.model_type,
        status,
        holdsSlot(job) ? 1 : null,
        nowMs + WAKE_GRACE_MS,
        spec,
        summary,
      )
      .run()
  }

  /**
   * Acquires a slot for a paused job; one that it already holds, from an attempt that was never finished, is as good. Sets a
   * wake deadline of WAKE_GRACE_MS: if the attempt fails, the sweeper finds the slot. Jobs that wait for a slot go first.
   */
  async function acquireSlot(id: string, slots: number, nowMs: number): Promise<boolean> {
    const written = await db
      .prepare(
        `UPDATE jobs SET slot = coalesce(slot, 1), wake_by_ms = ?3
         WHERE id = ?2 AND (slot IS NOT NULL OR ${slotIsFree})`,
      )
      .bind(slots, id, nowMs + WAKE_GRACE_MS)
      .run()
    return written.meta.changes > 0
  }

  /**
   * Sets a wake deadline of WAKE_GRACE_MS for a job that does not move by itself, before a command to it: if D1 never
   * hears of the outcome, the sweeper asks.
   *
   * @returns false when there is no such row
   */
  async function setWakeDeadline(id: string, nowMs: number): Promise<boolean> {
    const written = await db
      .prepare('UPDATE jobs SET wake_by_ms = ?2 WHERE id = ?1')
      .bind(id, nowMs + WAKE_GRACE_MS)
      .run()
    return written.meta.changes > 0
  }

  /**
   * Corrects what does not follow from the job's state: a slot acquired in vain, an obsolete deadline. Only what was seen:
   * if a slot has been acquired or a deadline set since, the deadline differs.
   *
   * @param job `null`: waits for a slot, and no object knows of it
   * @returns whether there was anything to set right
   */
  async function repair(id: string, job: Job | null, seen: JobRow, nowMs: number): Promise<boolean> {
    const wakeMs = job && wakeDeadlineMs(job, nowMs)
    const mayHoldSlot = job !== null && holdsSlot(job)
    if (seen.wakeDeadlineMs === wakeMs && (seen.slot === null || mayHoldSlot)) return false
    await db
      .prepare(
        `UPDATE jobs SET wake_by_ms = ?3${mayHoldSlot ? '' : ', slot = NULL'}
         WHERE id = ?1 AND revision = ?2 AND slot IS ?5 AND wake_by_ms IS ?4`,
      )
      .bind(id, job?.revision ?? 0, wakeMs, seen.wakeDeadlineMs, seen.slot)
      .run()
    return true
  }

  async function remove(id: string): Promise<void> {
    await db.prepare('DELETE FROM jobs WHERE id = ?').bind(id).run()
  }

  /** Jobs whose wake deadline has passed, the longest overdue first, after the one at `after`. */
  async function overdue(nowMs: number, after: OverdueJob, limit: number): Promise<OverdueJob[]> {
    const rows = await db
      .prepare(
        `SELECT wake_by_ms AS wakeDeadlineMs, seq, id FROM jobs
         WHERE wake_by_ms BETWEEN ?2 AND ?1 AND (wake_by_ms, seq) > (?2, ?3) ORDER BY wake_by_ms, seq LIMIT ?4`,
      )
      .bind(nowMs, after.wakeDeadlineMs, after.seq, limit)
      .all<OverdueJob>()
    return rows.results
  }

  /** Moves an overdue deadline on, so that jobs that cannot be woken do not keep the sweeper from the others. */
  async function postpone(id: string, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE jobs SET wake_by_ms = ?2 WHERE id = ?1 AND wake_by_ms < ?2')
      .bind(id, nowMs + WAKE_GRACE_MS)
      .run()
  }

  /** Counts, and the job that trains, or else one that holds a slot: a few rows read, however many jobs there are. */
  function counts(): Query<JobCounts> {
    return {
      statement: db.prepare(
        `SELECT total, completed, failed,
           (SELECT id FROM jobs WHERE status = 'training' LIMIT 1) AS training_id,
           (SELECT id FROM jobs INDEXED BY jobs_slot WHERE slot IS NOT NULL AND seq > 0 ORDER BY seq LIMIT 1) AS holder_id
         FROM job_counters`,
      ),
      read: (row) => {
        if (row === undefined) throw new Error('The job counters are missing: apply the migrations')
        const { training_id, holder_id, ...counted } = row as CountedRow
        return { ...counted, isTraining: training_id !== null, activeJobId: training_id ?? holder_id }
      },
    }
  }

  return {
    insert,
    assignSlot,
    queue,
    find,
    list,
    walk,
    update,
    complete,
    restore,
    acquireSlot,
    setWakeDeadline,
    repair,
    remove,
    overdue,
    postpone,
    counts,
  }
}

/** When the object of a job in this state should have woken at the latest; `null`: it need not. */
function wakeDeadlineMs(job: Job, nowMs: number): number | null {
  if (job.status === 'paused') {
    // Nothing moves it, but the register may have lost it: it is asked each day.
    const days = 1 + Math.max(0, Math.floor((nowMs - job.changedMs) / PAUSED_CHECK_MS))
    return job.changedMs + days * PAUSED_CHECK_MS
  }
  const wakeMs = nextWakeMs(job)
  return wakeMs === null ? null : wakeMs + WAKE_GRACE_MS
}

/**
 * Whether the row says all there is to say of the job now: it neither moves by itself nor has been told something that
 * D1 may not know yet.
 */
export function isAtRest({ status, wakeDeadlineMs }: JobRow, nowMs: number): boolean {
  return wakeDeadlineMs === null || (status === 'paused' && wakeDeadlineMs > nowMs + WAKE_GRACE_MS)
}

/**
 * The job as its row has it now. One in training is where its steps have brought it since the row was written; so it
 * may be a little further than its object, if that has been paused or stopped and D1 is only just being told.
 */
export const rowShownAt = ({ job }: JobRow, nowMs: number): JobSnapshot => describe(viewOf(job, nowMs))

/** A row as it is read. */
function rowOf({ seq, status, revision, slot, wake_by_ms, ...stored }: StoredRow): JobRow {
  return { seq, status, revision, slot, wakeDeadlineMs: wake_by_ms, job: jobOf(stored, status, revision) }
}
