import type { Query } from '../../platform/d1-batch.ts'
import { cutKeysetPage, type Page } from '../../platform/keyset-page.ts'
import { JOBS_MAX, QUEUE_LENGTH_MAX, VERSIONS_MAX, WAKE_GRACE_MS } from '../../platform/limits.ts'
import { type ShownJob, shownAt } from '../rules/describe.ts'
import { holdsSlot, viewOf } from '../rules/job.ts'
import type { Job, JobSpec } from '../rules/types.ts'
import { jobLists } from './job-list.ts'
import { searchColumns } from './search-columns.ts'
import { slots as slotsOf } from './slots.ts'
import { columns, type JobRow, pendingJob, rowOf, type StoredRow, storedJob } from './stored-job.ts'
import { wakeDeadlineMs, wakeDeadlines } from './wake-deadlines.ts'

/** What the whole register knows of its jobs. */
export type JobCounts = {
  total: number
  completed: number
  failed: number
  activeJobId: string | null
  isTraining: boolean
}

type CountedRow = {
  total: number
  completed: number
  failed: number
  training_id: string | null
  holder_id: string | null
}

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
    const { name, labels } = searchColumns(job)
    const statement = db
      .prepare(
        `INSERT INTO jobs (id, model_type, status, revision, slot, wake_by_ms, spec, summary, snapshot, search_name, labels)
         SELECT ?2, ?3, ?4, 0, iif(free, 1, NULL), iif(free, ?5, NULL), ?6, ?7, '', ?12, ?13
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
        name,
        labels,
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

  async function find(id: string): Promise<JobRow | null> {
    const row = await db.prepare(`SELECT ${columns} FROM jobs WHERE id = ?`).bind(id).first<StoredRow>()
    return row && rowOf(row)
  }

  /** The ids of a page of jobs, oldest first, with sequence numbers above `after`. */
  async function walk(after: number, limit: number): Promise<Page<{ seq: number; id: string }, number>> {
    const { results } = await db
      .prepare('SELECT seq, id FROM jobs WHERE seq > ? ORDER BY seq LIMIT ?')
      .bind(after, limit + 1)
      .all<{ seq: number; id: string }>()
    return cutKeysetPage(results, limit, ({ seq }) => seq)
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
    const { name, labels } = searchColumns(job)
    await db
      .prepare(
        `INSERT INTO jobs
           (seq, id, model_type, status, revision, slot, wake_by_ms, spec, summary, snapshot, search_name, labels)
         SELECT iif(EXISTS (SELECT 1 FROM jobs WHERE seq = ?1), NULL, ?1), ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, '', ?9, ?10
         WHERE true
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
        name,
        labels,
      )
      .run()
  }

  async function remove(id: string): Promise<void> {
    await db.prepare('DELETE FROM jobs WHERE id = ?').bind(id).run()
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
    ...slotsOf(db),
    ...wakeDeadlines(db),
    ...jobLists(db),
    insert,
    find,
    walk,
    update,
    complete,
    restore,
    remove,
    counts,
  }
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
export const rowShownAt = ({ job }: JobRow, nowMs: number): ShownJob => shownAt(viewOf(job, nowMs))
