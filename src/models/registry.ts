import { ledger } from '../artifacts/ledger.ts'
import type { Query } from '../platform/d1-batch.ts'
import { cutKeysetPage, type Page } from '../platform/keyset-page.ts'
import { modelTypes } from '../shared/model-types.ts'
import type { GivenDataset } from '../shared/training-dataset.ts'
import { type RegisteredFiles, type Registration, registerVersion } from './register-version.ts'
import { type NewVersion, noteGiven, registeredBy, registration, reserved } from './registration.ts'
import { activeIds, allTypes, columns, type StoredVersion, versionName, versionOf } from './stored-version.ts'
import type { ModelVersion } from './version.ts'

/** The versions that a list contains. Without names it has those of the model types; otherwise a missing filter matches all. */
export type VersionFilter = { model_type?: string[] | undefined; active?: boolean | undefined }

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

/** The registry of model versions in D1: what training produced, and which version of each type is in use. */
export type Registry = ReturnType<typeof registry>

export function registry(db: D1Database) {
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
  async function listActive(type: string, before: number) {
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

  /** One ordered walk of the index per name, or all model types merged. Excluding the active versions skips one row in each. */
  function walkStatements({ model_type = [], active }: VersionFilter, before: number, limit: number) {
    const pageOf = (types: readonly string[], names: string) => {
      const inactive = active === false ? `AND id NOT IN ${activeIds(names)}` : ''
      const walk = (type: string) =>
        `SELECT ${columns}, id IN ${activeIds(names)} AS is_active FROM model_versions
         WHERE model_type = ${type} AND seq < ?1 ${inactive}`
      return `${types.map(walk).join(' UNION ALL ')} ORDER BY seq DESC LIMIT ?2`
    }
    if (model_type.length > 0) {
      const ofName = pageOf(['?3'], '(?3)')
      return model_type.map((type) => db.prepare(ofName).bind(before, limit, type))
    }
    const ofTypes = modelTypes.map((type) => `'${type}'`)
    return [db.prepare(pageOf(ofTypes, allTypes)).bind(before, limit)]
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

  /** The number of versions of the model types, and how many of them are active. */
  function counts(): Query<{ versions: number; active: number }> {
    return {
      statement: db.prepare(`SELECT sum(versions) AS versions, count(active_id) AS active FROM model_types
           WHERE model_type IN ${allTypes}`),
      read: (row) => row as { versions: number; active: number },
    }
  }

  return {
    registration: (version: NewVersion) => registration(db, version),
    registeredBy,
    reserved: (jobId: string) => reserved(db, jobId),
    registerVersion: (version: Registration, files: RegisteredFiles, nowMs: number) =>
      registerVersion(db, version, files, nowMs),
    noteGiven: (jobId: string, given: GivenDataset) => noteGiven(db, jobId, given),
    ...{ find, list, listActive, activate, remove, counts },
  }
}

const encodeStates = (states: ExpectedStates): string | null => states && JSON.stringify(states)

function refusalOf(type: TypeOfVersion | undefined, expected: ExpectedStates): VersionRefusal | null {
  if (type === undefined) return { reason: 'not_found' }
  const { model_type, activations, active_number } = type
  if (expected?.some((state) => state.model_type === model_type && state.activations === activations) ?? true)
    return null
  return { reason: 'changed', active: active_number === null ? null : versionName(active_number) }
}

const typesOf = (filter: readonly string[]): readonly string[] => (filter.length > 0 ? filter : modelTypes)
