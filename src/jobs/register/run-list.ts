import { JOBS_MAX, WAKE_GRACE_MS } from '../../platform/limits.ts'
import { finalStatuses } from '../../shared/job-status.ts'
import type { JobSpec } from '../rules/types.ts'
import type { ExtraStatements } from './extra-statements.ts'
import { searchColumns } from './search-columns.ts'
import { columns, type JobRow, pendingJob, rowOf, type StoredRow, storedJob } from './stored-job.ts'

/** Which runs are looked at: those of experiments by id, or of model types, except what their rows rule out. */
export type RunFilter = {
  experiments: readonly number[]
  modelTypes: readonly string[]
  /** Whether those that are deleted. */
  view: 'active' | 'deleted' | 'all'
  conditions: readonly RowCondition[]
}

/** What is to hold of a metric (a number), a parameter or a tag. */
export type RowCondition = {
  entity: 'metric' | 'param' | 'tag'
  key: string
  comparator: '=' | '!=' | '<' | '<=' | '>' | '>='
  value: number | string
}

/** A run's row. `isDeleted`: the run is, or its experiment. */
export type RunRow = JobRow & { isDeleted: boolean }

const isDeleted = `(run_deleted_ms IS NOT NULL
  OR EXISTS (SELECT 1 FROM experiments WHERE experiments.id = experiment_id AND is_deleted = 1))`

/** Conditions that are looked at in rows: D1 takes a hundred parameters. */
const ROW_CONDITIONS_MAX = 40

const isRunning = `status NOT IN (${finalStatuses.map((status) => `'${status}'`).join(', ')})`
const places = { metric: 'metrics', param: 'run.params', tag: 'run.tags' } as const

/**
 * That a row rules nothing out by a condition, whose path and value are the parameters n and n + 1. Of a run that has not ended,
 * and of a value that the row does not hold or that is no number in JSON, it says nothing.
 */
function sqlOf({ entity, comparator }: RowCondition, n: number): string {
  const value = `summary ->> ?${n}`
  const isUnknown = entity === 'metric' ? `typeof(${value}) = 'text' OR ` : ''
  return `AND (${isRunning} OR coalesce(${isUnknown}${value} ${comparator} ?${n + 1}, 1))`
}

const parametersOf = ({ entity, key, value }: RowCondition) => [
  `$.recorded.${places[entity]}."${key}"${entity === 'metric' ? '[0]' : ''}`,
  value,
]

/** Jobs as runs, which jobs that a formula trains are not. */
export function runLists(db: D1Database) {
  /**
   * The runs among so many jobs with sequence numbers below `before`, newest first.
   *
   * @returns `next`: where to go on; `null`: there are no further jobs
   */
  async function walkRuns({ experiments, modelTypes, view, conditions }: RunFilter, before: number, jobs: number) {
    // In a path, these would have a meaning.
    const told = conditions.filter(({ key }) => !/["\\]/.test(key)).slice(0, ROW_CONDITIONS_MAX)
    const [looked, found] = await db.batch([
      db
        .prepare(
          'SELECT min(seq) AS last, count(*) AS n FROM (SELECT seq FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT ?)',
        )
        .bind(before, jobs),
      db
        .prepare(
          `SELECT ${columns}, ${isDeleted} AS is_deleted FROM (SELECT * FROM jobs WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2)
           WHERE (experiment_id IN (SELECT value FROM json_each(?3))
               OR (experiment_id IS NULL AND model_type IN (SELECT value FROM json_each(?4))
                 AND spec ->> '$.trainedBy' IS NOT NULL))
             AND (?5 = 'all' OR is_deleted = (?5 = 'deleted'))
             ${told.map((one, i) => sqlOf(one, 6 + 2 * i)).join('\n')}`,
        )
        .bind(
          before,
          jobs,
          ...[experiments, modelTypes].map((list) => JSON.stringify(list)),
          view,
          ...told.flatMap(parametersOf),
        ),
    ])
    const { last, n } = (looked?.results[0] ?? { last: null, n: 0 }) as { last: number | null; n: number }
    const rows: RunRow[] = ((found?.results ?? []) as (StoredRow & { is_deleted: 0 | 1 })[]).map(
      ({ is_deleted, ...row }) => ({ ...rowOf(row), isDeleted: is_deleted === 1 }),
    )
    return { rows: rows.sort((a, b) => b.seq - a.seq), next: n < jobs ? null : last }
  }

  /** Registers a run that a script has opened: it needs no slot. @returns false: there are too many jobs */
  async function insertRun(spec: JobSpec, { before = [], after = [] }: ExtraStatements = {}): Promise<boolean> {
    const job = pendingJob(spec)
    const stored = storedJob(job)
    const { name, labels } = searchColumns(job, [])
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

  /** Takes note of when a run was deleted, Unix ms; `null`: it is not. */
  async function hideRun(id: string, deletedMs: number | null): Promise<void> {
    await db.prepare('UPDATE jobs SET run_deleted_ms = ? WHERE id = ?').bind(deletedMs, id).run()
  }

  return { walkRuns, insertRun, hideRun }
}
