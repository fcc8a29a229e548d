import { trainedOn } from '../dataset/revisions.ts'
import { cutKeysetPage, type Page } from '../platform/keyset-page.ts'
import { SEARCHED_ROWS_MAX } from '../platform/limits.ts'
import { modelTypes } from '../shared/model-types.ts'
import type { VersionFilter } from './registry.ts'
import { activeIds, columns, type StoredVersion, trainedSet, versionOf } from './stored-version.ts'
import type { ModelVersion } from './version.ts'

/**
 * A page of the versions that were trained on a document, newest first. It looks at SEARCHED_ROWS_MAX versions at most: it may
 * be short, or empty, and have a next one all the same. Versions of before revisions of the dataset are not among them.
 */
export async function listTrainedOn(
  db: D1Database,
  documentId: string,
  { model_type = [], active }: VersionFilter,
  before: number,
  limit: number,
): Promise<Page<ModelVersion, number>> {
  const names = '(SELECT value FROM json_each(?3))'
  const end = await db
    .prepare('SELECT seq FROM model_versions WHERE seq < ? ORDER BY seq DESC LIMIT 1 OFFSET ?')
    .bind(before, SEARCHED_ROWS_MAX - 1)
    .first<{ seq: number }>()
  const { results } = await db
    .prepare(
      `SELECT ${columns}, id IN ${activeIds(names)} AS is_active FROM model_versions
       WHERE seq < ?1 AND seq >= ?2 AND +model_type IN ${names}
         AND (?4 IS NULL OR (id IN ${activeIds(names)}) = ?4) AND ${trainedOn(trainedSet, '?5')}
       ORDER BY seq DESC LIMIT ?6`,
    )
    .bind(
      before,
      end?.seq ?? 0,
      JSON.stringify(model_type.length > 0 ? model_type : modelTypes),
      active === undefined ? null : Number(active),
      documentId,
      limit + 1,
    )
    .all<StoredVersion>()
  const page = cutKeysetPage(results, limit, ({ seq }) => seq)
  return { rows: page.rows.map(versionOf), next: page.next ?? end?.seq ?? null }
}
