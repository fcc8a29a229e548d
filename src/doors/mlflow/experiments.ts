import { type Context, Hono } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { createExperiment, experimentById, experimentByName } from '../../jobs/open-run.ts'
import { readRun } from '../../jobs/runs.ts'
import { RUN_KEY_LENGTH_MAX } from '../../platform/limits.ts'
import { allowed, askerOf, ownJob } from './asker.ts'
import { bodyOf, queryOf } from './body.ts'
import { alreadyExists, doesNotExist, invalidParameter } from './errors.ts'
import { experimentOf } from './shown.ts'

type C = Context<AppEnv>

type Experiment = NonNullable<Awaited<ReturnType<typeof experimentById>>>

/** An experiment as the client expects it. */
export const experimentShown = ({ id, name, createdMs, updatedMs, isDeleted }: Experiment) => ({
  experiment_id: String(id),
  name,
  artifact_location: `mlflow-artifacts:/${id}`,
  lifecycle_stage: isDeleted ? 'deleted' : 'active',
  last_update_time: updatedMs,
  creation_time: createdMs,
})

/**
 * With a job token every name leads to its run's experiment: a script that names one of its own would otherwise be refused by
 * its own client. `null`: the request has another credential.
 */
async function ofOwnRun(c: C): Promise<Experiment | null> {
  const own = ownJob(c)
  if (own === null) return null
  const record = await allowed(c, own, await readRun(c.env, own, askerOf(c)))
  return experimentById(c.env, Number(experimentOf(record)))
}

/** Experiments: the default one, those of the model types, and those that scripts make up. */
export const experiments = new Hono<AppEnv>()
  .get('/experiments/get', async (c) => {
    const id = queryOf(c).text('experiment_id')
    const found = (await ofOwnRun(c)) ?? (await experimentById(c.env, Number(id)))
    if (found === null) throw doesNotExist(`No Experiment with id=${id} exists`)
    return c.json({ experiment: experimentShown(found) })
  })
  .get('/experiments/get-by-name', async (c) => {
    const name = queryOf(c).text('experiment_name')
    const found = (await ofOwnRun(c)) ?? (await experimentByName(c.env, name))
    if (found === null) throw doesNotExist(`Could not find experiment with name '${name}'`)
    return c.json({ experiment: experimentShown(found) })
  })
  .post('/experiments/create', async (c) => {
    const name = (await bodyOf(c)).text('name')
    const own = await ofOwnRun(c)
    if (own !== null) return c.json({ experiment_id: String(own.id) })
    if (name.length > RUN_KEY_LENGTH_MAX) {
      throw invalidParameter(`An experiment's name has at most ${RUN_KEY_LENGTH_MAX} characters`)
    }
    const id = await createExperiment(c.env, name)
    if (id !== null) return c.json({ experiment_id: String(id) })
    if ((await experimentByName(c.env, name)) === null) throw invalidParameter('There are too many experiments')
    throw alreadyExists(`Experiment(name=${name}) already exists.`)
  })
