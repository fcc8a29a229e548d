import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import type { LoggedValue, RunLog } from '../../jobs/rules/run.ts'
import {
  changeRun,
  type Entry,
  hideRun,
  type RunChange,
  type RunOutcome,
  readRun,
  readValues,
} from '../../jobs/runs.ts'
import { DOOR_BODY_BYTES_MAX, DOOR_COUNTED_BYTES_MAX, RUN_ITEM_LENGTH_MAX } from '../../platform/limits.ts'
import { sha256 } from '../../platform/sha256.ts'
import { allowed, askerOf, ownJob } from './asker.ts'
import { bodyOf, type Fields, fieldsIn, queryOf, textOf } from './body.ts'
import { modelOf } from './model-id.ts'
import { openedRun, requestKey } from './open-run.ts'
import { forAdmins } from './registry-asker.ts'
import { historyText, infoShown, NAME_TAG, runShown } from './shown.ts'

type C = Context<AppEnv>

/** The run that a request names. */
const runIdIn = (fields: Fields): string => fields.optionalText('run_id') || fields.text('run_uuid')

const read = async (c: C, id: string, isOpening = false) =>
  allowed(c, id, await readRun(c.env, id, askerOf(c), isOpening))
const change = async (c: C, id: string, one: RunChange) => allowed(c, id, await changeRun(c.env, id, askerOf(c), one))

async function log(c: C, id: string, logged: Partial<RunLog>) {
  await change(c, id, { do: 'log', log: { values: [], params: [], tags: [], ...logged }, source: 'mlflow' })
  c.set('isUnlogged', true)
  return c.json({})
}

function valueIn(fields: Fields): LoggedValue {
  const name = fields.text('key')
  const value = fields.number('value')
  const timestampMs = fields.timeOfValue('timestamp') ?? Date.now()
  return { name, value, timestampMs, step: fields.optionalInt('step') ?? 0 }
}

/**
 * A route that logs. What is larger than a run takes at once is counted and not stored: a refusal would end the training.
 *
 * @param take stores it
 */
const logging = (take: (c: C, id: string, fields: Fields) => Promise<Response>) => async (c: C) => {
  const text = await textOf(c, DOOR_COUNTED_BYTES_MAX)
  const fields = fieldsIn(text)
  const id = runIdIn(fields)
  if (text.length <= DOOR_BODY_BYTES_MAX) return take(c, id, fields)
  const lists = ['metrics', 'params', 'tags', 'datasets', 'models'].map((name) => fields.list(name).length)
  const count = Math.max(
    1,
    lists.reduce((sum, length) => sum + length),
  )
  await change(c, id, { do: 'not_stored', count })
  return c.json({})
}

const entryIn = (fields: Fields): Entry => [fields.text('key'), fields.optionalText('value') ?? '']

/** The values of metrics, and those that are said to be of a logged model of the same run. */
function valuesIn(id: string, metrics: readonly Fields[]): Pick<RunLog, 'values' | 'ofModels'> {
  const values = metrics.map(valueIn)
  const ofModels = new Map<number, LoggedValue[]>()
  for (const [i, value] of values.entries()) {
    const model = modelOf(metrics[i]?.optionalText('model_id') ?? '')
    if (model?.runId === id) ofModels.set(model.number, [...(ofModels.get(model.number) ?? []), value])
  }
  return ofModels.size === 0 ? { values } : { values, ofModels }
}

/** The states of a run that end it. */
const outcomes: Readonly<Record<string, RunOutcome>> = { FINISHED: 'completed', FAILED: 'failed', KILLED: 'cancelled' }

/** Tags with the one that names their run. `name`: `null` or empty for none, which leaves it the name that it has. */
const named = (tags: readonly Entry[], name: string | null): Entry[] => [
  ...tags.filter(([key]) => key !== NAME_TAG),
  ...(name ? [[NAME_TAG, name] as const] : []),
]

/** Runs: opened, read, logged to. Their paths are those of MLflow's REST API 2.0. */
export const runs = new Hono<AppEnv>()
  .post('/runs/create', async (c) => {
    const text = await textOf(c)
    const fields = fieldsIn(text)
    const sent = fields.entries('tags')
    const name = fields.optionalText('run_name') || sent.find(([key]) => key === NAME_TAG)?.[1] || null
    const tags = named(sent, name)
    const own = ownJob(c)
    // A client that was not told the id of its attempt's run asks for a new one, and gets that.
    const request = await requestKey(c, text)
    const isOwn = own !== null && (await change(c, own, { do: 'open', tags, request })).isNew
    const { id } = isOwn ? { id: own } : await openedRun(c, fields, { request, tags, name })
    return c.json({ run: runShown(await read(c, id, true)) })
  })
  .get('/runs/get', async (c) => {
    const record = await read(c, runIdIn(queryOf(c)))
    return c.json({ run: runShown(record) })
  })
  .post('/runs/update', async (c) => {
    const fields = await bodyOf(c)
    const id = runIdIn(fields)
    const tags = named([], fields.optionalText('run_name'))
    const outcome = outcomes[fields.optionalText('status') ?? '']
    const endMs = fields.time('end_time')
    await change(c, id, outcome === undefined ? { do: 'open', tags } : { do: 'end', outcome, endMs, tags })
    return c.json({ run_info: infoShown(await read(c, id)) })
  })
  .on('POST', ['/runs/delete', '/runs/restore'], async (c) => {
    const id = runIdIn(await bodyOf(c))
    const isDeletion = c.req.path.endsWith('/delete')
    await forAdmins(c, isDeletion ? 'Deletion' : 'Restoration')
    await allowed(c, id, await hideRun(c.env, id, askerOf(c), isDeletion))
    return c.json({})
  })
  .post(
    '/runs/log-metric',
    logging((c, id, fields) => log(c, id, valuesIn(id, [fields]))),
  )
  .post(
    '/runs/log-parameter',
    logging((c, id, fields) => log(c, id, { params: [entryIn(fields)] })),
  )
  .post(
    '/runs/set-tag',
    logging((c, id, fields) => log(c, id, { tags: [entryIn(fields)] })),
  )
  .post('/runs/delete-tag', async (c) => {
    const fields = await bodyOf(c)
    // A tag that is not there may have been deleted by the same request, whose answer was lost: MLflow's client would raise.
    await change(c, runIdIn(fields), { do: 'remove_tag', key: fields.text('key') })
    return c.json({})
  })
  .post(
    '/runs/log-batch',
    logging((c, id, fields) => {
      const values = valuesIn(id, fields.list('metrics'))
      return log(c, id, { ...values, params: fields.entries('params'), tags: fields.entries('tags') })
    }),
  )
  .post(
    '/runs/log-inputs',
    logging(async (c, id, fields) => {
      const items = await Promise.all(fields.list('datasets').map(itemOf))
      await change(c, id, { do: 'put_items', items: [...items, ...modelItems('input_model', fields)] })
      return c.json({})
    }),
  )
  .post(
    '/runs/outputs',
    logging(async (c, id, fields) => {
      await change(c, id, { do: 'put_items', items: modelItems('output', fields) })
      return c.json({})
    }),
  )
  .get('/metrics/get-history', async (c) => {
    const fields = queryOf(c)
    const id = runIdIn(fields)
    const metric = fields.text('metric_key')
    const from = fields.optionalIntFrom('page_token', 0) ?? 0
    const limit = fields.optionalIntFrom('max_results', 1) ?? Number.MAX_SAFE_INTEGER
    const page = await allowed(c, id, await readValues(c.env, id, askerOf(c), { metric, from, limit }))
    return c.body(historyText(metric, page, from), { headers: { 'Content-Type': 'application/json' } })
  })

/** The models that went in or came out. */
const modelItems = (kind: 'input_model' | 'output', fields: Fields) =>
  fields.list('models').map((model) => ({ kind, id: model.text('model_id'), data: JSON.stringify(model.raw) }))

/** A dataset that went in: known by its content, so that the same one again is one. */
async function itemOf(fields: Fields) {
  const data = JSON.stringify(fields.raw)
  const kept = data.length > RUN_ITEM_LENGTH_MAX ? JSON.stringify({ dataset: { name: 'too large to be kept' } }) : data
  return { kind: 'input' as const, id: await sha256(data), data: kept }
}
