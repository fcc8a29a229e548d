import { type LedgerFile, ledger } from '../artifacts/ledger.ts'
import type { Query } from '../platform/d1-batch.ts'
import { cutKeysetPage, type Page } from '../platform/keyset-page.ts'
import type { VersionName } from '../shared/model-types.ts'
import type { GivenDataset } from '../shared/training-dataset.ts'
import { ModelType } from './model-type.ts'
import { activeIds, columns, type StoredVersion, versionName, versionOf } from './stored-version.ts'
import type { ModelVersion } from './version.ts'

/** The version that a completed job produced; the registry assigns its number. */
export type NewVersion = Pick<ModelVersion, 'job_id' | 'model_type' | 'metrics' | 'size_mb' | 'bundeslaender'> & {
  createdMs: number
  /** What its job could train on; `null`: from before revisions of the dataset. The job's row says what it was given. */
  dataset: { revision: number; documents: number } | null
  /** Its id and number from an earlier registration; `null`: there was none, or it is unknown. */
  previous: VersionName | null
  /** Whether it is put into use, as usual. */
  isActivated: boolean
  /** Its files, which the version owns from then on; none of a simulated job. */
  files: readonly LedgerFile[]
  /** The digest of their manifest; `null`: there are none. */
  manifest: string | null
}

/** The versions that a list contains. An empty or missing filter matches all. */
export type VersionFilter = { model_type?: ModelType[] | undefined; active?: boolean | undefined }

/** How often a type's active version has changed. A state that comes from a client may name an unknown type. */
export type TypeState = { model_type: string; activations: number }

/** The states in one of which a command expects the version's type; otherwise it is refused. `null`: any state. */
export type ExpectedStates = readonly TypeState[] | null

/** A version, and how often its type's active version had changed when it was read. */
export type VersionInState = { version: ModelVersion; activations: number }

/** Why a command is refused. `changed`: its type is in none of the expected states; `active` is the active version. */
export type VersionRefusal = { reason: 'not_found' } | { reason: 'changed'; active: string | null }

type TypeOfVersion = TypeState & { active_number: number | null }

/** Parameter 2: the expected states, a JSON array; NULL: any state. */
const isInState = `(?2 IS NULL OR (model_types.model_type, activations) IN (
  SELECT value ->> 'model_type', value ->> 'activations' FROM json_each(?2)
))`

/** Whether the version ?1 of the job ?2 has just been registered, or its job's row was lost. */
const isNewVersion = `EXISTS (SELECT 1 FROM model_versions WHERE id = ?1)
  AND EXISTS (SELECT 1 FROM uncompleted_jobs WHERE id = ?2)`

/** The registry of model versions in D1: what training produced, and which version of each type is in use. */
export type Registry = ReturnType<typeof registry>

export function registry(db: D1Database) {
  /**
   * The statements that register a job's version and activate it, for one transaction with the job's final row. They do
   * nothing if that row is already `completed`, even if the version was deleted since, or if the version exists and only
   * the row was lost. A lost version gets its previous id and number again, unless another one has that number by now.
   * They also insert the row of a model type that is new in the code, or was lost. `registeredBy` reads their results.
   */
  function registration(version: NewVersion): D1PreparedStatement[] {
    const { job_id, model_type, metrics, size_mb, bundeslaender, dataset, createdMs, previous, isActivated } = version
    const { files, manifest } = version
    const id = previous?.id ?? crypto.randomUUID()
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
          `INSERT INTO model_versions
             (id, job_id, model_type, number, created_ms, metrics, size_mb, bundeslaender, is_withheld, dataset_revision,
              dataset_documents, files, manifest_sha256, dataset_given)
           SELECT ?2, ?1, ?3, iif(
             ?8 IS NULL OR EXISTS (SELECT 1 FROM model_versions WHERE model_type = ?3 AND number = ?8),
             1 + (SELECT last_number FROM model_types WHERE model_type = ?3), ?8), ?4, ?5, ?6, ?7, ?9, ?10, ?11, ?12, ?13,
             dataset_given
           FROM uncompleted_jobs WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM deleted_versions WHERE id = ?2)
           ON CONFLICT (job_id) DO NOTHING`,
        )
        .bind(
          job_id,
          id,
          model_type,
          createdMs,
          JSON.stringify(metrics),
          size_mb,
          JSON.stringify(bundeslaender),
          previous?.number ?? null,
          isActivated ? 0 : 1,
          dataset?.revision ?? null,
          dataset?.documents ?? null,
          files.length,
          manifest,
        ),
      ...ledger(db).registration(id, job_id, files, createdMs, isNewVersion),
      db.prepare('SELECT id, number FROM model_versions WHERE job_id = ?').bind(job_id),
    ]
  }

  /** The version that a `registration` registered, now or earlier; `null`: it was deleted since. */
  function registeredBy(results: D1Result[]): VersionName | null {
    return (results.at(-1)?.results[0] as VersionName | undefined) ?? null
  }

  /** Writes down what a job's version was trained on, where that was known only after its registration. */
  async function noteGiven(jobId: string, given: GivenDataset): Promise<void> {
    await db
      .prepare('UPDATE model_versions SET dataset_given = ? WHERE job_id = ? AND dataset_given IS NULL')
      .bind(JSON.stringify(given), jobId)
      .run()
  }

  async function find(id: string): Promise<VersionInState | null> {
    const row = await db
      .prepare(
        `SELECT ${columns}, active_id IS id AS is_active, activations
         FROM model_versions JOIN model_types USING (model_type) WHERE id = ?`,
      )
      .bind(id)
      .first<StoredVersion & { activations: number }>()
    if (row === null) return null
    const { activations, ...version } = row
    return { version: versionOf(version), activations }
  }

  /** A page of versions, newest first, with sequence numbers below `before`. */
  async function list(filter: VersionFilter, before: number, limit: number): Promise<Page<ModelVersion, number>> {
    const statements = filter.active ? activeStatements(filter, before) : walkStatements(filter, before, limit + 1)
    const pages = await db.batch<StoredVersion>(statements)
    const newestFirst = pages.flatMap((page) => page.results).sort((a, b) => b.seq - a.seq)
    const page = cutKeysetPage(newestFirst.slice(0, limit + 1), limit, (row) => row.seq)
    return { rows: page.rows.map(versionOf), next: page.next }
  }

  /** The type's active version, if its sequence number is below `before`, and how often the active version has changed. */
  async function listActive(type: ModelType, before: number) {
    const state = db.prepare('SELECT activations FROM model_types WHERE model_type = ?').bind(type)
    const results = await db.batch([state, ...activeStatements({ model_type: [type] }, before)])
    const [states, active] = results as [D1Result<Pick<TypeState, 'activations'>>, D1Result<StoredVersion>]
    return { rows: active.results.map(versionOf), activations: states.results[0]?.activations ?? 0 }
  }

  /** The active versions, at most one per type: found through the types, so that no other version is read. */
  function activeStatements({ model_type = [] }: VersionFilter, before: number) {
    const active = `SELECT ${columns}, 1 AS is_active FROM model_types CROSS JOIN model_versions ON id = active_id
      WHERE model_types.model_type = ? AND seq < ?`
    return typesOf(model_type).map((type) => db.prepare(active).bind(type, before))
  }

  /** One ordered walk of the index per type. Excluding the active versions skips one row in each. */
  function walkStatements({ model_type = [], active }: VersionFilter, before: number, limit: number) {
    const inactive = active === false ? `AND id NOT IN ${activeIds}` : ''
    const walk = (condition: string) =>
      `SELECT ${columns}, id IN ${activeIds} AS is_active FROM model_versions
       WHERE ${condition} seq < ? ${inactive} ORDER BY seq DESC LIMIT ?`
    if (model_type.length === 0) return [db.prepare(walk('')).bind(before, limit)]
    return model_type.map((type) => db.prepare(walk('model_type = ? AND')).bind(type, before, limit))
  }

  /** Activates a version. If it is active already, the state of its type does not change. */
  async function activate(id: string, expected: ExpectedStates = null): Promise<VersionRefusal | null> {
    const update = db
      .prepare(
        `UPDATE model_types SET active_id = ?1, activations = activations + (active_id IS NOT ?1)
         WHERE model_type = (SELECT model_type FROM model_versions WHERE id = ?1) AND ${isInState}`,
      )
      .bind(id, encodeStates(expected))
    const [type] = await db.batch<TypeOfVersion>([typeOf(id), update])
    return refusalOf(type?.results[0], expected)
  }

  /** Deletes a version, unless it is the active one. */
  async function remove(
    id: string,
    expected: ExpectedStates = null,
  ): Promise<VersionRefusal | { reason: 'active' } | null> {
    const deletion = db
      .prepare(
        `DELETE FROM model_versions WHERE id = ?1 AND EXISTS (
           SELECT 1 FROM model_types
           WHERE model_type = model_versions.model_type AND active_id IS NOT ?1 AND ${isInState}
         )`,
      )
      .bind(id, encodeStates(expected))
    const released = ledger(db).releaseVersion(
      id,
      Date.now(),
      'NOT EXISTS (SELECT 1 FROM model_versions WHERE id = ?1)',
    )
    const [type, deleted] = await db.batch<TypeOfVersion>([typeOf(id), deletion, ...released])
    const refusal = refusalOf(type?.results[0], expected)
    return refusal ?? (deleted?.meta.changes === 0 ? { reason: 'active' } : null)
  }

  /** The type of a version, read before a change in the same transaction: shows why the change was refused. */
  function typeOf(id: string): D1PreparedStatement {
    return db
      .prepare(
        `SELECT model_types.model_type, activations, active.number AS active_number FROM model_versions
         JOIN model_types USING (model_type) LEFT JOIN model_versions AS active ON active.id = active_id
         WHERE model_versions.id = ?`,
      )
      .bind(id)
  }

  /** The number of versions, and how many of them are active. */
  function counts(): Query<{ versions: number; active: number }> {
    return {
      statement: db.prepare('SELECT sum(versions) AS versions, count(active_id) AS active FROM model_types'),
      read: (row) => row as { versions: number; active: number },
    }
  }

  return { registration, registeredBy, noteGiven, find, list, listActive, activate, remove, counts }
}

const encodeStates = (states: ExpectedStates): string | null => states && JSON.stringify(states)

function refusalOf(type: TypeOfVersion | undefined, expected: ExpectedStates): VersionRefusal | null {
  if (type === undefined) return { reason: 'not_found' }
  const { model_type, activations, active_number } = type
  if (expected?.some((state) => state.model_type === model_type && state.activations === activations) ?? true)
    return null
  return { reason: 'changed', active: active_number === null ? null : versionName(active_number) }
}

const typesOf = (filter: ModelType[]) => (filter.length > 0 ? filter : ModelType.options)
