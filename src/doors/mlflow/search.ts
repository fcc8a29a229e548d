import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { experimentsOf } from '../../jobs/experiments.ts'
import type { RunRecord } from '../../jobs/runs.ts'
import { searchRuns } from '../../jobs/search-runs.ts'
import { RUNS_PER_SEARCH_MAX, RUNS_SEARCHED_MAX } from '../../platform/limits.ts'
import { bodyOf, type Fields, queryOf } from './body.ts'
import { denied, invalidParameter } from './errors.ts'
import { experimentShown } from './experiments.ts'
import { type Condition, type Entity, meets, type Order, readFilter, readOrder } from './filter.ts'
import { infoShown, modelTypeExperiments, runShown } from './shown.ts'

type C = Context<AppEnv>

/** A job token opens no list: what others have run is none of its business. */
function refuseJobTokens(c: C): void {
  if (c.get('credential').kind === 'job') throw denied('A job token opens its own run only')
}

const limitIn = (fields: Fields): number => {
  const limit = fields.optionalInt('max_results') ?? 1_000
  if (limit < 1 || limit > RUNS_PER_SEARCH_MAX) {
    throw invalidParameter(
      `Invalid value ${limit} for parameter 'max_results': must be from 1 to ${RUNS_PER_SEARCH_MAX}`,
    )
  }
  return limit
}

const views = { ACTIVE_ONLY: 'active', DELETED_ONLY: 'deleted', ALL: 'all' } as const

/** Which are asked for: those that are there, those that are deleted, or both. */
function viewIn(fields: Fields, name: string): 'active' | 'deleted' | 'all' {
  const sent = (fields.optionalText(name) || 'ACTIVE_ONLY').toUpperCase()
  const view = views[sent as keyof typeof views]
  if (view === undefined) throw invalidParameter(`Invalid value '${sent}' for parameter '${name}'`)
  return view
}

/** The names of a run's attributes that its info calls otherwise. */
const attributeNames: Readonly<Record<string, string>> = {
  ...{ 'run name': 'run_name', 'Run name': 'run_name', Created: 'start_time', created: 'start_time', Status: 'status' },
}
const attributes = [
  'run_id',
  'run_name',
  'user_id',
  'status',
  'start_time',
  'end_time',
  'artifact_uri',
  'experiment_id',
]

function attributeOf(run: RunRecord, name: string): string | number | undefined {
  const known = attributeNames[name] ?? name
  if (!attributes.includes(known)) {
    throw invalidParameter(`Invalid attribute key '${name}'. Valid ones are ${attributes.join(', ')}`)
  }
  return (infoShown(run) as Record<string, string | number | undefined>)[known]
}

/** What of a run a condition or an order is about. */
function valueIn(run: RunRecord, entity: Entity, key: string): string | number | undefined {
  switch (entity) {
    case 'attribute':
      return attributeOf(run, key)
    case 'metric':
      return run.metrics.find(({ name }) => name === key)?.value
    case 'param':
      return run.params.find(([name]) => name === key)?.[1]
    case 'tag':
      return (
        run.tags.find(([name]) => name === key)?.[1] ?? (key === 'mlflow.runName' ? infoShown(run).run_name : undefined)
      )
  }
}

const isMet = (conditions: readonly Condition[], run: RunRecord): boolean =>
  conditions.every((condition) => meets(condition, valueIn(run, condition.entity, condition.key)))

/** Missing values and NaN come last, whatever the direction. */
function compared(orders: readonly Order[], a: RunRecord, b: RunRecord): number {
  for (const { entity, key, isDescending } of orders) {
    const [x, y] = [valueIn(a, entity, key), valueIn(b, entity, key)]
    const isLast = (value: typeof x) => value === undefined || Number.isNaN(value)
    if (isLast(x) !== isLast(y)) return isLast(x) ? 1 : -1
    if (isLast(x) || x === y || x === undefined || y === undefined) continue
    return (x < y ? -1 : 1) * (isDescending ? -1 : 1)
  }
  return 0
}

/** Whether runs come in this order anyway: newest first. */
const isNewestFirst = (orders: readonly Order[]): boolean =>
  orders.every(({ entity, key, isDescending }) => entity === 'attribute' && key === 'start_time' && isDescending)

/** Searching: for runs and for experiments. */
export const search = new Hono<AppEnv>()
  .post('/runs/search', async (c) => {
    refuseJobTokens(c)
    const fields = await bodyOf(c)
    const conditions = readFilter(fields.optionalText('filter') ?? '')
    const orders = fields.texts('order_by').map(readOrder)
    const limit = limitIn(fields)
    const experiments = fields.texts('experiment_ids').map(Number)
    const modelTypes = Object.entries(modelTypeExperiments).flatMap(([type, id]) =>
      experiments.includes(Number(id)) ? type : [],
    )
    const matches = (run: RunRecord) => isMet(conditions, run)
    const token = fields.optionalInt('page_token')
    const filter = { experiments, modelTypes, view: viewIn(fields, 'run_view_type') }
    if (isNewestFirst(orders)) {
      const { runs, next } = await searchRuns(c.env, filter, matches, token, limit)
      return c.json({
        runs: runs.map(({ run }) => runShown(run)),
        ...(next === null ? {} : { next_page_token: String(next) }),
      })
    }
    const { runs } = await searchRuns(c.env, filter, matches, null, RUNS_SEARCHED_MAX)
    const sorted = runs.map(({ run }) => run).sort((a, b) => compared(orders, a, b))
    const from = token ?? 0
    const page = sorted.slice(from, from + limit)
    return c.json({
      runs: page.map(runShown),
      ...(from + limit < sorted.length ? { next_page_token: String(from + limit) } : {}),
    })
  })
  .post('/experiments/search', async (c) => searchExperiments(c, await bodyOf(c)))
  .get('/experiments/search', async (c) => searchExperiments(c, queryOf(c)))

async function searchExperiments(c: C, fields: Fields) {
  refuseJobTokens(c)
  const conditions = readFilter(fields.optionalText('filter') ?? '')
  const view = viewIn(fields, 'view_type')
  const limit = limitIn(fields)
  const all = (await experimentsOf(c.env).listExperiments(Number.MAX_SAFE_INTEGER, RUNS_SEARCHED_MAX)).map(
    experimentShown,
  )
  const found = all.filter((one) => {
    const isShown = view === 'all' || one.lifecycle_stage === view
    return isShown && conditions.every((condition) => meets(condition, experimentValue(one, condition)))
  })
  const orders = fields.texts('order_by').map(readOrder)
  const sorted = found.sort((a, b) => {
    for (const { key, isDescending } of orders) {
      const [x, y] = [a, b].map((one) => experimentValue(one, { entity: 'attribute', key }))
      if (x !== y) return ((x ?? '') < (y ?? '') ? -1 : 1) * (isDescending ? -1 : 1)
    }
    return 0
  })
  const from = fields.optionalInt('page_token') ?? 0
  return c.json({
    experiments: sorted.slice(from, from + limit),
    ...(from + limit < sorted.length ? { next_page_token: String(from + limit) } : {}),
  })
}

function experimentValue(
  experiment: ReturnType<typeof experimentShown>,
  { entity, key }: Pick<Condition, 'entity' | 'key'>,
): string | number | undefined {
  if (entity === 'tag') return experiment.tags.find((tag) => tag.key === key)?.value
  if (entity !== 'attribute' || !['name', 'creation_time', 'last_update_time', 'experiment_id'].includes(key)) {
    throw invalidParameter(`Invalid attribute key '${key}'. Valid ones are name, creation_time, last_update_time`)
  }
  return (experiment as unknown as Record<string, string | number>)[key]
}
