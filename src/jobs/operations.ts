import { D1Unavailable } from '../d1.ts'
import { trainingDocuments } from '../dataset/documents.ts'
import { DOCUMENTS_PER_BUNDESLAND_ESTIMATE, OBJECT_ANSWER_MS } from '../limits.ts'
import { log } from '../log.ts'
import type { Page } from '../page.ts'
import { readSettings } from '../settings.ts'
import { isUuid } from '../uuid.ts'
import { within } from '../within.ts'
import { recordsOf } from './event-log.ts'
import type { SentKey } from './idempotency-keys.ts'
import { type Command, create, type JobSpec } from './job.ts'
import { isAtRest, type JobFilter, type JobRow, type NotRegistered, shownAt, specOf } from './job-index.ts'
import { type Composed, compose } from './parts.ts'
import { startWaiting } from './queue.ts'
import type { EventRecord, History, JobSnapshot, TrainingConfig } from './schema.ts'
import { planSimulation } from './simulation.ts'
import { type CommandRefusal, type Order, type StreamRequest, streamAddress } from './training-job.ts'

/** What a request can do with jobs, between the routes and the register and objects that do it. */

/** How a job is to be created. */
export type Creation = {
  actor: string
  /** Whether the job may wait for a slot. */
  mayWait: boolean
  /** What the client calls this request, so that it can be sent again; `null`: nothing. */
  idempotencyKey: string | null
}

/** What became of a creation: the job's id, or why there is none. */
export type Created = { id: string; replayed: boolean } | { reason: NotRegistered | 'key_reused' | 'job_deleted' }

/** What follows from a request for others: done behind the answer. */
type Background = Pick<ExecutionContext, 'waitUntil'>

/** A request that its client can send again: its key, and what it asks for. */
type Repeatable = { key: SentKey; request: string }

/** Creates a job, once for each Idempotency-Key. From its registration on it exists and will run, whatever happens then. */
export async function createJob(
  bindings: Env,
  background: Background,
  config: TrainingConfig,
  creation: Creation,
): Promise<Created> {
  const env = compose(bindings)
  const { idempotencyKey: text, actor } = creation
  if (text === null) return register(env, background, config, creation, null)
  const repeatable = { key: { actor, text }, request: await digest(JSON.stringify([config, creation.mayWait])) }
  const known = await replay(env, repeatable)
  if (known !== null) return known
  const outcome = await register(env, background, config, creation, repeatable).catch((error: unknown) => ({ error }))
  if ('id' in outcome) return outcome
  // Perhaps another request with this key came first, and took the key or the slot.
  const other = await replay(env, repeatable)
  if (other !== null) return other
  if ('error' in outcome) throw outcome.error
  return outcome
}

async function replay(env: Composed, { key, request }: Repeatable): Promise<Created | null> {
  const known = await env.parts.keys(env.DB).find(key, Date.now())
  if (known === null) return null
  if (known.request !== request) return { reason: 'key_reused' }
  const exists = (await env.parts.register(env.DB).find(known.jobId)) !== null || isJob(await ask(env, known.jobId))
  return exists ? { id: known.jobId, replayed: true } : { reason: 'job_deleted' }
}

async function register(
  env: Composed,
  background: Background,
  config: TrainingConfig,
  { actor, mayWait }: Creation,
  repeatable: Repeatable | null,
): Promise<Created> {
  const { maxActiveJobs } = readSettings(env)
  const index = env.parts.register(env.DB)
  const documents = await trainingDocuments(env.DB, config.bundeslaender)
  const spec: JobSpec = {
    id: crypto.randomUUID(),
    config,
    totalDocuments: documents ?? config.bundeslaender.length * DOCUMENTS_PER_BUNDESLAND_ESTIMATE,
    createdMs: Date.now(),
    createdBy: actor,
  }
  const remembering = repeatable
    ? env.parts.keys(env.DB).remember(repeatable.key, { request: repeatable.request, jobId: spec.id }, spec.createdMs)
    : {}
  const reason = await index.insert(spec, maxActiveJobs, mayWait, remembering)
  if (reason !== null) return { reason }
  try {
    await within(OBJECT_ANSWER_MS, env.TRAINING_JOBS.getByName(spec.id).wake(spec.id))
  } catch (error) {
    // The sweeper starts what was never started.
    log('error', 'job_not_started', { job_id: spec.id, error: String(error) })
  }
  // Should a slot have become free unnoticed, who waits need not wait for the sweeper.
  if (mayWait) background.waitUntil(startWaiting(index, env.TRAINING_JOBS, maxActiveJobs))
  return { id: spec.id, replayed: false }
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Hands a command to the job's object, also where D1 has no such job: the object may know better.
 *
 * @returns why it was refused; `null` when it was carried out
 */
export async function commandJob<C extends Command>(
  env: Env,
  id: string,
  command: C,
  order: Order,
): Promise<CommandRefusal<C> | null> {
  if (!isUuid(id)) return { reason: 'not_found' }
  const outcome = await env.TRAINING_JOBS.getByName(id).command(id, command, order)
  return outcome.done ? null : (outcome.refusal as CommandRefusal<C>)
}

/**
 * The job as it is now; `null` when there is none. A job at rest (finished, paused, waiting) is read without waking its
 * object. While D1 does not answer, the object is asked about every job.
 */
export async function readJob(bindings: Env, id: string): Promise<JobSnapshot | null> {
  const env = compose(bindings)
  const row = await rowOf(env, id)
  if (row === 'unavailable') return inPlaceOfD1(env, id)
  if (row === null) return null
  const index = env.parts.register(env.DB)
  const nowMs = Date.now()
  if (isAtRest(row, nowMs)) return inQueue(row.snapshot, isInLine(row) ? await index.queue() : [])
  const job = await ask(env, id)
  if (job === 'deleted') return null
  return job ?? shownAt(row, nowMs)
}

/** The job as its object alone has it. Of one that validates D1 may know the end already, and have told it to somebody. */
async function inPlaceOfD1(env: Composed, id: string): Promise<JobSnapshot | null> {
  const job = orElse(await ask(env, id))
  if (job?.status === 'validating') throw new D1Unavailable('and the job may be completed there')
  return job
}

/** A page of jobs, newest first, behind the sequence number `before`. No object is asked: the rows say enough. */
export async function listJobs(
  bindings: Env,
  filter: JobFilter,
  before: number,
  limit: number,
): Promise<Page<JobSnapshot, number>> {
  const env = compose(bindings)
  const index = env.parts.register(env.DB)
  const page = await index.list(filter, before, limit)
  const queue = page.rows.some(isInLine) ? await index.queue() : []
  const nowMs = Date.now()
  return { rows: page.rows.map((row) => inQueue(shownAt(row, nowMs), queue)), next: page.next }
}

/** What has happened to a job, oldest first, after the given sequence; `null` when there is no such job. */
export async function readEvents(env: Env, id: string, after: number, limit: number): Promise<EventRecord[] | null> {
  const row = await rowOf(compose(env), id)
  if (row === null) return null
  const events = await env.TRAINING_JOBS.getByName(id).events(after, limit)
  if (events !== null || row === 'unavailable') return orElse(events)
  return row.revision > 0 ? null : recordsOf([unbegun(row)], after, limit)
}

/** A job's history from step to step, thinned out to so many points; `null` when there is no such job. */
export async function readHistory(env: Env, id: string, from: number, to: number, maxPoints: number) {
  const row = await rowOf(compose(env), id)
  if (row === null) return null
  const history: History | null = await env.TRAINING_JOBS.getByName(id).history(from, to, maxPoints)
  if (history !== null || row === 'unavailable') return orElse(history)
  const none: History = { resolution: { method: 'full', bucket_steps: 1 }, points: [] }
  return row.revision > 0 ? null : none
}

/** Opens a job's stream at its object; `null` when there is no such job. */
export async function openStream(env: Env, request: StreamRequest, signal: AbortSignal): Promise<Response | null> {
  if ((await rowOf(compose(env), request.id)) === null) return null
  return env.TRAINING_JOBS.getByName(request.id).fetch(streamAddress(request), { signal })
}

/**
 * The job's row. `null`: there is no such job, and no object is made for it. `unavailable`: D1 does not answer, so that
 * only the object can tell.
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

/** What an object said in place of D1: that it has never known a job says nothing, since it may be one that waits. */
function orElse<T>(said: T | 'deleted' | null): T | null {
  if (said === null) throw new D1Unavailable('and the object knows no such job')
  return said === 'deleted' ? null : said
}

/** The event of a job's creation, as long as no object has it. */
const unbegun = ({ snapshot }: JobRow) => create(specOf(snapshot), planSimulation(1, null))

const isInLine = ({ status, slot }: JobRow): boolean => status === 'queued' && slot === null

function inQueue(job: JobSnapshot, queue: readonly string[]): JobSnapshot {
  const place = queue.indexOf(job.id)
  return place < 0 ? job : { ...job, queue_position: place + 1 }
}

/** The job as its object knows it; `null` when that has never known one. */
const ask = (env: Env, id: string): Promise<JobSnapshot | 'deleted' | null> =>
  env.TRAINING_JOBS.getByName(id).snapshot()

const isJob = (said: JobSnapshot | 'deleted' | null): boolean => said !== null && said !== 'deleted'
