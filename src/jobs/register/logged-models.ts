import { LOGGED_MODELS_PAGE } from '../../platform/limits.ts'
import type { PlacedPage } from '../../platform/newest.ts'
import type { LoggedModel } from '../rules/logged-model.ts'

/** A logged model as a search finds it, with its run. */
export type FoundModel = {
  runId: string
  /** The experiment of a run that a script has opened; `null`: that of the model type. */
  experimentId: number | null
  modelType: string
  model: LoggedModel
}

/** Which are looked at: those of runs of experiments by id, or of model types; and of a name; `null`: of any. */
export type ModelFilter = { experiments: readonly number[]; modelTypes: readonly string[]; name: string | null }

type Row = { place: number; job_id: string; data: string; experiment_id: number | null; model_type: string }

/** Logged models in D1, where searches find them: what the objects of their runs have told. */
export function loggedModels(db: D1Database) {
  /**
   * Writes a model down, unless a later state of it is there. One that is deleted is forgotten. Without its metrics: they are logged
   * without a word to D1.
   */
  async function noteModel(runId: string, model: LoggedModel): Promise<void> {
    const statement =
      model.status === 'deleted'
        ? db.prepare('DELETE FROM logged_models WHERE job_id = ? AND number = ?').bind(runId, model.number)
        : db
            .prepare(
              `INSERT INTO logged_models (job_id, number, name, updated_ms, data) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (job_id, number) DO UPDATE SET updated_ms = excluded.updated_ms, data = excluded.data
               WHERE excluded.updated_ms > updated_ms`,
            )
            .bind(runId, model.number, model.name, model.updatedMs, JSON.stringify({ ...model, metrics: undefined }))
    await statement.run()
  }

  /** A page of models below a place, newest first. */
  async function walkModels(filter: ModelFilter, before: number): Promise<PlacedPage<FoundModel>> {
    const { experiments, modelTypes, name } = filter
    const page = name === null ? 'seq < ?1' : 'seq < ?1 AND name = ?5'
    const [looked, found] = await db.batch([
      db
        .prepare(
          `SELECT min(seq) AS last, count(*) AS n FROM (
             SELECT seq FROM logged_models WHERE ${page.replace('?5', '?3')} ORDER BY seq DESC LIMIT ?2)`,
        )
        .bind(before, LOGGED_MODELS_PAGE, ...(name === null ? [] : [name])),
      db
        .prepare(
          `SELECT place, job_id, data, experiment_id, model_type
           FROM (SELECT seq AS place, job_id, data FROM logged_models WHERE ${page} ORDER BY seq DESC LIMIT ?2)
           JOIN jobs ON jobs.id = job_id
           WHERE experiment_id IN (SELECT value FROM json_each(?3))
             OR (experiment_id IS NULL AND model_type IN (SELECT value FROM json_each(?4)))`,
        )
        .bind(
          ...[before, LOGGED_MODELS_PAGE, JSON.stringify(experiments), JSON.stringify(modelTypes)],
          ...(name === null ? [] : [name]),
        ),
    ])
    const { last, n } = (looked?.results[0] ?? { last: null, n: 0 }) as { last: number | null; n: number }
    const rows = ((found?.results ?? []) as Row[]).map(({ place, job_id, data, experiment_id, model_type }) => ({
      seq: place,
      row: { runId: job_id, experimentId: experiment_id, modelType: model_type, model: JSON.parse(data) },
    }))
    return { rows: rows.sort((a, b) => b.seq - a.seq), next: n < LOGGED_MODELS_PAGE ? null : last }
  }

  return { noteModel, walkModels }
}
