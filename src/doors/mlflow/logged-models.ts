import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import type { LoggedModel, ModelChange } from '../../jobs/rules/logged-model.ts'
import { changeRun, type ModelQuery, type RunChange, readModels } from '../../jobs/runs.ts'
import { RUN_ITEMS_MAX } from '../../platform/limits.ts'
import { allowed, askerOf, ownJob } from './asker.ts'
import { bodyOf, type Fields } from './body.ts'
import { conditionsIn, equalIn } from './conditions.ts'
import { doesNotExist, invalidParameter } from './errors.ts'
import { modelOf } from './model-id.ts'
import { loggedModelShown, modelStatusIn } from './shown.ts'

type C = Context<AppEnv>

const noModel = (id: string) => doesNotExist(`Logged model with ID '${id}' not found`)

/** Which model of which run an id names. */
function namedBy(id: string) {
  const model = modelOf(id)
  if (model === null) throw noModel(id)
  return model
}

const read = async (c: C, runId: string, query: ModelQuery) =>
  allowed(c, runId, await readModels(c.env, runId, askerOf(c), query))

/** The logged model of an id, and what its job trains. */
export async function loggedModel(c: C, id: string) {
  const { runId, number, folder } = namedBy(id)
  const { modelType, models } = await read(c, runId, { number })
  const [model] = models
  if (model === undefined) throw noModel(id)
  return { runId, folder, modelType, model }
}

async function shown(c: C, id: string) {
  const { runId, modelType, model } = await loggedModel(c, id)
  return c.json({ model: loggedModelShown(runId, modelType, model) })
}

/** Changes the model that the path names. */
async function change(c: C, one: ModelChange): Promise<string> {
  const id = c.req.param('id') ?? ''
  const { runId, number } = namedBy(id)
  const answer = await changeRun(c.env, runId, askerOf(c), { do: 'change_model', number, change: one })
  const { model } = await allowed(c, runId, answer)
  if (model === null) throw noModel(id)
  return id
}

function statusIn(fields: Fields): LoggedModel['status'] {
  const sent = fields.text('status')
  const status = modelStatusIn(sent)
  if (status === null) throw invalidParameter(`Invalid model status '${sent}'`)
  return status
}

/** Models that runs log: what is said of them. Their files are artifacts. */
export const loggedModels = new Hono<AppEnv>()
  .post('/logged-models', async (c) => {
    const fields = await bodyOf(c)
    const runId = fields.optionalText('source_run_id') || ownJob(c)
    if (runId === null) throw invalidParameter("Missing value for required parameter 'source_run_id'")
    const model = {
      name: fields.optionalText('name') || 'model',
      type: fields.optionalText('model_type') ?? '',
      params: fields.entries('params'),
      tags: fields.entries('tags'),
    }
    const log: RunChange = { do: 'log_model', model }
    const { model: logged } = await allowed(c, runId, await changeRun(c.env, runId, askerOf(c), log))
    if (!logged) throw invalidParameter(`A run logs at most ${RUN_ITEMS_MAX} models`)
    const { modelType } = await read(c, runId, { number: logged.number })
    return c.json({ model: loggedModelShown(runId, modelType, logged) })
  })
  .post('/logged-models/search', async (c) => {
    const fields = await bodyOf(c)
    const conditions = conditionsIn(fields.optionalText('filter') ?? '', ['name', 'source_run_id'])
    const name = equalIn(conditions, 'name')
    // Models are kept with their runs, so they are found by these: a job token's own, or the one that is named.
    const runId = equalIn(conditions, 'source_run_id') ?? ownJob(c)
    if (runId === null) return c.json({ models: [] })
    const { modelType, models } = await read(c, runId, name === null ? 'all' : { name })
    return c.json({ models: models.toReversed().map((model) => loggedModelShown(runId, modelType, model)) })
  })
  .get('/logged-models/:id', (c) => shown(c, c.req.param('id')))
  .patch('/logged-models/:id', async (c) => {
    const status = statusIn(await bodyOf(c))
    return shown(c, await change(c, { status }))
  })
  .patch('/logged-models/:id/tags', async (c) => {
    const tags = (await bodyOf(c)).entries('tags')
    await change(c, { tags })
    return c.json({})
  })
  .post('/logged-models/:id/params', async (c) => {
    const params = (await bodyOf(c)).entries('params')
    await change(c, { params })
    return c.json({})
  })
  // An older client says what its files say: nothing is to be kept.
  .post('/runs/log-model', async (c) => {
    const fields = await bodyOf(c)
    await read(c, fields.text('run_id'), { number: 0 })
    return c.json({})
  })
