import { trainingDocuments } from '../dataset/documents.ts'
import { D1Unavailable } from '../platform/d1.ts'
import type { Page } from '../platform/keyset-page.ts'
import { DOCUMENTS_PER_BUNDESLAND_ESTIMATE } from '../platform/limits.ts'
import { log } from '../platform/log.ts'
import { readSettings } from '../platform/settings.ts'
import { sha256 } from '../platform/sha256.ts'
import type { TrainerKind } from '../shared/trainers.ts'
import { isUuid } from '../shared/uuid.ts'
import type { CommandContext } from './object/carry-out.ts'
import type { EditContext } from './object/edit-job.ts'
import { refusalIn, type StreamRequest, streamRequest } from './object/open-stream.ts'
import { type Composed, compose } from './object/parts.ts'
import type { SentKey } from './register/idempotency-keys.ts'
import type { JobPage, JobPosition } from './register/job-list.ts'
import { isAtRest, rowShownAt } from './register/job-register.ts'
import type { JobFilter } from './register/job-search.ts'
import { startJob, startQueuedJobs, type Wake } from './register/scheduler.ts'
import type { JobRow } from './register/stored-job.ts'
import type { ShownJob } from './rules/describe.ts'
import { firstEdit } from './rules/edit.ts'
import { recordsOf } from './rules/event-log.ts'
import { create } from './rules/job.ts'
import type { Command, CommandOutcome, CreationRefusal, EditRefusal, WatchRefusal } from './rules/refusals.ts'
import type { EventRecord, History, JobSnapshot } from './rules/shown.ts'
import type { Edit, JobSpec, Labels, Params, Range, TrainingConfig } from './rules/types.ts'

/** The operations on jobs: called by the routes, carried out by the register and the objects. */

export type { JobPosition } from './register/job-list.ts'

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
  trainer?: TrainerKind | undefined
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
  { trainer, maxAttempts, params, resumeFrom }: CreationOptions,
): Promise<Partial<JobSpec> | CreationRefusal> {
  const checkpoint = resumeFrom && (await checkpointOf(env, resumeFrom))
  if (checkpoint === null) return { reason: 'no_checkpoint' }
  const isRunners = (trainer ?? readSettings(env).defaultTrainer) === 'runner'
  return {
    ...(isRunners ? { trainedBy: 'runner' as const } : {}),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(params === undefined || Object.keys(params).length === 0 ? {} : { params }),
    ...(checkpoint === undefined ? {} : { resumeFrom: checkpoint }),
  }
}

async function checkpointOf(env: Composed, { jobId, step }: { jobId: string; step: number | undefined }) {
  const checkpoint = (await env.parts.register(env.DB).find(jobId))?.job.attempts.checkpoint ?? null
  return checkpoint === null || (step !== undefined && step !== checkpoint.step) ? null : { jobId, checkpoint }
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
  const chosen = await specFor(env, options)
  if ('reason' in chosen) return chosen
  const documents = await trainingDocuments(env.DB, config.bundeslaender)
  const spec: JobSpec = {
    id: crypto.randomUUID(),
    config,
    totalDocuments: documents ?? config.bundeslaender.length * DOCUMENTS_PER_BUNDESLAND_ESTIMATE,
    createdMs: Date.now(),
    createdBy: actor,
    ...chosen,
  }
  const remembering = repeatable
    ? env.parts.keys(env.DB).remember(repeatable.key, { request: repeatable.request, jobId: spec.id }, spec.createdMs)
    : {}
  const reason = await jobs.insert(spec, maxActiveJobs, mayWait, {
    ...remembering,
    edits: firstEdit(labels, spec.createdMs, actor),
  })
  if (reason !== null) return { reason }
  const wake: Wake = (id) => env.TRAINING_JOBS.getByName(id).wake(id)
  await startJob(wake, spec.id)
  // If a free slot went unnoticed, queued jobs need not wait for the sweeper.
  if (mayWait) background.waitUntil(startQueuedJobs(jobs, wake, maxActiveJobs))
  return { id: spec.id, replayed: false }
}

/**
 * Sends a command to the job's object, even if D1 has no such job: its row may have been lost.
 *
 * @returns the outcome: `null` if it was carried out, otherwise why not, or not yet
 */
export async function commandJob<C extends Command>(
  env: Env,
  id: string,
  command: C,
  context: CommandContext,
): Promise<CommandOutcome<C>> {
  if (!isUuid(id)) return { reason: 'not_found' }
  return (await env.TRAINING_JOBS.getByName(id).command(id, command, context)) as CommandOutcome<C>
}

/**
 * Edits a job's name, notes or tags, whatever its status.
 *
 * @returns the job after that, or why it was refused
 */
export async function editJob(env: Env, id: string, edit: Edit, context: EditContext): Promise<ShownJob | EditRefusal> {
  if (!isUuid(id)) return { reason: 'not_found' }
  const refusal = (await env.TRAINING_JOBS.getByName(id).edit(id, edit, context)) as EditRefusal | null
  if (refusal !== null) return refusal
  // The edit is committed, also if D1 has lost the row.
  const shown = (await readJob(env, id)) ?? (await ask(env, id))
  return shown === null || shown === 'deleted' ? { reason: 'not_found' } : shown
}

/**
 * The current job; `null` if there is none. A job at rest (finished, paused, queued) is read without waking its object.
 * While D1 is unavailable, every job is read from its object.
 */
export async function readJob(bindings: Env, id: string): Promise<ShownJob | null> {
  const env = compose(bindings)
  const row = await rowOf(env, id)
  if (row === 'unavailable') return inPlaceOfD1(env, id)
  if (row === null) return null
  const nowMs = Date.now()
  const shown = isAtRest(row, nowMs) ? null : await ask(env, id)
  if (shown === 'deleted') return null
  // A completion is in D1 first: its object may not have heard of it.
  const asRead = shown !== null && shown.job.revision >= row.revision ? shown : rowShownAt(row, nowMs)
  const isInLine = row.waits && row.revision === asRead.job.revision
  return { ...asRead, job: inQueue(asRead.job, isInLine ? await env.parts.register(env.DB).queue() : []) }
}

/** The job read from its object while D1 is unavailable. Not for a validating job: D1 may already have shown its end. */
async function inPlaceOfD1(env: Composed, id: string): Promise<ShownJob | null> {
  const shown = orElse(await ask(env, id))
  if (shown?.job.status === 'validating') throw new D1Unavailable('and the job may be completed there')
  return shown
}

/** A page of jobs. No object is asked: the rows say enough. */
export async function listJobs(
  bindings: Env,
  filter: JobFilter,
  page: JobPage,
): Promise<Page<JobSnapshot, JobPosition>> {
  const env = compose(bindings)
  const jobs = env.parts.register(env.DB)
  const { rows, next } = await jobs.list(filter, page)
  const queue = rows.some(({ waits }) => waits) ? await jobs.queue() : []
  const nowMs = Date.now()
  return { rows: rows.map((row) => inQueue(rowShownAt(row, nowMs).job, queue)), next }
}

/** A job's events after the given sequence, oldest first; `null` if there is no such job. */
export async function readEvents(env: Env, id: string, after: number, limit: number): Promise<EventRecord[] | null> {
  const row = await rowOf(compose(env), id)
  if (row === null) return null
  const events = await env.TRAINING_JOBS.getByName(id).events(after, limit)
  if (events !== null || row === 'unavailable') return orElse(events)
  return row.revision > 0 ? null : recordsOf(beginningOf(row), after, limit)
}

/** A range of a job's history, downsampled; `null` if there is no such job. */
export async function readHistory(env: Env, id: string, range: Range): Promise<History | null> {
  const row = await rowOf(compose(env), id)
  if (row === null) return null
  const history: History | null = await env.TRAINING_JOBS.getByName(id).history(range)
  if (history !== null || row === 'unavailable') return orElse(history)
  const none: History = { resolution: { method: 'full', bucket_steps: 1 }, points: [] }
  return row.revision > 0 ? null : none
}

/** Opens a job's stream at its object. @returns its response: the stream, or 204 if the watcher has seen everything */
export async function openStream(
  env: Env,
  request: StreamRequest,
  signal: AbortSignal,
): Promise<Response | WatchRefusal> {
  if ((await rowOf(compose(env), request.id)) === null) return { reason: 'not_found' }
  const answer = await env.TRAINING_JOBS.getByName(request.id).fetch(streamRequest(request, signal))
  return (await refusalIn(answer)) ?? answer
}

/**
 * The job's row. `null`: there is no such job, and no object is created for it. `unavailable`: D1 does not respond, so
 * only the object knows.
 */
async function rowOf(env: Composed, id: string): Promise<JobRow | null | 'unavailable'> {
  if (!isUuid(id)) return null
  try {
    return await env.parts.register(env.DB).find(id)
  } catch (error) {
    if (!(error instanceof D1Unavailable)) throw error
    log('warn', 'register_unavailable', { job_id: id, error: String(error) })
    return 'unavailable'
  }
}

/** An object's answer in place of D1's: an unknown job may still exist, since queued jobs have no object. */
function orElse<T>(said: T | 'deleted' | null): T | null {
  if (said === null) throw new D1Unavailable('and the object knows no such job')
  return said === 'deleted' ? null : said
}

/** The first events of a queued job, which no object has yet. */
const beginningOf = ({ spec, job, edits }: JobRow) => [create(spec, job.trainer), ...edits]

function inQueue(job: JobSnapshot, queue: readonly string[]): JobSnapshot {
  const place = queue.indexOf(job.id)
  return place < 0 ? job : { ...job, queue_position: place + 1 }
}

/** The job in its object; `null` if that has none. */
const ask = async (env: Env, id: string): Promise<ShownJob | 'deleted' | null> =>
  env.TRAINING_JOBS.getByName(id).snapshot()
