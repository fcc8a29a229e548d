import { CLAIM_CANDIDATES, DELETED_JOBS_SWEPT_MAX, TOMBSTONE_MS } from '../../platform/limits.ts'
import type { ModelType } from '../../shared/model-types.ts'

/** The jobs that runners may claim. The register knows the candidates; a job's object decides. */
export function offers(db: D1Database) {
  /**
   * The jobs that a claim may get, in the order in which they are to be asked: the one that it has already, then those that
   * wait for the longest time.
   *
   * @param modelTypes only of these; empty: of any
   */
  async function offered(claimId: string, modelTypes: readonly ModelType[]): Promise<string[]> {
    const rows = await db
      .prepare(
        `SELECT id FROM (SELECT id FROM jobs INDEXED BY jobs_claimed WHERE claim_id = ?1 LIMIT 1)
         UNION ALL
         SELECT id FROM (SELECT id FROM jobs INDEXED BY jobs_offered
           WHERE offered_ms IS NOT NULL AND (?2 = '[]' OR model_type IN (SELECT value FROM json_each(?2)))
           ORDER BY offered_ms, seq LIMIT ?3)`,
      )
      .bind(claimId, JSON.stringify(modelTypes), CLAIM_CANDIDATES)
      .all<{ id: string }>()
    return rows.results.map(({ id }) => id)
  }

  /** The job that a claim has already, if there is one. */
  async function claimed(claimId: string): Promise<string[]> {
    const rows = await db
      .prepare('SELECT id FROM jobs INDEXED BY jobs_claimed WHERE claim_id = ? LIMIT 1')
      .bind(claimId)
      .all<{ id: string }>()
    return rows.results.map(({ id }) => id)
  }

  /** Whether there is a job, or was one that runners trained and that was deleted in the last TOMBSTONE_MS; `null`: neither. */
  async function existence(id: string): Promise<'exists' | 'deleted' | null> {
    const row = await db
      .prepare(
        `SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ?1) AS exists_now,
           EXISTS (SELECT 1 FROM deleted_jobs WHERE id = ?1) AS is_deleted`,
      )
      .bind(id)
      .first<{ exists_now: 0 | 1; is_deleted: 0 | 1 }>()
    if (row?.exists_now === 1) return 'exists'
    return row?.is_deleted === 1 ? 'deleted' : null
  }

  /** Deletes the row of a job that runners trained, and keeps its id. */
  async function removeAndRemember(id: string, nowMs: number): Promise<void> {
    await db.batch([
      db.prepare('INSERT INTO deleted_jobs (id, deleted_ms) VALUES (?, ?) ON CONFLICT DO NOTHING').bind(id, nowMs),
      db.prepare('DELETE FROM jobs WHERE id = ?').bind(id),
    ])
  }

  /** Forgets ids of jobs that were deleted long ago, some of them. */
  async function forgetDeleted(nowMs: number): Promise<void> {
    await db
      .prepare(
        `DELETE FROM deleted_jobs WHERE id IN
           (SELECT id FROM deleted_jobs INDEXED BY deleted_jobs_by_time WHERE deleted_ms < ? LIMIT ?)`,
      )
      .bind(nowMs - TOMBSTONE_MS, DELETED_JOBS_SWEPT_MAX)
      .run()
  }

  return { offered, claimed, existence, removeAndRemember, forgetDeleted }
}
