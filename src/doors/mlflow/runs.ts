import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import type { LoggedValue, RunLog } from '../../jobs/rules/run.ts'
import { changeRun, type RunChange, readRun, readValues } from '../../jobs/runs.ts'
import { RUN_ITEM_LENGTH_MAX } from '../../platform/limits.ts'
import { sha256 } from '../../platform/sha256.ts'
import { allowed, askerOf, ownJob } from './asker.ts'
import { bodyOf, type Fields, queryOf } from './body.ts'
import { denied, doesNotExist } from './errors.ts'
import { infoShown, runShown, valueShown } from './shown.ts'

type C = Context<AppEnv>

/** The run that a request names. */
const runIdIn = (fields: Fields): string => fields.optionalText('run_id') || fields.text('run_uuid')

const read = async (c: C, id: string) => allowed(c, id, await readRun(c.env, id, askerOf(c)))
const change = async (c: C, id: string, one: RunChange) => allowed(c, id, await changeRun(c.env, id, askerOf(c), one))

async function log(c: C, id: string, { values = [], params = [], tags = [] }: Partial<RunLog>) {
  await change(c, id, { do: 'log', log: { values, params, tags }, source: 'mlflow' })
  c.set('isUnlogged', true)
  return c.json({})
}

function valueIn(fields: Fields): LoggedValue {
  const name = fields.text('key')
  const value = fields.number('value')
  const timestampMs = fields.optionalInt('timestamp') ?? Date.now()
  return { name, value, timestampMs, step: fields.optionalInt('step') ?? 0 }
}

/** Runs: opened, read, logged to. Their paths are those of MLflow's REST API 2.0. */
export const runs = new Hono<AppEnv>()
  .post('/runs/create', async (c) => {
    const own = ownJob(c)
    if (own === null) throw denied('Only the token of an attempt opens a run so far')
    const fields = await bodyOf(c)
    const name = fields.optionalText('run_name')
    const tags = [...fields.entries('tags'), ...(name === null ? [] : [['mlflow.runName', name] as const])]
    await change(c, own, { do: 'open', tags })
    return c.json({ run: runShown(await read(c, own)) })
  })
  .get('/runs/get', async (c) => {
    const record = await read(c, runIdIn(queryOf(c)))
    return c.json({ run: runShown(record) })
  })
  .post('/runs/update', async (c) => {
    const fields = await bodyOf(c)
    const id = runIdIn(fields)
    const name = fields.optionalText('run_name')
    await change(c, id, { do: 'open', tags: name === null ? [] : [['mlflow.runName', name]] })
    return c.json({ run_info: infoShown(await read(c, id)) })
  })
  .post('/runs/log-metric', async (c) => {
    const fields = await bodyOf(c)
    return log(c, runIdIn(fields), { values: [valueIn(fields)] })
  })
  .post('/runs/log-parameter', async (c) => {
    const fields = await bodyOf(c)
    return log(c, runIdIn(fields), { params: [[fields.text('key'), fields.optionalText('value') ?? '']] })
  })
  .post('/runs/set-tag', async (c) => {
    const fields = await bodyOf(c)
    return log(c, runIdIn(fields), { tags: [[fields.text('key'), fields.optionalText('value') ?? '']] })
  })
  .post('/runs/delete-tag', async (c) => {
    const fields = await bodyOf(c)
    const id = runIdIn(fields)
    const key = fields.text('key')
    const { isNew } = await change(c, id, { do: 'remove_tag', key })
    if (!isNew) throw doesNotExist(`No tag with name: ${key} in run with id ${id}`)
    return c.json({})
  })
  .post('/runs/log-batch', async (c) => {
    const fields = await bodyOf(c)
    return log(c, runIdIn(fields), {
      values: fields.list('metrics').map(valueIn),
      params: fields.entries('params'),
      tags: fields.entries('tags'),
    })
  })
  .post('/runs/log-inputs', async (c) => {
    const fields = await bodyOf(c)
    const items = await Promise.all(fields.list('datasets').map(itemOf))
    await change(c, runIdIn(fields), { do: 'put_items', kind: 'input', items })
    return c.json({})
  })
  .post('/runs/outputs', async (c) => {
    const fields = await bodyOf(c)
    const items = fields
      .list('models')
      .map((model) => ({ id: model.text('model_id'), data: JSON.stringify(model.raw) }))
    await change(c, runIdIn(fields), { do: 'put_items', kind: 'output', items })
    return c.json({})
  })
  .get('/metrics/get-history', async (c) => {
    const fields = queryOf(c)
    const id = runIdIn(fields)
    const values = await allowed(c, id, await readValues(c.env, id, askerOf(c), fields.text('metric_key')))
    const from = fields.optionalInt('page_token') ?? 0
    const limit = fields.optionalInt('max_results') ?? values.length
    const page = values.slice(from, from + limit)
    const next = from + page.length
    return c.json({
      metrics: page.map(valueShown),
      ...(next < values.length && page.length > 0 ? { next_page_token: String(next) } : {}),
    })
  })

/** A dataset that went in: known by its content, so that the same one again is one. */
async function itemOf(fields: Fields): Promise<{ id: string; data: string }> {
  const data = JSON.stringify(fields.raw)
  const kept = data.length > RUN_ITEM_LENGTH_MAX ? JSON.stringify({ dataset: { name: 'too large to be kept' } }) : data
  return { id: await sha256(data), data: kept }
}
