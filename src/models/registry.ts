import { cutPage, type Page } from '../page.ts'
import type { Query } from '../query.ts'
import { ModelType } from './model-type.ts'
import type { ModelVersion } from './schema.ts'
import type { VersionName } from './version-name.ts'

/** What a completed job leaves behind; the registry gives it its number. */
export type NewVersion = Pick<ModelVersion, 'job_id' | 'model_type' | 'metrics' | 'size_mb' | 'bundeslaender'> & {
  createdMs: number
  /** What it was called when it was registered before; `null`: it never was, or that is not known. */
  known: VersionName | null
}

/** Which versions a list shows. An empty or missing filter lets all pass. */
export type VersionFilter = { model_type?: ModelType[] | undefined; active?: boolean | undefined }

type StoredVersion = {
  seq: number
  id: string
  job_id: string
  model_type: ModelType
  number: number
  created_ms: number
  metrics: string
  size_mb: number
  bundeslaender: string
  is_active: 0 | 1
}

/** At most one row a model type, read once for a whole page. */
const activeIds = '(SELECT active_id FROM model_types WHERE active_id IS NOT NULL)'
const columns = `seq, id, job_id, model_versions.model_type, number, created_ms, metrics, size_mb, bundeslaender,
  id IN ${activeIds} AS is_active`

/** The registry of model versions in D1: what training produced, and which version of each type is in use. */
export type Registry = ReturnType<typeof registry>

export function registry(db: D1Database) {
  /**
   * The statements that register a job's version and make it the active one; to be run in one transaction with the
   * job's final row. They do nothing once that row says `completed`, even when the version was deleted since, nor while
   * the version is there, of which only the row was lost. A version that was lost gets its old id and number again, unless another one has that number now. A model type that is new in
   * the code gets its row here. `registeredBy` reads what they answer.
   */
  function registration(version: NewVersion): D1PreparedStatement[] {
    const { job_id, model_type, metrics, size_mb, bundeslaender, createdMs, known } = version
    return [
      db
        .prepare(
          `INSERT INTO model_types (model_type, last_number, versions) VALUES (?, 0, 0)
           ON CONFLICT (model_type) DO NOTHING`,
        )
        .bind(model_type),
      db
        .prepare(
          `INSERT INTO model_versions (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender)
           SELECT ?2, ?1, ?3, iif(
             ?8 IS NULL OR EXISTS (SELECT 1 FROM model_versions WHERE model_type = ?3 AND number = ?8),
             1 + (SELECT last_number FROM model_types WHERE model_type = ?3), ?8), ?4, ?5, ?6, ?7
           FROM uncompleted_jobs WHERE id = ?1
           ON CONFLICT (job_id) DO NOTHING`,
        )
        .bind(
          job_id,
          known?.id ?? crypto.randomUUID(),
          model_type,
          createdMs,
          JSON.stringify(metrics),
          size_mb,
          JSON.stringify(bundeslaender),
          known?.number ?? null,
        ),
      db.prepare('SELECT id, number FROM model_versions WHERE job_id = ?').bind(job_id),
    ]
  }

  /** What the version is called that a `registration` registered, now or before; `null`: it is deleted since. */
  function registeredBy(results: D1Result[]): VersionName | null {
    return (results.at(-1)?.results[0] as VersionName | undefined) ?? null
  }

  async function find(id: string): Promise<ModelVersion | null> {
    const row = await db.prepare(`SELECT ${columns} FROM model_versions WHERE id = ?`).bind(id).first<StoredVersion>()
    return row && versionOf(row)
  }

  /** A page of versions, newest first, behind the row with the sequence number `before`. */
  async function list(filter: VersionFilter, before: number, limit: number): Promise<Page<ModelVersion, number>> {
    const statements = filter.active ? activeStatements(filter, before) : walkStatements(filter, before, limit + 1)
    const pages = await db.batch<StoredVersion>(statements)
    const newestFirst = pages.flatMap((page) => page.results).sort((a, b) => b.seq - a.seq)
    const page = cutPage(newestFirst.slice(0, limit + 1), limit, (row) => row.seq)
    return { rows: page.rows.map(versionOf), next: page.next }
  }

  /** The active versions, at most one a type: reached through the types, so that no other version is read. */
  function activeStatements({ model_type = [] }: VersionFilter, before: number) {
    const active = `SELECT ${columns} FROM model_types CROSS JOIN model_versions ON id = active_id
      WHERE model_types.model_type = ? AND seq < ?`
    return typesOf(model_type).map((type) => db.prepare(active).bind(type, before))
  }

  /** One ordered walk a type. Leaving out the active versions passes over one row in each. */
  function walkStatements({ model_type = [], active }: VersionFilter, before: number, limit: number) {
    const inactive = active === false ? `AND id NOT IN ${activeIds}` : ''
    const walk = (condition: string) =>
      `SELECT ${columns} FROM model_versions WHERE ${condition} seq < ? ${inactive} ORDER BY seq DESC LIMIT ?`
    if (model_type.length === 0) return [db.prepare(walk('')).bind(before, limit)]
    return model_type.map((type) => db.prepare(walk('model_type = ? AND')).bind(type, before, limit))
  }

  /**
   * Makes a version the active one of its type.
   *
   * @returns false when there is no such version
   */
  async function activate(id: string): Promise<boolean> {
    const written = await db
      .prepare(
        `UPDATE model_types SET active_id = ?1
         WHERE model_type = (SELECT model_type FROM model_versions WHERE id = ?1)`,
      )
      .bind(id)
      .run()
    return written.meta.changes > 0
  }

  /** Deletes a version, unless it is the active one. */
  async function remove(id: string): Promise<'deleted' | 'active' | 'not_found'> {
    const written = await db
      .prepare(`DELETE FROM model_versions WHERE id = ? AND id NOT IN ${activeIds}`)
      .bind(id)
      .run()
    if (written.meta.changes > 0) return 'deleted'
    return (await find(id)) === null ? 'not_found' : 'active'
  }

  /** How many versions there are, and how many of them are in use. */
  function counts(): Query<{ versions: number; active: number }> {
    return {
      statement: db.prepare('SELECT sum(versions) AS versions, count(active_id) AS active FROM model_types'),
      read: (row) => row as { versions: number; active: number },
    }
  }

  return { registration, registeredBy, find, list, activate, remove, counts }
}

const typesOf = (filter: ModelType[]) => (filter.length > 0 ? filter : ModelType.options)

function versionOf({
  seq: _,
  number,
  created_ms,
  metrics,
  bundeslaender,
  is_active,
  ...row
}: StoredVersion): ModelVersion {
  return {
    ...row,
    version: `v${number}.0`,
    created_at: new Date(created_ms).toISOString(),
    metrics: JSON.parse(metrics),
    is_active: is_active === 1,
    bundeslaender: JSON.parse(bundeslaender),
  }
}
