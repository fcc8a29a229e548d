import type { Context } from 'hono'
import type { JobCredential } from '../../auth/credential.ts'
import type { AppEnv } from '../../auth/env.ts'
import { networkOfRequest } from '../../auth/refusals.ts'
import { experimentsOf } from '../../jobs/experiments.ts'
import { type Opened, openRun } from '../../jobs/open-run.ts'
import type { NewLoggedModel } from '../../jobs/rules/logged-model.ts'
import { changeRun, type Entry, readRun } from '../../jobs/runs.ts'
import { NAME_LENGTH_MAX } from '../../platform/limits.ts'
import { cleanName } from '../../platform/name.ts'
import { sha256 } from '../../platform/sha256.ts'
import { allowed, askerOf } from './asker.ts'
import type { Fields } from './body.ts'
import { doesNotExist, invalidParameter } from './errors.ts'
import { DEFAULT_EXPERIMENT, experimentOf } from './shown.ts'

type C = Context<AppEnv>

/** By which a request to open a run is known when it comes again: its body, and from where it comes. */
export const requestKey = (c: C, text: string): Promise<string> => sha256(`${networkOfRequest(c)} ${text}`)

/** What a run is opened with. `model`: that it is opened to hold; missing: none. */
type Sent = { request: string; tags: readonly Entry[]; name: string | null; model?: NewLoggedModel }

/** Opens a run that nobody claimed; within an attempt, under its own, which then ends it at the latest. @returns it, and the model that it was opened to hold */
export async function openedRun(c: C, fields: Fields, sent: Sent): Promise<Opened> {
  const credential = c.get('credential')
  const parent = credential.kind === 'job' ? await parentOf(c, credential) : null
  const asked = parent?.experimentId ?? fields.optionalText('experiment_id') ?? DEFAULT_EXPERIMENT.id
  const experiment = await experimentsOf(c.env).experiment(Number(asked))
  if (experiment === null) throw doesNotExist(`No Experiment with id=${asked} exists`)
  if (experiment.isDeleted && parent === null) {
    throw invalidParameter(`The experiment ${asked} must be in the 'active' state. Current state is deleted.`)
  }
  const tags = new Map(sent.tags)
  if (parent !== null && !tags.has(PARENT_TAG)) tags.set(PARENT_TAG, parent.own.jobId)
  const by = tags.get('mlflow.user') ?? fields.optionalText('user_id') ?? credential.name
  const script = tags.get('mlflow.source.name')?.split('/').at(-1) ?? 'run'
  const startMs = fields.time('start_time')
  const opened = await openRun(c.env, {
    actor: credential.actor,
    name: sent.name ?? script,
    tags: [...tags],
    run: {
      experiment: { id: experiment.id, name: experiment.name },
      by: cleanName(by, NAME_LENGTH_MAX, 'unknown'),
      ...(startMs === null ? {} : { startMs }),
      ...(parent === null ? {} : { parent: parent.own }),
      ...(sent.model === undefined ? {} : { isForModel: true as const }),
    },
    ...(sent.model === undefined ? {} : { model: sent.model }),
    request: sent.request,
  })
  if ('reason' in opened) throw invalidParameter('There are too many jobs; delete finished ones')
  if (parent !== null) {
    const items = [{ kind: 'child' as const, id: opened.id, data: JSON.stringify({ attempt: parent.own.attempt }) }]
    await allowed(c, parent.own.jobId, await changeRun(c.env, parent.own.jobId, askerOf(c), { do: 'put_items', items }))
  }
  return opened
}

/** By which MLflow's clients say under which run another one is. */
const PARENT_TAG = 'mlflow.parentRunId'

/** The job of whose attempt a process asks. */
async function parentOf(c: C, { jobToken: { jobId, hash } }: JobCredential) {
  const record = await allowed(c, jobId, await readRun(c.env, jobId, askerOf(c)))
  const own = { jobId, attempt: record.job.attempt?.number ?? 1, tokenHash: hash }
  return { own, experimentId: experimentOf(record) }
}
