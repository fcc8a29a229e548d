import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { experimentsOf } from '../../jobs/experiments.ts'
import { type RunRecord, readRun } from '../../jobs/runs.ts'
import { type RowCondition, searchRuns } from '../../jobs/search-runs.ts'
import { RUNS_ASKED_AT_ONCE, RUNS_SEARCHED_MAX } from '../../platform/limits.ts'
import { forEachConcurrently } from '../../platform/timeout.ts'
import { askerOf } from './asker.ts'
import { bodyOf, type Fields, queryOf } from './body.ts'
import { invalidParameter } from './errors.ts'
import { experimentShown, experimentsIn, ofOwnRun } from './experiments.ts'
import type { Condition } from './filter.ts'
import { among, answerOf, questionIn, type Searched } from './find.ts'
import { verifiedRuns } from './registry-asker.ts'
import { infoShown, NAME_TAG, runShown } from './shown.ts'

type C = Context<AppEnv>

/** The runs that a job token opens, newest first: what others have run is none of its business. */
async function runsOf(c: C, open: ReadonlySet<string>, view: View): Promise<RunRecord[]> {
  const records: RunRecord[] = []
  await forEachConcurrently([...open], RUNS_ASKED_AT_ONCE, async (id) => {
    const record = await readRun(c.env, id, askerOf(c), true)
    if (!('reason' in record)) records.push(record)
  })
  const created = ({ job }: RunRecord) => Date.parse(job.created_at)
  const shown = records.filter(({ isDeleted }) => view === 'all' || isDeleted === (view === 'deleted'))
  return shown.sort((a, b) => created(b) - created(a))
}

const views = { ACTIVE_ONLY: 'active', DELETED_ONLY: 'deleted', ALL: 'all' } as const
type View = (typeof views)[keyof typeof views]

/** Which are asked for: those that are there, those that are deleted, or both. */
function viewIn(fields: Fields, name: string): View {
  const sent = (fields.optionalText(name) || 'ACTIVE_ONLY').toUpperCase()
  const view = views[sent as keyof typeof views]
  if (view === undefined) throw invalidParameter(`Invalid value '${sent}' for parameter '${name}'`)
  return view
}

type Info = ReturnType<typeof infoShown>

const runAttribute = (name: keyof Info) => [name, (run: RunRecord) => infoShown(run)[name]] as const
const [created, name, status] = [runAttribute('start_time'), runAttribute('run_name'), runAttribute('status')]

const searchedRuns: Searched<RunRecord> = {
  attributes: {
    ...Object.fromEntries([created, name, status]),
    ...Object.fromEntries(
      (['run_id', 'user_id', 'end_time', 'artifact_uri', 'experiment_id'] as const).map(runAttribute),
    ),
    // As MLflow's own pages call them.
    ...{ Created: created[1], created: created[1], 'Run name': name[1], 'run name': name[1], Status: status[1] },
  },
  numbers: ['start_time', 'end_time', 'Created', 'created'],
  metric: ({ metrics }, key) => metrics.find((one) => one.name === key)?.value,
  param: ({ params }, key) => params.find(([one]) => one === key)?.[1],
  tag: (run, key) =>
    run.tags.find(([one]) => one === key)?.[1] ?? (key === NAME_TAG ? infoShown(run).run_name : undefined),
}

/** Runs come by this order anyway: newest first. */
const isNewestFirst = (fields: Fields): boolean =>
  fields.texts('order_by').every((order) => /^(?:attributes?\.)?start_time desc$/i.test(order.trim()))

/** By the time at which they began, the last one first: their clients may say otherwise than they came. */
const byStart = (a: RunRecord, b: RunRecord): number => infoShown(b).start_time - infoShown(a).start_time

type Experiment = ReturnType<typeof experimentShown>

const searchedExperiments: Searched<Experiment> = {
  attributes: {
    name: (one) => one.name,
    experiment_id: (one) => one.experiment_id,
    creation_time: (one) => one.creation_time,
    last_update_time: (one) => one.last_update_time,
  },
  numbers: ['creation_time', 'last_update_time'],
  tag: ({ tags }, key) => tags.find((tag) => tag.key === key)?.value,
}

/** The conditions that rows of runs can rule out by themselves: numbers in any way, texts by what they are. */
const rowConditions = (conditions: readonly Condition[]): RowCondition[] =>
  conditions.flatMap(({ entity, key, comparator, values: [value] }) => {
    const isPlain = comparator === '=' || comparator === '!='
    const isOrder = comparator === '<' || comparator === '<=' || comparator === '>' || comparator === '>='
    const isOfNumber = entity === 'metric' && typeof value === 'number' && (isPlain || isOrder)
    const isOfText = (entity === 'param' || entity === 'tag') && typeof value === 'string' && isPlain
    return isOfNumber || isOfText ? [{ entity, key, comparator, value }] : []
  })

/** Searching: for runs and for experiments. */
export const search = new Hono<AppEnv>()
  .post('/runs/search', async (c) => {
    const open = await verifiedRuns(c)
    const fields = await bodyOf(c)
    const question = questionIn(fields, searchedRuns)
    const view = viewIn(fields, 'run_view_type')
    const filter = { ...experimentsIn(fields), view, conditions: rowConditions(question.conditions) }
    const compare = isNewestFirst(fields) ? null : question.compare
    const asked = { ...question, compare: compare && ((a: RunRecord, b: RunRecord) => compare(a, b) || byStart(a, b)) }
    const { rows, more } = await answerOf<RunRecord>(
      asked,
      open === null ? (...how) => searchRuns(c.env, filter, ...how) : among(await runsOf(c, open, view)),
    )
    if (compare === null) rows.sort(byStart)
    return c.json({ runs: rows.map(runShown), ...more })
  })
  .post('/experiments/search', async (c) => searchExperiments(c, await bodyOf(c)))
  .get('/experiments/search', async (c) => searchExperiments(c, queryOf(c)))

async function searchExperiments(c: C, fields: Fields) {
  const own = await ofOwnRun(c)
  const question = questionIn(fields, searchedExperiments)
  const view = viewIn(fields, 'view_type')
  const all = own ? [own] : await experimentsOf(c.env).listExperiments(Number.MAX_SAFE_INTEGER, RUNS_SEARCHED_MAX)
  const shown = all.map(experimentShown).filter((one) => view === 'all' || one.lifecycle_stage === view)
  const { rows, more } = await answerOf(question, among(shown))
  return c.json({ experiments: rows, ...more })
}
