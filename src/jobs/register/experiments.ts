import { EXPERIMENTS_MAX } from '../../platform/limits.ts'

/** An experiment: what runs that scripts open are grouped by. Times in Unix ms. */
export type Experiment = { id: number; name: string; createdMs: number; updatedMs: number; isDeleted: boolean }

type Row = { id: number; name: string; created_ms: number; updated_ms: number; is_deleted: 0 | 1 }

const columns = 'id, name, created_ms, updated_ms, is_deleted'
const experimentOf = ({ id, name, created_ms, updated_ms, is_deleted }: Row): Experiment => {
  return { id, name, createdMs: created_ms, updatedMs: updated_ms, isDeleted: is_deleted === 1 }
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

  return {
    experiment: (id: number) => one('id = ?', id),
    experimentByName: (name: string) => one('name = ?', name),
    listExperiments,
    createExperiment,
  }
}
