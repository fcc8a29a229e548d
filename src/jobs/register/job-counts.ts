import type { Query } from '../../platform/d1-batch.ts'

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
  other_id: string | null
}

/**
 * The counts, and the job in training, or otherwise one that holds a slot, or otherwise the one that was paused last:
 * reads a few rows, whatever the number of jobs.
 */
export function jobCounts(db: D1Database): Query<JobCounts> {
  return {
    statement: db.prepare(
      `SELECT total, completed, failed,
         (SELECT id FROM jobs WHERE status = 'training' LIMIT 1) AS training_id,
         coalesce(
           (SELECT id FROM jobs INDEXED BY jobs_slot WHERE slot IS NOT NULL AND seq > 0 ORDER BY seq LIMIT 1),
           (SELECT id FROM jobs INDEXED BY jobs_paused WHERE status = 'paused'
            ORDER BY json_extract(summary, '$.changedMs') DESC LIMIT 1)
         ) AS other_id
       FROM job_counters`,
    ),
    read: (row) => {
      if (row === undefined) throw new Error('The job counters are missing: apply the migrations')
      const { training_id, other_id, ...counted } = row as CountedRow
      return { ...counted, isTraining: training_id !== null, activeJobId: training_id ?? other_id }
    },
  }
}
