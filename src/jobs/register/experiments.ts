import { EXPERIMENT_TAGS_MAX, EXPERIMENTS_MAX } from '../../platform/limits.ts'
import { storedTags } from '../../platform/stored-tags.ts'

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

  const tags = storedTags<number>(db, 'experiment_tags', 'experiment_id', EXPERIMENT_TAGS_MAX)

  return {
    experiment: (id: number) => one('id = ?', id),
    experimentByName: (name: string) => one('name = ?', name),
    setExperimentTag: tags.set,
    deleteExperimentTag: tags.remove,
    ...{ listExperiments, createExperiment, renameExperiment, hideExperiment },
  }
}
