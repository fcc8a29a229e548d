import { type LedgerFile, ledger, type PathOfOther } from '../artifacts/ledger.ts'
import { VERSIONS_PER_NAME_MAX } from '../platform/limits.ts'
import { type Entry, type NamedRow, type NamedVersion, namedRows, namedVersion } from './named-version.ts'
import type { ModelVersion } from './version.ts'

/** What a client registers: files of a run under a name. */
export type Registration = Pick<ModelVersion, 'metrics' | 'bundeslaender'> & {
  name: string
  jobId: string
  /** As the client names it. With the name and the job, it identifies the version: a retry registers nothing more. */
  source: string
  /** Where the files lie among those of the job. */
  folder: string
  dataset: { revision: number; documents: number } | null
  description: string
  tags: readonly Entry[]
}

/** The files of a version that a client registers, by their paths within its folder. */
export type RegisteredFiles = {
  /** What their job has, and goes on having. */
  own: readonly LedgerFile[]
  /** What of the job's model its own version has by now. */
  owned: { version: string; files: readonly PathOfOther[] } | null
  bytes: number
  /** The digest of their manifest; `null`: there are none. */
  manifest: string | null
}

/** Whether the version ?1 has just been registered. */
const isRegistered = 'EXISTS (SELECT 1 FROM model_versions WHERE id = ?1)'

/** Why a version is not registered. */
export type NotRegistered = { reason: 'no_name' } | { reason: 'too_many' }

/**
 * Registers a version, which is not active, with its files, which it has as long as it is there, whatever becomes of its job.
 *
 * @returns it, or the one that was registered by the same request before
 */
export async function registerVersion(
  db: D1Database,
  version: Registration,
  { own, owned, bytes, manifest }: RegisteredFiles,
  nowMs: number,
): Promise<NamedVersion | NotRegistered> {
  const { name, jobId, source, folder, metrics, bundeslaender, dataset } = version
  const fresh = crypto.randomUUID()
  const insert = db
    .prepare(
      `INSERT INTO model_versions (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender,
         dataset_revision, dataset_documents, dataset_given, source, folder, files, manifest_sha256)
       SELECT ?1, ?2, model_type, 1 + last_number, ?4, ?5, ?12, ?6, ?7, ?8,
         (SELECT dataset_given FROM uncompleted_jobs WHERE uncompleted_jobs.id = ?2), ?9, ?10, ?13, ?14
       FROM model_types WHERE model_type = ?3 AND versions < ?11
       ON CONFLICT (job_id, model_type, source) WHERE source IS NOT NULL DO NOTHING`,
    )
    .bind(
      ...[fresh, jobId, name, nowMs, JSON.stringify(metrics), JSON.stringify(bundeslaender)],
      ...[dataset?.revision ?? null, dataset?.documents ?? null, source, folder, VERSIONS_PER_NAME_MAX],
      ...[bytes / 1_000_000, own.length + (owned?.files.length ?? 0), manifest],
    )
  const id = '(SELECT id FROM model_versions WHERE job_id = ?1 AND model_type = ?2 AND source = ?3)'
  const { share, shareOf } = ledger(db)
  const results = await db.batch([
    insert,
    ...share(fresh, jobId, own, isRegistered),
    ...(owned === null ? [] : shareOf(fresh, owned.version, owned.files, isRegistered)),
    ...noted(db, id, [jobId, name, source], version, nowMs),
    db.prepare(namedRows(`version.id = ${id}`)).bind(jobId, name, source),
  ])
  return (await registered(db, results, name)) as NamedVersion | NotRegistered
}

/** Registers a version with the files of another one, also after the job of both has gone. @returns see `registerVersion` */
export async function copyVersion(
  db: D1Database,
  other: Pick<NamedVersion, 'id' | 'jobId'>,
  version: Pick<Registration, 'name' | 'source' | 'description' | 'tags'>,
  nowMs: number,
): Promise<NamedVersion | NotRegistered> {
  const { name, source } = version
  const fresh = crypto.randomUUID()
  const id = '(SELECT id FROM model_versions WHERE job_id = ?1 AND model_type = ?2 AND source = ?3)'
  const key = [other.jobId, name, source]
  const results = await db.batch([
    db
      .prepare(
        `INSERT INTO model_versions (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender,
           dataset_revision, dataset_documents, dataset_given, source, folder, files, manifest_sha256)
         SELECT ?1, job_id, model_types.model_type, 1 + last_number, ?4, metrics, size_mb, bundeslaender,
           dataset_revision, dataset_documents, dataset_given, ?5, folder, files, manifest_sha256
         FROM model_types JOIN model_versions AS other ON other.id = ?2
         WHERE model_types.model_type = ?3 AND model_types.versions < ?6
         ON CONFLICT (job_id, model_type, source) WHERE source IS NOT NULL DO NOTHING`,
      )
      .bind(fresh, other.id, name, nowMs, source, VERSIONS_PER_NAME_MAX),
    ledger(db).shareAll(fresh, other.id, isRegistered),
    ...noted(db, id, key, version, nowMs),
    db.prepare(namedRows(`version.id = ${id}`)).bind(...key),
  ])
  return registered(db, results, name)
}

/**
 * Reserves the number that a running job's version will get on completion, or points a reserved one at what was registered last.
 *
 * @returns it, or what it has become with the completion; `not_running`: the job has ended without it
 */
export async function reserveVersion(
  db: D1Database,
  version: Registration,
  nowMs: number,
): Promise<NamedVersion | NotRegistered | { reason: 'not_running' }> {
  const { name, jobId, source, folder } = version
  const isRunning = 'EXISTS (SELECT 1 FROM running_jobs WHERE running_jobs.id = ?2)'
  const id = '(SELECT id FROM reserved_versions WHERE job_id = ?1 AND model_type = ?2 AND source = ?3)'
  const results = await db.batch([
    db
      .prepare(
        `UPDATE model_types SET last_number = last_number + 1 WHERE model_type = ?1 AND ${isRunning}
           AND NOT EXISTS (SELECT 1 FROM reserved_versions WHERE job_id = ?2)`,
      )
      .bind(name, jobId),
    db
      .prepare(
        `INSERT INTO reserved_versions (job_id, id, model_type, number, created_ms, source, folder)
         SELECT ?2, ?3, model_type, last_number, ?4, ?5, ?6 FROM model_types WHERE model_type = ?1 AND ${isRunning}
         ON CONFLICT (job_id) DO UPDATE SET source = excluded.source, folder = excluded.folder`,
      )
      .bind(name, jobId, crypto.randomUUID(), nowMs, source, folder),
    ...noted(db, id, [jobId, name, source], version, nowMs),
    db.prepare(namedRows(`version.id = ${id}`)).bind(jobId, name, source),
  ])
  const reserved = await registered(db, results, name)
  return 'reason' in reserved && reserved.reason === 'too_many' ? { reason: 'not_running' } : reserved
}

/** The statements that write down what a client says of a version when it registers it. */
function noted(
  db: D1Database,
  id: string,
  key: readonly string[],
  { description, tags }: Pick<Registration, 'description' | 'tags'>,
  nowMs: number,
) {
  const notes = `INSERT INTO version_notes (version_id, description, updated_ms)
    SELECT ${id}, ?4, ?5 WHERE ${id} IS NOT NULL ON CONFLICT (version_id) DO NOTHING`
  const tagged = `INSERT INTO registry_tags (owner, key, value)
    SELECT ${id}, value ->> 0, value ->> 1 FROM json_each(?4) WHERE ${id} IS NOT NULL ON CONFLICT (owner, key) DO NOTHING`
  return [
    ...(description === '' ? [] : [db.prepare(notes).bind(...key, description, nowMs)]),
    ...(tags.length === 0 ? [] : [db.prepare(tagged).bind(...key, JSON.stringify(tags))]),
  ]
}

async function registered(db: D1Database, results: D1Result[], name: string): Promise<NamedVersion | NotRegistered> {
  const row = results.at(-1)?.results[0] as NamedRow | undefined
  if (row !== undefined) return namedVersion(row)
  const known = await db.prepare('SELECT 1 FROM model_types WHERE model_type = ?').bind(name).first()
  return known === null ? { reason: 'no_name' } : { reason: 'too_many' }
}
