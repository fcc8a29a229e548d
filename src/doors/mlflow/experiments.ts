import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { type Experiment, experimentsOf } from '../../jobs/experiments.ts'
import { readRun } from '../../jobs/runs.ts'
import { EXPERIMENT_TAGS_MAX, RUN_KEY_LENGTH_MAX } from '../../platform/limits.ts'
import { allowed, askerOf, ownJob } from './asker.ts'
import { bodyOf, type Fields, queryOf } from './body.ts'
import { alreadyExists, denied, doesNotExist, invalidParameter } from './errors.ts'
import { forAdmins, forPeople } from './registry-asker.ts'
import { tagIn, tagsIn } from './registry-fields.ts'
import { DEFAULT_EXPERIMENT, entryShown, experimentOf, modelTypeExperiments } from './shown.ts'

type C = Context<AppEnv>

/** An experiment as the client expects it. */
export const experimentShown = ({ id, name, createdMs, updatedMs, isDeleted, tags }: Experiment) => ({
  experiment_id: String(id),
  name,
  artifact_location: `mlflow-artifacts:/${id}`,
  lifecycle_stage: isDeleted ? 'deleted' : 'active',
  last_update_time: updatedMs,
  creation_time: createdMs,
  workspace: 'default',
  tags: tags.map(entryShown),
})

/** The experiments of which a search asks, some of which are model types. */
export function experimentsIn(fields: Fields) {
  const experiments = fields.texts('experiment_ids').map(Number)
  const types = Object.entries(modelTypeExperiments).filter(([, id]) => experiments.includes(Number(id)))
  return { experiments, modelTypes: types.map(([type]) => type) }
}

/**
 * With a job token every name leads to its run's experiment: a script that names one of its own would otherwise be refused by
 * its own client. `null`: the request has another credential.
 */
export async function ofOwnRun(c: C): Promise<Experiment | null> {
  const own = ownJob(c)
  if (own === null) return null
  const record = await allowed(c, own, await readRun(c.env, own, askerOf(c)))
  return experimentsOf(c.env).experiment(Number(experimentOf(record)))
}

const noExperiment = (id: string) => doesNotExist(`No Experiment with id=${id} exists`)

/** The experiment in a request to change it. A job token may change that of its run alone. */
async function experimentIn(c: C, fields: Fields): Promise<Experiment> {
  const own = await ofOwnRun(c)
  const id = fields.text('experiment_id')
  if (own !== null && String(own.id) !== id) throw denied(`The experiment ${id} is not that of the token's run`)
  const found = own ?? (await experimentsOf(c.env).experiment(Number(id)))
  if (found === null) throw noExperiment(id)
  return found
}

/** Ends a request to change an experiment that there always is. */
function forMadeUp({ id, name }: Experiment, what: string): void {
  if ([DEFAULT_EXPERIMENT.id, ...Object.values(modelTypeExperiments)].includes(String(id))) {
    throw invalidParameter(`There is always an experiment '${name}', which cannot be ${what}`)
  }
}

function nameIn(fields: Fields, field = 'name'): string {
  const name = fields.text(field)
  if (name.length <= RUN_KEY_LENGTH_MAX) return name
  throw invalidParameter(`An experiment's name has at most ${RUN_KEY_LENGTH_MAX} characters`)
}

const taken = (name: string, isDeleted = false) =>
  alreadyExists(
    `Experiment(name=${name}) already exists${isDeleted ? ' in deleted state: restore it, or rename it' : ''}.`,
  )

const tooManyTags = () => invalidParameter(`An experiment has at most ${EXPERIMENT_TAGS_MAX} tags`)

/** Experiments: the default one, those of the model types, and those that scripts make up. */
export const experiments = new Hono<AppEnv>()
  .get('/experiments/get', async (c) => {
    const id = queryOf(c).text('experiment_id')
    const found = (await ofOwnRun(c)) ?? (await experimentsOf(c.env).experiment(Number(id)))
    if (found === null) throw noExperiment(id)
    return c.json({ experiment: experimentShown(found) })
  })
  .get('/experiments/get-by-name', async (c) => {
    const name = queryOf(c).text('experiment_name')
    const found = (await ofOwnRun(c)) ?? (await experimentsOf(c.env).experimentByName(name))
    if (found === null) throw doesNotExist(`Could not find experiment with name '${name}'`)
    return c.json({ experiment: experimentShown(found) })
  })
  .post('/experiments/create', async (c) => {
    const fields = await bodyOf(c)
    const own = await ofOwnRun(c)
    if (own !== null) return c.json({ experiment_id: String(own.id) })
    const name = nameIn(fields)
    const tags = tagsIn(fields)
    const all = experimentsOf(c.env)
    const id = await all.createExperiment(name, Date.now())
    if (id === null) {
      const known = await all.experimentByName(name)
      throw known === null ? invalidParameter('There are too many experiments') : taken(name, known.isDeleted)
    }
    for (const [key, value] of tags) await all.setExperimentTag(id, key, value)
    return c.json({ experiment_id: String(id) })
  })
  .post('/experiments/update', async (c) => {
    await forPeople(c)
    const fields = await bodyOf(c)
    const experiment = await experimentIn(c, fields)
    if (fields.optionalText('new_name') === null) return c.json({})
    const name = nameIn(fields, 'new_name')
    forMadeUp(experiment, 'renamed')
    if (await experimentsOf(c.env).renameExperiment(experiment.id, name, Date.now())) return c.json({})
    throw taken(name)
  })
  .on('POST', ['/experiments/delete', '/experiments/restore'], async (c) => {
    const isDeletion = c.req.path.endsWith('/delete')
    await forAdmins(c, isDeletion ? 'Deletion' : 'Restoration')
    const experiment = await experimentIn(c, await bodyOf(c))
    forMadeUp(experiment, 'deleted')
    await experimentsOf(c.env).hideExperiment(experiment.id, isDeletion, Date.now())
    return c.json({})
  })
  .post('/experiments/set-experiment-tag', async (c) => {
    const fields = await bodyOf(c)
    const { id } = await experimentIn(c, fields)
    const [key, value] = tagIn(fields)
    if (await experimentsOf(c.env).setExperimentTag(id, key, value)) return c.json({})
    throw tooManyTags()
  })
  .post('/experiments/delete-experiment-tag', async (c) => {
    const fields = await bodyOf(c)
    const { id } = await experimentIn(c, fields)
    await experimentsOf(c.env).deleteExperimentTag(id, fields.text('key'))
    return c.json({})
  })
