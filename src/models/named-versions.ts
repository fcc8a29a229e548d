import { ALIASES_PER_NAME_MAX, REGISTRY_TAGS_MAX } from '../platform/limits.ts'
import { storedTags } from '../platform/stored-tags.ts'
import { type NamedRow, type NamedVersion, namedRows, namedVersion } from './named-version.ts'

/** Versions by name and number, and what clients write of them: descriptions, stages, tags, aliases. */
export function namedVersions(db: D1Database) {
  /** A version; `null`: there is none. */
  async function find(name: string, number: number): Promise<NamedVersion | null> {
    const row = await db
      .prepare(namedRows('version.model_type = ?1 AND version.number = ?2'))
      .bind(name, number)
      .first<NamedRow>()
    return row && namedVersion(row)
  }

  /** The version that an alias leads to; `null`: none. */
  async function findByAlias(name: string, alias: string): Promise<NamedVersion | null> {
    const id =
      alias === 'active'
        ? '(SELECT active_id FROM model_types WHERE model_type = ?1)'
        : '(SELECT version_id FROM version_aliases WHERE model_type = ?1 AND alias = ?2)'
    const statement = db.prepare(namedRows(`version.id = ${id}`))
    const row = await (alias === 'active' ? statement.bind(name) : statement.bind(name, alias)).first<NamedRow>()
    return row && namedVersion(row)
  }

  /** Versions of a name, the highest number first, with numbers below `before`. */
  async function ofName(name: string, before: number, limit: number): Promise<NamedVersion[]> {
    const { results } = await db
      .prepare(namedRows('version.model_type = ?1 AND version.number < ?2', 'ORDER BY number DESC LIMIT ?3'))
      .bind(name, before, limit)
      .all<NamedRow>()
    return results.map(namedVersion)
  }

  /** All versions of some jobs, the newest first: a few of each. */
  async function ofJobs(jobIds: readonly string[]): Promise<NamedVersion[]> {
    const { results } = await db
      .prepare(
        namedRows(`version.id IN (
           SELECT id FROM model_versions WHERE job_id IN (SELECT value FROM json_each(?1)) AND source IS NULL
           UNION ALL SELECT id FROM model_versions WHERE job_id IN (SELECT value FROM json_each(?1)) AND source IS NOT NULL
           UNION ALL SELECT id FROM reserved_versions WHERE job_id IN (SELECT value FROM json_each(?1))
         )`),
      )
      .bind(JSON.stringify(jobIds))
      .all<NamedRow>()
    return results.map(namedVersion).sort((a, b) => b.createdMs - a.createdMs || b.number - a.number)
  }

  /** Versions by their ids, in any order. */
  async function byIds(ids: readonly string[]): Promise<NamedVersion[]> {
    const { results } = await db
      .prepare(namedRows('version.id IN (SELECT value FROM json_each(?1))'))
      .bind(JSON.stringify(ids))
      .all<NamedRow>()
    return results.map(namedVersion)
  }

  /** A version by its id; `null`: there is none. */
  const byId = async (id: string): Promise<NamedVersion | null> => (await byIds([id]))[0] ?? null

  /** Writes a description or a stage. */
  async function note(id: string, { description, stage }: { description?: string; stage?: string }, nowMs: number) {
    await db
      .prepare(
        `INSERT INTO version_notes (version_id, description, stage, updated_ms)
         VALUES (?1, coalesce(?2, ''), coalesce(?3, 'None'), ?4)
         ON CONFLICT (version_id) DO UPDATE SET updated_ms = ?4, description = coalesce(?2, description),
           stage = coalesce(?3, stage)`,
      )
      .bind(id, description ?? null, stage ?? null, nowMs)
      .run()
  }

  /** Archives the other versions of a name at the stage of one; `jobIds`: only those of these jobs; `null`: of all. */
  async function archiveBeside({ id, name, stage }: NamedVersion, jobIds: readonly string[] | null, nowMs: number) {
    await db
      .prepare(
        `UPDATE version_notes SET stage = 'Archived', updated_ms = ?4
         WHERE stage = ?3 AND version_id <> ?1 AND version_id IN (
           SELECT id FROM model_versions
           WHERE model_type = ?2 AND (?5 IS NULL OR job_id IN (SELECT value FROM json_each(?5))))`,
      )
      .bind(id, name, stage, nowMs, jobIds && JSON.stringify(jobIds))
      .run()
  }

  /** Of a version, by its id, or of a name, by `name:` and it. */
  const tags = storedTags<string>(db, 'registry_tags', 'owner', REGISTRY_TAGS_MAX)

  /** Makes an alias lead to a version. @returns false: there are too many */
  async function setAlias({ id, name }: Pick<NamedVersion, 'id' | 'name'>, alias: string): Promise<boolean> {
    const { meta } = await db
      .prepare(
        `INSERT INTO version_aliases (model_type, alias, version_id) SELECT ?1, ?2, ?3
         WHERE (SELECT count(*) FROM version_aliases WHERE model_type = ?1 AND alias <> ?2) < ?4
         ON CONFLICT (model_type, alias) DO UPDATE SET version_id = excluded.version_id`,
      )
      .bind(name, alias, id, ALIASES_PER_NAME_MAX)
      .run()
    return meta.changes > 0
  }

  /** Deletes an alias, if it is there. */
  async function deleteAlias(name: string, alias: string): Promise<void> {
    await db.prepare('DELETE FROM version_aliases WHERE model_type = ? AND alias = ?').bind(name, alias).run()
  }

  return {
    find,
    findByAlias,
    ofName,
    ofJobs,
    byIds,
    byId,
    note,
    archiveBeside,
    setTag: tags.set,
    deleteTag: tags.remove,
    setAlias,
    deleteAlias,
  }
}
