import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { readRun } from '../../jobs/runs.ts'
import { allowed, askerOf, ownJob } from './asker.ts'
import { bodyOf, queryOf } from './body.ts'
import { doesNotExist } from './errors.ts'
import { DEFAULT_EXPERIMENT, experimentOf, modelTypeExperiments } from './shown.ts'

type Experiment = { id: string; name: string }

const known: readonly Experiment[] = [
  DEFAULT_EXPERIMENT,
  ...Object.entries(modelTypeExperiments).map(([name, id]) => ({ id, name })),
]

const shown = ({ id, name }: Experiment) => ({
  experiment_id: id,
  name,
  artifact_location: `mlflow-artifacts:/${id}`,
  lifecycle_stage: 'active',
  last_update_time: 0,
  creation_time: 0,
})

/**
 * With a job token every name leads to its run's experiment: a script that names one of its own would otherwise be refused by
 * its own client. `null`: the request has another credential.
 */
async function ofOwnRun(c: Context<AppEnv>): Promise<Experiment | null> {
  const own = ownJob(c)
  if (own === null) return null
  const id = experimentOf(await allowed(c, own, await readRun(c.env, own, askerOf(c))))
  return known.find((one) => one.id === id) ?? DEFAULT_EXPERIMENT
}

/** Experiments: the default one, and the model types. */
export const experiments = new Hono<AppEnv>()
  .get('/experiments/get', async (c) => {
    const id = queryOf(c).text('experiment_id')
    const found = (await ofOwnRun(c)) ?? known.find((one) => one.id === id)
    if (found === undefined) throw doesNotExist(`No Experiment with id=${id} exists`)
    return c.json({ experiment: shown(found) })
  })
  .get('/experiments/get-by-name', async (c) => {
    const name = queryOf(c).text('experiment_name')
    const found = (await ofOwnRun(c)) ?? known.find((one) => one.name === name)
    if (found === undefined) throw doesNotExist(`Could not find experiment with name '${name}'`)
    return c.json({ experiment: shown(found) })
  })
  .post('/experiments/create', async (c) => {
    const name = (await bodyOf(c)).text('name')
    const own = await ofOwnRun(c)
    if (own === null) throw doesNotExist(`Could not find experiment with name '${name}'`)
    return c.json({ experiment_id: own.id })
  })
