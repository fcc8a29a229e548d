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
  is_active: 0 | 1
  description: string
  stage: string
  tags: string
  aliases: string
}

/** SQL of the tags of an owner: a version's id, or `name:` with a name. */
export const tagsOf = (owner: string) =>
  `(SELECT json_group_array(json_array(key, value)) FROM registry_tags WHERE owner = ${owner})`

/** What is read of versions; a condition follows. */
export const namedRows = `SELECT version.*, coalesce(notes.updated_ms, version.created_ms) AS updated_ms,
  coalesce(description, '') AS description, coalesce(stage, 'None') AS stage, ${tagsOf('version.id')} AS tags,
  (SELECT json_group_array(alias) FROM version_aliases WHERE version_aliases.version_id = version.id) AS aliases,
  EXISTS (SELECT 1 FROM model_types WHERE model_types.model_type = version.model_type AND active_id = version.id) AS is_active
  FROM named_versions AS version LEFT JOIN version_notes AS notes ON notes.version_id = version.id`

/** The version in a row. */
export function namedVersion(row: NamedRow): NamedVersion {
  const { id, model_type: name, number, source, folder, description, stage } = row
  return {
    ...{ id, name, number, source, folder, description, stage },
    jobId: row.job_id,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    isReserved: row.is_reserved === 1,
    isActive: row.is_active === 1,
    tags: JSON.parse(row.tags),
    aliases: JSON.parse(row.aliases),
  }
}
