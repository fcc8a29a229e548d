/** A version as clients of MLflow see it: by its name and number, with what they have written of it. */
export type NamedVersion = {
  id: string
  /** The registered name: a model type, or another. */
  name: string
  number: number
  /** The job that it is of, which may have been deleted since. */
  jobId: string
  createdMs: number
  updatedMs: number
  /** What a client registered; `null`: its job's completion registered it. */
  source: string | null
  /** Of its files among those of the job; `null`: they are those of the job's model. */
  folder: string | null
  /** Whether its job, which is still running, is to have it. */
  isReserved: boolean
  /** How many files it has by itself, whatever becomes of its job. */
  files: number
  isActive: boolean
  description: string
  stage: string
  tags: Entry[]
  /** Without `active`. */
  aliases: string[]
}

export type Entry = readonly [key: string, value: string]

/** A version's row, as it is read. */
export type NamedRow = {
  id: string
  job_id: string
  model_type: string
  number: number
  created_ms: number
  updated_ms: number
  source: string | null
  folder: string | null
  is_reserved: 0 | 1
  files: number
  is_active: 0 | 1
  description: string
  stage: string
  tags: string
  aliases: string
}

/** SQL of the tags of an owner: a version's id, or `name:` with a name. */
export const tagsOf = (owner: string) =>
  `(SELECT json_group_array(json_array(key, value)) FROM registry_tags WHERE owner = ${owner})`

const noteOf = (column: string) => `(SELECT ${column} FROM version_notes WHERE version_notes.version_id = version.id)`

const columns = (
  own: string,
) => `version.id, version.job_id, version.model_type, version.number, version.created_ms, ${own},
  coalesce(${noteOf('updated_ms')}, version.created_ms) AS updated_ms,
  coalesce(${noteOf('description')}, '') AS description, coalesce(${noteOf('stage')}, 'None') AS stage,
  ${tagsOf('version.id')} AS tags,
  (SELECT json_group_array(alias) FROM version_aliases WHERE version_aliases.version_id = version.id) AS aliases,
  EXISTS (SELECT 1 FROM model_types WHERE model_types.model_type = version.model_type AND active_id = version.id) AS is_active`

const reservedFor = (column: string) =>
  `(SELECT ${column} FROM reserved_versions WHERE reserved_versions.id = version.id)`

/** Registered versions. One whose number was reserved is of what was registered. */
const registered = `SELECT ${columns(
  `coalesce(source, ${reservedFor('source')}) AS source, coalesce(${reservedFor('folder')}, folder) AS folder, 0 AS is_reserved, files`,
)} FROM model_versions AS version`

/** Those that running jobs will have. */
const reserved = `SELECT ${columns('source, folder, 1, 0')} FROM reserved_versions AS version`

/**
 * The statement that reads versions, reserved ones too while their job may complete. Not a view: SQLite would read all of it.
 *
 * @param condition by which those of either kind are found, of `version`
 */
export const namedRows = (condition: string, order = '') => `${registered} WHERE ${condition}
  UNION ALL ${reserved} WHERE ${condition} AND ${isToCome} ${order}`

const isToCome = `EXISTS (SELECT 1 FROM running_jobs WHERE running_jobs.id = version.job_id)
    AND NOT EXISTS (SELECT 1 FROM model_versions WHERE model_versions.id = version.id)`

/** The statement that reads those that running jobs will have. */
export const reservedRows = (limit: string) =>
  `${reserved} WHERE version.job_id IN (SELECT id FROM open_jobs) AND ${isToCome} LIMIT ${limit}`

/** The version in a row. */
export function namedVersion(row: NamedRow): NamedVersion {
  const { id, model_type: name, number, source, folder, files, description, stage } = row
  return {
    ...{ id, name, number, source, folder, files, description, stage },
    jobId: row.job_id,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    isReserved: row.is_reserved === 1,
    isActive: row.is_active === 1,
    tags: JSON.parse(row.tags),
    aliases: JSON.parse(row.aliases),
  }
}
