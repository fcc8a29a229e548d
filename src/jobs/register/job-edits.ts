import { evolve } from '../rules/job.ts'
import type { Job, JobEvent } from '../rules/types.ts'
import { searchColumns } from './search-columns.ts'
import { type JobRow, waitingJob } from './stored-job.ts'

/** What edits change in the register: the rows of jobs that wait, and what jobs are found by. */
export function jobEdits(db: D1Database) {
  /**
   * Notes edits of a job that waits for a slot, of which no object knows. Does nothing once the job has been given a slot, or
   * a command to it has begun, or it has been edited otherwise: what is noted is in the log with which the job starts.
   *
   * @returns whether they are noted
   */
  async function editWaiting(row: JobRow, events: readonly JobEvent[]): Promise<boolean> {
    const job = events.reduce<Job>(evolve, row.job)
    const { name, labels } = searchColumns(job)
    const { spec, summary } = waitingJob(row, events)
    const written = await db
      .prepare(
        `UPDATE jobs SET spec = ?2, summary = ?3, snapshot = '', search_name = ?4, labels = ?5, edits = ?6
         WHERE id = ?1 AND revision = 0 AND slot IS NULL AND wake_by_ms IS NULL AND edits = ?7`,
      )
      .bind(job.id, spec, summary, name, labels, job.edits, row.job.edits)
      .run()
    return written.meta.changes > 0
  }

  /** Sets what an edited job is found by; to be followed by the update of its row, which says how often it was edited. */
  const searchStatements = (job: Job): D1PreparedStatement[] => {
    if (job.edits === 0) return []
    const { name, labels } = searchColumns(job)
    const statement = 'UPDATE jobs SET search_name = ?2, labels = ?3 WHERE id = ?1 AND edits < ?4'
    return [db.prepare(statement).bind(job.id, name, labels, job.edits)]
  }

  return { editWaiting, searchStatements }
}
