import { cutKeysetPage, type Page } from '../../platform/keyset-page.ts'
import { CLOCK_SETBACK_MAX_MS, JOBS_MAX, QUEUE_LENGTH_MAX, VERSIONS_MAX, WAKE_GRACE_MS } from '../../platform/limits.ts'
import { type ShownJob, shownAt } from '../rules/describe.ts'
import { evolve, holdsSlot, viewOf } from '../rules/job.ts'
import { claimOf, shownAttempt } from '../rules/trainers/live.ts'
import type { Job, JobEvent, JobSpec, Recorded } from '../rules/types.ts'
import { experiments } from './experiments.ts'
import type { ExtraStatements } from './extra-statements.ts'
import { jobCounts } from './job-counts.ts'
import { jobDatasets } from './job-datasets.ts'
import { jobEdits } from './job-edits.ts'
import { jobLists } from './job-list.ts'
import { loggedModels } from './logged-models.ts'
import { offers } from './offers.ts'
import { runLists } from './run-list.ts'
import { runners } from './runners.ts'
import { searchColumns } from './search-columns.ts'
import { slots as slotsOf } from './slots.ts'
import { columns, type JobRow, pendingJob, rowOf, type StoredRow, storedJob, waitingJob } from './stored-job.ts'
import { wakeDeadlineMs, wakeDeadlines } from './wake-deadlines.ts'

/** Why a job is not registered. */
export type NotRegistered = 'slot_taken' | 'queue_full' | 'too_many_jobs' | 'too_many_versions'

/** The register of jobs in D1: which exist, which hold a slot, which have a wake deadline. */
export type JobRegister = ReturnType<typeof jobRegister>

export function jobRegister(db: D1Database) {
  const edits = jobEdits(db)

  /**
   * Registers a new job: with a slot if one is free and no job waits for it, otherwise at the end of the queue if
   * `mayWait`, otherwise not at all. Reads counters, so the cost does not depend on the number of jobs.
   *
   * @param slots the total number of slots
   * @param edits the job's first edits, which its log will have after its creation
   * @returns the refusal; `null` if the job is registered
   */
  async function insert(
    spec: JobSpec,
    slots: number,
    mayWait: boolean,
    { edits: first = [], before = [], after = [] }: ExtraStatements & { edits?: JobEvent[] } = {},
  ): Promise<NotRegistered | null> {
    const job = first.reduce<Job>(evolve, pendingJob(spec))
    const stored = first.length === 0 ? storedJob(job) : waitingJob({ spec, edits: [] }, first)
    const { name, labels } = searchColumns(job)
    const statement = db
      .prepare(
        `INSERT INTO jobs
           (id, model_type, status, revision, slot, wake_by_ms, waits_ms, spec, summary, snapshot, search_name, labels, edits)
         SELECT ?2, ?3, ?4, 0, iif(free, 1, NULL), iif(free, ?5, NULL), iif(free, NULL, ?14), ?6, ?7, '', ?12,
           iif(free, ?16, ?13), ?15
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
        job.createdMs,
        job.edits,
        searchColumns(job, []).labels,
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
   * Updates the job's row to the job's state, unless it already has that or a newer one. Can release a slot, but never
   * acquires one.
   *
   * @returns false when there is no such row
   */
  async function update(job: Job, recorded?: Recorded): Promise<boolean> {
    const results = await db.batch([...edits.searchStatements(job), updateStatement(job, recorded)])
    const written = results.at(-1)
    return (written?.meta.changes ?? 0) > 0 || (await find(job.id)) !== null
  }

  function updateStatement(job: Job, recorded?: Recorded): D1PreparedStatement {
    const slot = holdsSlot(job) ? '' : ', slot = NULL'
    const { spec, summary } = storedJob(job, recorded)
    return db
      .prepare(
        `UPDATE jobs SET status = ?2, revision = ?3, wake_by_ms = ?4, spec = ?5, summary = ?6, snapshot = '',
           edits = ?7, waits_ms = ?8, offered_ms = ?9, claim_id = ?10, labels = ?11${slot}
         WHERE id = ?1 AND revision + edits < ?3 + ?7`,
      )
      .bind(
        job.id,
        job.status,
        job.revision,
        wakeDeadlineMs(job, job.changedMs),
        spec,
        summary,
        job.edits,
        job.awaitsSlot?.sinceMs ?? null,
        offeredSinceMs(job),
        liveClaim(job),
        searchColumns(job).labels,
      )
  }

  /** Writes what was reported since the last event, if the row has that event. */
  async function writeProgress(job: Job, recorded: Recorded, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE jobs SET summary = ?2, wake_by_ms = ?3 WHERE id = ?1 AND revision = ?4 AND edits = ?5')
      .bind(job.id, storedJob(job, recorded).summary, wakeDeadlineMs(job, nowMs), job.revision, job.edits)
      .run()
  }

  /**
   * Writes the final row of a completed job in one transaction with the statements that register its model version.
   * Those must do nothing once the row says `completed`.
   *
   * @returns the results of the registration's statements; `null` if there is no such row
   */
  async function complete(
    job: Job,
    recorded: Recorded,
    registration: D1PreparedStatement[],
  ): Promise<D1Result[] | null> {
    const results = await db.batch([...registration, ...edits.searchStatements(job), updateStatement(job, recorded)])
    const written = results.at(-1)
    const answers = results.slice(0, registration.length)
    return (written?.meta.changes ?? 0) > 0 || (await find(job.id)) !== null ? answers : null
  }

  /**
   * Restores the lost row of a job, for an `update` or `complete` to bring it to the job's state; its revision shows that
   * the job had started. It holds a slot if the job does, even beyond the number of slots: the job is running. It keeps
   * its sequence number unless another job has that by now.
   */
  async function restore(job: Job, recorded: Recorded, nowMs: number): Promise<void> {
    const status = job.status === 'completed' ? 'validating' : job.status
    const { spec, summary } = storedJob(job, recorded)
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

  return {
    ...slotsOf(db),
    ...wakeDeadlines(db),
    ...jobLists(db),
    ...offers(db),
    ...runners(db),
    ...jobDatasets(db),
    ...experiments(db),
    ...runLists(db),
    ...loggedModels(db),
    editWaiting: edits.editWaiting,
    insert,
    find,
    walk,
    update,
    writeProgress,
    complete,
    restore,
    remove,
    counts: () => jobCounts(db),
  }
}

/**
 * Whether the row alone determines the current job: it does not change by itself, and no command is pending that D1 may
 * not know yet.
 */
export function isAtRest(
  { status, wakeDeadlineMs }: Pick<JobRow, 'status' | 'wakeDeadlineMs'>,
  nowMs: number,
): boolean {
  return wakeDeadlineMs === null || (status === 'paused' && wakeDeadlineMs > nowMs + CLOCK_SETBACK_MAX_MS)
}

/**
 * The current job according to its row. One in training has advanced by the steps since the row was written; it can be
 * slightly ahead of its object if a pause or an end has not reached D1 yet.
 */
export const rowShownAt = ({ job, recorded }: JobRow, nowMs: number): ShownJob => shownAt(viewOf(job, nowMs, recorded))

/** Since when a runner may claim the job: not while it waits to hear from one that just has. */
const offeredSinceMs = ({ attempts }: Job): number | null =>
  claimOf(attempts)?.isOverdue === false ? null : attempts.offeredMs

/** The claim that the same runner may repeat. */
const liveClaim = ({ attempts }: Job): string | null => {
  const attempt = claimOf(attempts) ?? shownAttempt(attempts)
  return attempt?.end === null ? attempt.claimId : null
}
