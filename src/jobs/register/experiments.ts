import { EXPERIMENT_TAGS_MAX, EXPERIMENTS_MAX } from '../../platform/limits.ts'

/** An experiment: what runs that scripts open are grouped by. Times in Unix ms. */
export type Experiment = {
  id: number
  name: string
  createdMs: number
  updatedMs: number
  isDeleted: boolean
  tags: (readonly [key: string, value: string])[]
}

type Row = { id: number; name: string; created_ms: number; updated_ms: number; is_deleted: 0 | 1; tags: string }

const columns = `id, name, created_ms, updated_ms, is_deleted,
  (SELECT json_group_array(json_array(key, value)) FROM experiment_tags WHERE experiment_id = experiments.id) AS tags`
const experimentOf = ({ id, name, created_ms, updated_ms, is_deleted, tags }: Row): Experiment => {
  return {
    ...{ id, name, createdMs: created_ms, updatedMs: updated_ms },
    ...{ isDeleted: is_deleted === 1, tags: JSON.parse(tags) },
  }
}

/** The experiments in D1. */
export function experiments(db: D1Database) {
  const one = async (condition: string, value: string | number): Promise<Experiment | null> => {
    const row = await db.prepare(`SELECT ${columns} FROM experiments WHERE ${condition}`).bind(value).first<Row>()
    return row && experimentOf(row)
  }

  /** A page of experiments, newest first, with ids below `before`. */
  async function listExperiments(before: number, limit: number): Promise<Experiment[]> {
    const { results } = await db
      .prepare(`SELECT ${columns} FROM experiments WHERE id < ? ORDER BY id DESC LIMIT ?`)
      .bind(before, limit)
      .all<Row>()
    return results.map(experimentOf)
  }

  /** Creates an experiment. @returns its id; `null`: the name is taken, or there are too many */
  async function createExperiment(name: string, nowMs: number): Promise<number | null> {
    const row = await db
      .prepare(
        `INSERT INTO experiments (name, created_ms, updated_ms)
         SELECT ?1, ?2, ?2 WHERE (SELECT max(id) FROM experiments) < ?3
         ON CONFLICT (name) DO NOTHING RETURNING id`,
      )
      .bind(name, nowMs, EXPERIMENTS_MAX)
      .first<{ id: number }>()
    return row?.id ?? null
  }

  /** Renames an experiment. @returns false: another one has the name */
  async function renameExperiment(id: number, name: string, nowMs: number): Promise<boolean> {
    const { meta } = await db
      .prepare('UPDATE OR IGNORE experiments SET name = ?2, updated_ms = ?3 WHERE id = ?1')
      .bind(id, name, nowMs)
      .run()
    return meta.changes > 0
  }

  /** Hides an experiment with its runs from searches, or shows them again. */
  async function hideExperiment(id: number, isDeleted: boolean, nowMs: number): Promise<void> {
    await db
      .prepare('UPDATE experiments SET is_deleted = ?2, updated_ms = ?3 WHERE id = ?1')
      .bind(id, isDeleted ? 1 : 0, nowMs)
      .run()
  }

  /** Sets a tag. @returns false: there are too many */
  async function setExperimentTag(id: number, key: string, value: string): Promise<boolean> {
    const { meta } = await db
      .prepare(
        `INSERT INTO experiment_tags (experiment_id, key, value) SELECT ?1, ?2, ?3
         WHERE (SELECT count(*) FROM experiment_tags WHERE experiment_id = ?1 AND key <> ?2) < ?4
         ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value`,
      )
      .bind(id, key, value, EXPERIMENT_TAGS_MAX)
      .run()
    return meta.changes > 0
  }

  /** Deletes a tag, if it is there. */
  async function deleteExperimentTag(id: number, key: string): Promise<void> {
    await db.prepare('DELETE FROM experiment_tags WHERE experiment_id = ? AND key = ?').bind(id, key).run()
  }

  return {
    experiment: (id: number) => one('id = ?', id),
    experimentByName: (name: string) => one('name = ?', name),
    ...{ listExperiments, createExperiment, renameExperiment, hideExperiment, setExperimentTag, deleteExperimentTag },
  }
}
