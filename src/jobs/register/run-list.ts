import { JOBS_MAX, SEARCHED_ROWS_MAX, WAKE_GRACE_MS } from '../../platform/limits.ts'
import type { JobSpec } from '../rules/types.ts'
import type { ExtraStatements } from './extra-statements.ts'
import { searchColumns } from './search-columns.ts'
import { columns, type JobRow, pendingJob, rowOf, type StoredRow, storedJob } from './stored-job.ts'

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

  /** Registers a run that a script has opened: it needs no slot. @returns false: there are too many jobs */
  async function insertRun(spec: JobSpec, { before = [], after = [] }: ExtraStatements = {}): Promise<boolean> {
    const job = pendingJob(spec)
    const stored = storedJob(job)
    const { name, labels } = searchColumns(job)
    const statement = db
      .prepare(
        `INSERT INTO jobs (id, model_type, status, revision, wake_by_ms, spec, summary, snapshot, search_name, labels,
           experiment_id)
         SELECT ?1, ?2, 'training', 0, ?3, ?4, ?5, '', ?6, ?7, ?8 FROM job_counters WHERE total < ?9`,
      )
      .bind(
        job.id,
        job.config.model_type,
        job.createdMs + WAKE_GRACE_MS,
        stored.spec,
        stored.summary,
        name,
        labels,
        spec.run?.experiment.id ?? null,
        JOBS_MAX,
      )
    const results = await db.batch([...before, statement, ...after])
    return (results[before.length]?.meta.changes ?? 0) > 0
  }

  return { walkRuns, insertRun }
}
