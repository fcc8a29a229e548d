import { withdrawnSince } from '../dataset/revisions.ts'
import { modelTypes } from '../shared/model-types.ts'
import { timestamp } from '../shared/timestamp.ts'
import type { GivenDataset } from '../shared/training-dataset.ts'
import type { ModelVersion } from './version.ts'

/** A version's row, as it is read. */
export type StoredVersion = {
  seq: number
  id: string
  job_id: string
  model_type: string
  number: number
  created_ms: number
  metrics: string
  size_mb: number
  bundeslaender: string
  /** `null`: from before revisions of the dataset were kept. */
  dataset_revision: number | null
  dataset_documents: number | null
  /** What the last attempt was given, as the job's row had it; `null`: unknown, or no runner trained it. */
  dataset_given: string | null
  training_withdrawn: number | null
  files: number
  manifest_sha256: string | null
  same_files_as: string | null
  is_active: 0 | 1
}

/** SQL for what a version was trained on. */
export const trainedSet = {
  revision: 'dataset_revision',
  bundeslaender: 'bundeslaender',
  givenRevision: "coalesce(dataset_given ->> '$.revision', dataset_revision)",
}

/** The model types, as a list of SQL. */
export const allTypes = `(${modelTypes.map((type) => `'${type}'`).join(', ')})`

/** The active versions of names, a list of SQL: at most one row each, read once for a whole page. */
export const activeIds = (names: string) =>
  `(SELECT active_id FROM model_types WHERE active_id IS NOT NULL AND model_type IN ${names})`

export const columns = `seq, id, job_id, model_versions.model_type, number, model_versions.created_ms, metrics, size_mb, bundeslaender,
  dataset_revision, dataset_documents, dataset_given, ${withdrawnSince(trainedSet)} AS training_withdrawn, files, manifest_sha256,
  (SELECT older.id FROM model_versions AS older
   WHERE older.manifest_sha256 = model_versions.manifest_sha256 AND older.seq < model_versions.seq
   ORDER BY older.seq LIMIT 1) AS same_files_as`

export const versionName = (number: number) => `v${number}.0`

/** The version in a row. */
export function versionOf(row: StoredVersion): ModelVersion {
  const { id, job_id, model_type, size_mb, training_withdrawn, dataset_revision, dataset_documents } = row
  const { files, manifest_sha256, same_files_as } = row
  const given = row.dataset_given === null ? null : (JSON.parse(row.dataset_given) as GivenDataset)
  const documents = dataset_documents ?? 0
  return {
    ...{ id, job_id, model_type, size_mb, training_withdrawn, files, manifest_sha256, same_files_as },
    version: versionName(row.number),
    created_at: timestamp(row.created_ms),
    metrics: JSON.parse(row.metrics),
    is_active: row.is_active === 1,
    bundeslaender: JSON.parse(row.bundeslaender),
    dataset:
      dataset_revision === null
        ? null
        : { revision: dataset_revision, documents, sha256: given?.sha256 ?? null, withdrawn: given?.withdrawn ?? 0 },
  }
}
