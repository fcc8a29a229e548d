import { SEARCHED_ROWS_MAX } from '../../platform/limits.ts'
import { columns, type JobRow, rowOf, type StoredRow } from './stored-job.ts'

/** Which runs are looked at: those of experiments by id, or of model types. */
export type RunFilter = { experiments: readonly number[]; modelTypes: readonly string[] }

/** Jobs as runs, which jobs that a formula trains are not. */
export function runLists(db: D1Database) {
  /**
   * The runs among the SEARCHED_ROWS_MAX jobs with sequence numbers below `before`, newest first.
   *
   * @returns `next`: where to go on; `null`: there are no further jobs
   */
  async function walkRuns({ experiments, modelTypes }: RunFilter, before: number) {
    const [looked, found] = await db.batch([
      db
        .prepare(
          'SELECT min(seq) AS last, count(*) AS n FROM (SELECT seq FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT ?)',
        )
        .bind(before, SEARCHED_ROWS_MAX),
      db
        .prepare(
          `SELECT ${columns} FROM (SELECT * FROM jobs WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2)
           WHERE spec ->> '$.trainedBy' IS NOT NULL
             AND (experiment_id IN (SELECT value FROM json_each(?3))
               OR (experiment_id IS NULL AND model_type IN (SELECT value FROM json_each(?4))))`,
        )
        .bind(before, SEARCHED_ROWS_MAX, JSON.stringify(experiments), JSON.stringify(modelTypes)),
    ])
    const { last, n } = (looked?.results[0] ?? { last: null, n: 0 }) as { last: number | null; n: number }
    const rows: JobRow[] = ((found?.results ?? []) as StoredRow[]).map(rowOf)
    return { rows: rows.sort((a, b) => b.seq - a.seq), next: n < SEARCHED_ROWS_MAX ? null : last }
  }

  return { walkRuns }
}
