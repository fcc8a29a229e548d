import { ATTEMPT_ROW_CHECK_MS, PAUSED_CHECK_MS, WAKE_GRACE_MS } from '../../platform/limits.ts'
import { holdsSlot, nextWakeMs } from '../rules/job.ts'
import { holderOf } from '../rules/trainers/live.ts'
import type { Job } from '../rules/types.ts'
import type { JobRow } from './stored-job.ts'

/** A job whose wake deadline has passed. */
export type OverdueJob = { wakeDeadlineMs: number; seq: number; id: string }

/** The wake deadlines of the register: the time by which a job's object should have woken, after which the sweeper wakes it. */
export function wakeDeadlines(db: D1Database) {
  /**
   * Sets a wake deadline of WAKE_GRACE_MS for a job at rest before a command to it: if the outcome never reaches D1, the
   * sweeper wakes its object.
   *
   * @param edits how often the job has been edited, of one that waits: another edit must not come in between
   * @returns false when there is no such row
   */
  async function setWakeDeadline(id: string, nowMs: number, edits: number | null = null): Promise<boolean> {
    const written = await db
      .prepare('UPDATE jobs SET wake_by_ms = ?2 WHERE id = ?1 AND edits = coalesce(?3, edits)')
      .bind(id, nowMs + WAKE_GRACE_MS, edits)
      .run()
    return written.meta.changes > 0
  }

  /**
   * Corrects what does not follow from the job's state: a slot acquired in vain, an obsolete deadline. Only what was seen:
   * if a slot has been acquired or a deadline set since, the deadline differs.
   *
   * @param job `null`: queued, and not in its object
   * @returns whether there was anything to correct
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

  /** Postpones an overdue deadline, so that jobs that cannot be woken do not keep the sweeper from the others. */
  async function postpone(id: string, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE jobs SET wake_by_ms = ?2 WHERE id = ?1 AND wake_by_ms < ?2')
      .bind(id, nowMs + WAKE_GRACE_MS)
      .run()
  }

  return { setWakeDeadline, repair, overdue, postpone }
}

/** When the object of a job in this state should have woken at the latest; `null`: it need not. */
export function wakeDeadlineMs(job: Job, nowMs: number): number | null {
  if (job.status === 'paused') {
    // It does not change by itself, but the register may have lost it: check it every day.
    const days = 1 + Math.max(0, Math.floor((nowMs - job.changedMs) / PAUSED_CHECK_MS))
    return job.changedMs + days * PAUSED_CHECK_MS
  }
  if (holderOf(job.attempts) !== null && job.validatedMs === null) {
    // Its object looks after it every minute; should that ever end, the sweeper finds it.
    const periods = 1 + Math.max(0, Math.floor((nowMs - job.changedMs) / ATTEMPT_ROW_CHECK_MS))
    return job.changedMs + periods * ATTEMPT_ROW_CHECK_MS
  }
  const wakeMs = nextWakeMs(job)
  return wakeMs === null ? null : wakeMs + WAKE_GRACE_MS
}
