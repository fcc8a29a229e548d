import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import {
  changeModel,
  type FoundModel,
  findModels,
  foundIn,
  type ModelFilter,
  modelsOfRun,
  noteModel,
  withMetrics,
} from '../../jobs/logged-models.ts'
import type { ModelChange, NewLoggedModel } from '../../jobs/rules/logged-model.ts'
import { type ModelQuery, readModels } from '../../jobs/runs.ts'
import { LOGGED_MODELS_PER_SEARCH_MAX, RUN_ITEMS_MAX } from '../../platform/limits.ts'
import { allowed, askerOf, ownJob } from './asker.ts'
import { bodyOf, type Fields, fieldsIn, textOf } from './body.ts'
import { doesNotExist, invalidParameter } from './errors.ts'
import { experimentsIn } from './experiments.ts'
import { type Order, readOrder } from './filter.ts'
import { among, answerOf, type Finder, questionIn, type Searched } from './find.ts'
import { modelId, modelOf } from './model-id.ts'
import { openedRun, requestKey } from './open-run.ts'
import { forAdmins } from './registry-asker.ts'
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

/** The logged model of an id. */
export async function loggedModel(c: C, id: string): Promise<FoundModel> {
  const { runId, number } = namedBy(id)
  const [found] = foundIn(await read(c, runId, { number }))
  if (found === undefined) throw noModel(id)
  return found
}

const shown = async (c: C, id: string) => c.json({ model: loggedModelShown(await loggedModel(c, id)) })

/** Changes the model that the path names. */
async function change(c: C, one: ModelChange): Promise<string> {
  const id = c.req.param('id') ?? ''
  const { runId, number } = namedBy(id)
  const answer = await changeModel(c.env, runId, askerOf(c), { do: 'change_model', number, change: one })
  const { model } = await allowed(c, runId, answer)
  if (model === null) throw noModel(id)
  return id
}

function statusIn(fields: Fields) {
  const sent = fields.text('status')
  const status = modelStatusIn(sent)
  if (status === null) throw invalidParameter(`Invalid model status '${sent}'`)
  return status
}

const attribute = (name: 'name' | 'model_id' | 'model_type' | 'source_run_id' | 'experiment_id') =>
  [name, (found: FoundModel) => loggedModelShown(found).info[name]] as const

const searched: Searched<FoundModel> = {
  attributes: {
    ...Object.fromEntries(
      (['name', 'model_id', 'model_type', 'source_run_id', 'experiment_id'] as const).map(attribute),
    ),
    status: ({ model }) => model.status.toUpperCase(),
    creation_time: ({ model }) => model.createdMs,
    creation_timestamp: ({ model }) => model.createdMs,
    last_updated_time: ({ model }) => model.updatedMs,
    last_updated_timestamp: ({ model }) => model.updatedMs,
  },
  numbers: ['creation_time', 'creation_timestamp', 'last_updated_time', 'last_updated_timestamp'],
  metric: ({ model }, key) => {
    const value = model.metrics?.find(({ name }) => name === key)?.value
    return value === undefined ? undefined : Number(value)
  },
  param: ({ model }, key) => model.params.find(([one]) => one === key)?.[1],
  tag: ({ model }, key) => model.tags.find(([one]) => one === key)?.[1],
}

/** The orders of a search of models, which has them in fields. */
const ordersIn = (fields: Fields): Order[] =>
  fields.list('order_by').map((one) => ({
    ...readOrder(one.text('field_name')),
    isDescending: one.raw.ascending === false,
  }))

/** The models of a run; of one that there is not none, unless it is the asker's own. */
async function ofRun(c: C, runId: string, isOwn: boolean): Promise<FoundModel[]> {
  const found = await modelsOfRun(c.env, runId, askerOf(c))
  return isOwn || !('reason' in found) ? allowed(c, runId, found) : []
}

const ofExperiments =
  (c: C, filter: ModelFilter, isByMetrics: boolean): Finder<FoundModel> =>
  (...how) =>
    findModels(c.env, filter, isByMetrics, ...how)

/** Logs a model of no run: one is opened to hold it, and ends with it. @returns its id */
async function loggedOfNoRun(c: C, fields: Fields, text: string, model: NewLoggedModel): Promise<string> {
  const sent = { request: await requestKey(c, text), tags: model.tags, name: model.name, model }
  const { id, model: logged } = await openedRun(c, fields, sent)
  if (!logged) throw new Error('A run was opened without the model that it was to hold')
  await noteModel(c.env, id, logged)
  return modelId(id, logged.number)
}

/** Models that runs log: what is said of them. Their files are artifacts. */
export const loggedModels = new Hono<AppEnv>()
  .post('/logged-models', async (c) => {
    const text = await textOf(c)
    const fields = fieldsIn(text)
    const runId = fields.optionalText('source_run_id') || ownJob(c)
    const model = {
      name: fields.optionalText('name') || 'model',
      type: fields.optionalText('model_type') ?? '',
      params: fields.entries('params'),
      tags: fields.entries('tags'),
    }
    if (runId === null) return shown(c, await loggedOfNoRun(c, fields, text, model))
    const log = { do: 'log_model', model } as const
    const { model: logged } = await allowed(c, runId, await changeModel(c.env, runId, askerOf(c), log))
    if (!logged) throw invalidParameter(`A run logs at most ${RUN_ITEMS_MAX} models`)
    return shown(c, modelId(runId, logged.number))
  })
  .post('/logged-models/search', async (c) => {
    const fields = await bodyOf(c)
    const orders = ordersIn(fields)
    const question = questionIn(fields, searched, orders, LOGGED_MODELS_PER_SEARCH_MAX)
    const isByMetrics = [...question.conditions, ...orders].some(({ entity }) => entity === 'metric')
    // The token of an attempt finds those of its runs, whatever experiments are named: there is only one for it.
    const own = ownJob(c)
    const runId = own ?? question.equal('source_run_id')
    const { rows, more } = await answerOf(
      question,
      runId === null
        ? ofExperiments(c, { ...experimentsIn(fields), name: question.equal('name') }, isByMetrics)
        : among(await ofRun(c, runId, own !== null)),
    )
    // The objects of runs have been asked for theirs.
    const models = runId !== null || isByMetrics ? rows : await withMetrics(c.env, rows)
    return c.json({ models: models.map(loggedModelShown), ...more })
  })
  .get('/logged-models/:id', (c) => shown(c, c.req.param('id')))
  .patch('/logged-models/:id', async (c) => {
    const status = statusIn(await bodyOf(c))
    return shown(c, await change(c, { status }))
  })
  .delete('/logged-models/:id', async (c) => {
    await forAdmins(c, 'Deletion')
    await change(c, { status: 'deleted' })
    return c.json({})
  })
  .delete('/logged-models/:id/tags/:key', async (c) => {
    await change(c, { untagged: c.req.param('key') })
    return c.json({})
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
