import { type LedgerFile, ledger } from '../artifacts/ledger.ts'
import type { ModelType, VersionName } from '../shared/model-types.ts'
import type { GivenDataset } from '../shared/training-dataset.ts'
import type { ModelVersion } from './version.ts'

/** The version that a completed job produced; the registry assigns its number. */
export type NewVersion = Pick<ModelVersion, 'job_id' | 'metrics' | 'size_mb' | 'bundeslaender'> & {
  model_type: ModelType
  createdMs: number
  /** What its job could train on; `null`: from before revisions of the dataset. The job's row says what it was given. */
  dataset: { revision: number; documents: number } | null
  /** Its id and number from an earlier registration; `null`: there was none, or it is unknown. */
  previous: VersionName | null
  /** The id and number that were reserved for it; `null`: none were. */
  reserved: VersionName | null
  /** Whether it is put into use, as usual. */
  isActivated: boolean
  /** Its files, which the version owns from then on; none of a simulated job. */
  files: readonly LedgerFile[]
  /** Where they lie among those of the job; `null`: in the usual folder. */
  folder: string | null
  /** The digest of their manifest; `null`: there are none. */
  manifest: string | null
}

/** Whether the version ?1 of the job ?2 has just been registered, or its job's row was lost. */
const isNewVersion = `EXISTS (SELECT 1 FROM model_versions WHERE id = ?1)
  AND EXISTS (SELECT 1 FROM uncompleted_jobs WHERE id = ?2)`

/** Whether the version ?2 of the job ?1 is neither registered nor deleted. */
const isUnregistered = `NOT EXISTS (SELECT 1 FROM deleted_versions WHERE id = ?2)
  AND NOT EXISTS (SELECT 1 FROM model_versions WHERE job_id = ?1 AND source IS NULL)`

/**
 * The statements that register a job's version and activate it, for one transaction with the job's final row. They do
 * nothing if that row is already `completed`, even if the version was deleted since, or if the version exists and only
 * the row was lost. A lost version gets its previous id and number again, unless another one has that number by now, and
 * is activated if it is newer than the active one.
 * They also insert the row of a model type that is new in the code, or was lost. `registeredBy` reads their results.
 */
export function registration(db: D1Database, version: NewVersion): D1PreparedStatement[] {
  const { job_id, model_type, metrics, size_mb, bundeslaender, dataset, createdMs, previous, isActivated } = version
  const { files, manifest, reserved, folder } = version
  const known = previous ?? reserved
  const id = known?.id ?? crypto.randomUUID()
  return [
    db
      .prepare(
        `INSERT INTO model_types (model_type, last_number, versions)
         SELECT ?1, (SELECT coalesce(max(number), 0) FROM model_versions WHERE model_type = ?1),
           (SELECT count(*) FROM model_versions WHERE model_type = ?1)
         WHERE NOT EXISTS (SELECT 1 FROM model_types WHERE model_type = ?1)`,
      )
      .bind(model_type),
    db
      .prepare(
        // Runs before the insert, since the foreign key is deferred: a version that already exists is not activated again.
        `UPDATE model_types SET activations = activations + 1, active_id = ?2
         WHERE ?6 AND model_type = ?3 AND EXISTS (SELECT 1 FROM uncompleted_jobs WHERE id = ?1) AND ${isUnregistered} AND (
           ?4 OR iif(
             ?5 IS NULL OR EXISTS (SELECT 1 FROM model_versions WHERE model_type = ?3 AND number = ?5), 1 + last_number, ?5
           ) > coalesce((SELECT number FROM model_versions WHERE id = active_id), 0)
         )`,
      )
      .bind(job_id, id, model_type, previous === null ? 1 : 0, known?.number ?? null, isActivated ? 1 : 0),
    db
      .prepare(
        `INSERT INTO model_versions
           (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender, is_withheld, dataset_revision,
            dataset_documents, files, manifest_sha256, dataset_given, folder)
         SELECT ?2, ?1, ?3, iif(
           ?8 IS NULL OR EXISTS (SELECT 1 FROM model_versions WHERE model_type = ?3 AND number = ?8),
           1 + (SELECT last_number FROM model_types WHERE model_type = ?3), ?8), ?4, ?5, ?6, ?7, ?9, ?10, ?11, ?12, ?13,
           dataset_given, ?14
         FROM uncompleted_jobs WHERE id = ?1 AND ${isUnregistered}`,
      )
      .bind(
        job_id,
        id,
        model_type,
        createdMs,
        JSON.stringify(metrics),
        size_mb,
        JSON.stringify(bundeslaender),
        known?.number ?? null,
        isActivated ? 0 : 1,
        dataset?.revision ?? null,
        dataset?.documents ?? null,
        files.length,
        manifest,
        folder,
      ),
    ...ledger(db).registration(id, job_id, files, createdMs, isNewVersion),
    db.prepare('SELECT id, number FROM model_versions WHERE job_id = ? AND source IS NULL').bind(job_id),
  ]
}

/** The version that a `registration` registered, now or earlier; `null`: it was deleted since. */
export function registeredBy(results: D1Result[]): VersionName | null {
  return (results.at(-1)?.results[0] as VersionName | undefined) ?? null
}

/** What was reserved for the version of a job, and the folder of its files; `null`: nothing. */
export async function reserved(db: D1Database, jobId: string): Promise<(VersionName & { folder: string }) | null> {
  return db
    .prepare('SELECT id, number, folder FROM reserved_versions WHERE job_id = ?')
    .bind(jobId)
    .first<VersionName & { folder: string }>()
}

/** Writes down what a job's version was trained on, where that was known only after its registration. */
export async function noteGiven(db: D1Database, jobId: string, given: GivenDataset): Promise<void> {
  await db
    .prepare(`UPDATE model_versions SET dataset_given = ?1
         WHERE job_id = ?2 AND source IS NULL AND dataset_given IS NULL`)
    .bind(JSON.stringify(given), jobId)
    .run()
}
