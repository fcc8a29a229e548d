import { trainingDocuments } from '../dataset/documents.ts'
import { D1Unavailable } from '../platform/d1.ts'
import { DOCUMENTS_PER_BUNDESLAND_ESTIMATE } from '../platform/limits.ts'
import { readSettings } from '../platform/settings.ts'
import { sha256 } from '../platform/sha256.ts'
import type { RequestedTrainer } from '../shared/trainers.ts'
import { type Composed, compose } from './object/parts.ts'
import { ask } from './operations.ts'
import type { ExtraStatements } from './register/extra-statements.ts'
import type { SentKey } from './register/idempotency-keys.ts'
import { startJob, startQueuedJobs, type Wake } from './register/scheduler.ts'
import type { Checkpoint } from './rules/attempt.ts'
import { firstEdit } from './rules/edit.ts'
import type { CreationRefusal } from './rules/refusals.ts'
import type { JobSpec, Labels, Params, TrainingConfig } from './rules/types.ts'

/** How a job is to be created. */
export type Creation = {
  actor: string
  labels: Labels
  /** Whether the job is queued if no slot is free. */
  mayWait: boolean
  /** The client's Idempotency-Key; `null`: none. */
  idempotencyKey: SentKey | null
  /** What only runners need, as far as it was asked for. */
  options: CreationOptions
}

/** Of a job that runners are to train. */
export type CreationOptions = {
  trainer?: RequestedTrainer | undefined
  maxAttempts?: number | undefined
  params?: Params | undefined
  resumeFrom?: { jobId: string; step: number | undefined } | undefined
}

/** The result of a creation: the job's id, or the refusal. */
export type Created = { id: string; replayed: boolean } | CreationRefusal

/** Runs work for other jobs after the answer. */
type Background = Pick<ExecutionContext, 'waitUntil'>

/** A request that the client can repeat: its key and a hash of its content. */
type Repeatable = { key: SentKey; request: string }

/** Creates a job, once per Idempotency-Key. Once registered it exists and will run, whatever happens next. */
export async function createJob(
  bindings: Env,
  background: Background,
  config: TrainingConfig,
  creation: Creation,
): Promise<Created> {
  const env = compose(bindings)
  const { idempotencyKey: key } = creation
  if (key === null) return register(env, background, config, creation, null)
  const repeatable = { key, request: await sha256(JSON.stringify(contentOf(config, creation))) }
  const known = await replay(env, repeatable)
  if (known !== null) return known
  const outcome = await register(env, background, config, creation, repeatable).catch((error: unknown) => ({ error }))
  if ('id' in outcome) return outcome
  // Another request with this key may have come first and taken the key or the slot.
  const other = await replay(env, repeatable)
  if (other !== null) return other
  if ('error' in outcome) throw outcome.error
  return outcome
}

/**
 * What a repeated request must have in common with the first. Labels and options only where there are any, so that keys of
 * before there were any still match.
 */
const contentOf = (config: TrainingConfig, { mayWait, labels: { notes, tags }, options }: Creation): unknown[] => [
  config,
  mayWait,
  ...(notes === undefined && tags === undefined ? [] : [{ notes, tags }]),
  ...(Object.values(options).every((option) => option === undefined) ? [] : [options]),
]

async function replay(env: Composed, { key, request }: Repeatable): Promise<Created | null> {
  const known = await env.parts.keys(env.DB).find(key, Date.now())
  if (known === null) return null
  if (known.request !== request) return { reason: 'key_reused' }
  const exists =
    (await env.parts.register(env.DB).find(known.jobId)) !== null || (await ask(env, known.jobId)) instanceof Object
  return exists ? { id: known.jobId, replayed: true } : { reason: 'job_deleted' }
}

/** What the options come to: those that differ from the defaults. */
async function specFor(
  env: Composed,
  id: string,
  { trainer, maxAttempts, params, resumeFrom }: CreationOptions,
): Promise<Partial<JobSpec> | CreationRefusal> {
  const isRunners = (trainer ?? readSettings(env).defaultTrainer) === 'runner'
  if (resumeFrom !== undefined && !isRunners) return { reason: 'simulated_resume' }
  const checkpoint = resumeFrom && (await hold(env, id, resumeFrom))
  if (checkpoint === null) return { reason: 'no_checkpoint' }
  return {
    ...(isRunners ? { trainedBy: 'runner' as const } : {}),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(params === undefined || Object.keys(params).length === 0 ? {} : { params }),
    ...(checkpoint === undefined ? {} : { resumeFrom: checkpoint }),
  }
}

/** Has the files of another job's checkpoint held for a new one, from before it is registered. */
async function hold(env: Composed, id: string, { jobId, step }: { jobId: string; step: number | undefined }) {
  if ((await env.parts.register(env.DB).find(jobId)) === null) return null
  const checkpoint = (await env.TRAINING_JOBS.getByName(jobId)
    .holdFor(id, step)
    .catch((error: unknown) => {
      throw new D1Unavailable(error)
    })) as Checkpoint | null
  return checkpoint && { jobId, checkpoint }
}

async function register(
  env: Composed,
  background: Background,
  config: TrainingConfig,
  { actor, labels, mayWait, options }: Creation,
  repeatable: Repeatable | null,
): Promise<Created> {
  const { maxActiveJobs } = readSettings(env)
  const jobs = env.parts.register(env.DB)
  const id = crypto.randomUUID()
  const chosen = await specFor(env, id, options)
  if ('reason' in chosen) return chosen
  const { revision, documents, isDatasetEmpty } = await trainingDocuments(env.DB, config.bundeslaender)
  const spec: JobSpec = {
    id,
    config,
    totalDocuments: isDatasetEmpty ? config.bundeslaender.length * DOCUMENTS_PER_BUNDESLAND_ESTIMATE : documents,
    dataset: { revision, documents },
    createdMs: Date.now(),
    createdBy: actor,
    ...chosen,
  }
  const remembering: ExtraStatements = repeatable
    ? env.parts.keys(env.DB).remember(repeatable.key, { request: repeatable.request, jobId: spec.id }, spec.createdMs)
    : {}
  const ledger = env.parts.ledger(env.DB)
  const isHolding = spec.resumeFrom !== undefined
  const reason = await jobs.insert(spec, maxActiveJobs, mayWait, {
    ...remembering,
    after: [
      ...(remembering.after ?? []),
      ...(isHolding ? [ledger.confirmHold(id, 'EXISTS (SELECT 1 FROM jobs WHERE id = ?1)')] : []),
    ],
    edits: firstEdit(labels, spec.createdMs, actor),
  })
  if (reason !== null) {
    // Otherwise the sweeper does.
    if (isHolding) background.waitUntil(ledger.release(id, Date.now()).catch(() => {}))
    return { reason }
  }
  const wake: Wake = (id) => env.TRAINING_JOBS.getByName(id).wake(id)
  await startJob(wake, spec.id)
  // If a free slot went unnoticed, queued jobs need not wait for the sweeper.
  if (mayWait) background.waitUntil(startQueuedJobs(jobs, wake, maxActiveJobs))
  return { id: spec.id, replayed: false }
}
