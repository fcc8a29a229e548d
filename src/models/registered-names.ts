import { ledger } from '../artifacts/ledger.ts'
import { REGISTERED_NAMES_MAX } from '../platform/limits.ts'
import { modelTypes } from '../shared/model-types.ts'
import { type Entry, type NamedVersion, tagsOf } from './named-version.ts'
import { namedVersions } from './named-versions.ts'

/** A name under which versions are registered: a model type, or another. */
export type RegisteredName = {
  name: string
  /** The job whose script has created it; `null`: none has. */
  jobId: string | null
  createdMs: number
  updatedMs: number
  description: string
  tags: Entry[]
  /** With the number of the version that each leads to. */
  aliases: { alias: string; number: number }[]
  /** The one of the highest number, without those of running jobs; `null`: there is none. */
  latest: NamedVersion | null
}

type NameRow = {
  name: string
  made_by_job: string | null
  created_ms: number
  updated_ms: number
  description: string
  tags: string
  aliases: string
  active_number: number | null
  latest_id: string | null
}

/** The owner of a name's tags. */
export const nameOwner = (name: string) => `name:${name}`

/** Whether a name is a model type, which there always is. */
export const isModelType = (name: string): boolean => (modelTypes as readonly string[]).includes(name)

const nameRows = `SELECT model_types.model_type AS name, made_by_job, created_ms, updated_ms, description,
  ${tagsOf("'name:' || model_types.model_type")} AS tags,
  (SELECT json_group_array(json_object('alias', alias, 'number', coalesce(
     (SELECT number FROM model_versions WHERE id = version_id),
     (SELECT number FROM reserved_versions WHERE reserved_versions.id = version_id
      AND EXISTS (SELECT 1 FROM running_jobs WHERE running_jobs.id = job_id)))))
   FROM version_aliases AS given WHERE given.model_type = model_types.model_type) AS aliases,
  (SELECT number FROM model_versions WHERE id = active_id) AS active_number,
  (SELECT id FROM model_versions WHERE model_versions.model_type = model_types.model_type
   ORDER BY number DESC LIMIT 1) AS latest_id
  FROM model_types`

/** The names of the registry, beside the model types those that clients have created. */
export function registeredNames(db: D1Database) {
  const versions = namedVersions(db)

  /** Creates a name. @returns why not; `null`: it is created */
  async function create(
    { name, jobId, description, tags }: Pick<RegisteredName, 'name' | 'jobId' | 'description' | 'tags'>,
    nowMs: number,
  ): Promise<'exists' | 'too_many' | null> {
    const insert = db
      .prepare(
        `INSERT INTO model_types (model_type, last_number, versions, created_ms, updated_ms, description, made_by_job)
         SELECT ?1, 0, 0, ?2, ?2, ?3, ?5 WHERE (SELECT count(*) FROM model_types) < ?4
         ON CONFLICT (model_type) DO NOTHING`,
      )
      .bind(name, nowMs, description, REGISTERED_NAMES_MAX + modelTypes.length, jobId)
    const tagged = db
      .prepare(
        `INSERT INTO registry_tags (owner, key, value) SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2)
         WHERE EXISTS (SELECT 1 FROM model_types WHERE model_type = ?3 AND created_ms = ?4 AND versions = 0)
         ON CONFLICT (owner, key) DO NOTHING`,
      )
      .bind(nameOwner(name), JSON.stringify(tags), name, nowMs)
    const [inserted] = await db.batch([insert, tagged])
    if ((inserted?.meta.changes ?? 0) > 0) return null
    return (await find(name)) === null ? 'too_many' : 'exists'
  }

  /** A name; `null`: there is none. */
  async function find(name: string): Promise<RegisteredName | null> {
    const row = await db.prepare(`${nameRows} WHERE model_types.model_type = ?`).bind(name).first<NameRow>()
    return row === null ? null : ((await read([row]))[0] ?? null)
  }

  /** All names, in order: as many as REGISTERED_NAMES_MAX allows. */
  async function all(): Promise<RegisteredName[]> {
    const { results } = await db.prepare(`${nameRows} ORDER BY model_types.model_type`).all<NameRow>()
    return read(results)
  }

  async function read(rows: readonly NameRow[]): Promise<RegisteredName[]> {
    const ids = rows.flatMap(({ latest_id }) => latest_id ?? [])
    const latest = ids.length === 0 ? [] : await versions.byIds(ids)
    return rows.map(
      ({ name, made_by_job, created_ms, updated_ms, description, tags, aliases, active_number, latest_id }) => ({
        ...{
          name,
          jobId: made_by_job,
          description,
          createdMs: created_ms,
          updatedMs: updated_ms,
          tags: JSON.parse(tags),
        },
        aliases: [
          ...(active_number === null ? [] : [{ alias: 'active', number: active_number }]),
          // One that was reserved for a job which has failed leads nowhere.
          ...(JSON.parse(aliases) as RegisteredName['aliases']).filter(({ number }) => number !== null),
        ],
        latest: latest.find(({ id }) => id === latest_id) ?? null,
      }),
    )
  }

  /** Writes a description. */
  async function describe(name: string, description: string, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE model_types SET description = ?2, updated_ms = ?3 WHERE model_type = ?1')
      .bind(name, description, nowMs)
      .run()
  }

  /** Renames a name that is no model type, with all that has it. @returns false: another has the new one */
  async function rename(name: string, to: string, nowMs: number): Promise<boolean> {
    const isFree = 'NOT EXISTS (SELECT 1 FROM model_types WHERE model_type = ?2)'
    const carry = (table: string) =>
      db.prepare(`UPDATE ${table} SET model_type = ?2 WHERE model_type = ?1 AND ${isFree}`).bind(name, to)
    const results = await db.batch([
      ...['model_versions', 'version_aliases'].map(carry),
      db
        .prepare(`UPDATE registry_tags SET owner = ?3 WHERE owner = ?4 AND ${isFree}`)
        .bind(name, to, nameOwner(to), nameOwner(name)),
      db
        .prepare(`UPDATE model_types SET model_type = ?2, updated_ms = ?3 WHERE model_type = ?1 AND ${isFree}`)
        .bind(name, to, nowMs),
    ])
    return (results.at(-1)?.meta.changes ?? 0) > 0
  }

  /** Deletes a name that is no model type, with its versions, the active one too. */
  async function remove(name: string): Promise<void> {
    const versions = '(SELECT id FROM model_versions WHERE model_type = ?1)'
    await db.batch([
      ...ledger(db).releaseVersions(versions, name, Date.now()),
      db.prepare('UPDATE model_types SET active_id = NULL WHERE model_type = ?').bind(name),
      db.prepare('DELETE FROM model_versions WHERE model_type = ?').bind(name),
      db.prepare('DELETE FROM registry_tags WHERE owner = ?').bind(nameOwner(name)),
      db.prepare('DELETE FROM model_types WHERE model_type = ?').bind(name),
    ])
  }

  /** Has no version of a name be active, which is no model type. */
  async function deactivate(name: string): Promise<void> {
    await db
      .prepare(
        `UPDATE model_types SET active_id = NULL, activations = activations + 1
         WHERE model_type = ? AND active_id IS NOT NULL`,
      )
      .bind(name)
      .run()
  }

  return { create, find, all, describe, rename, remove, deactivate }
}
