import { trainingDocuments } from '../dataset/documents.ts'
import { DOCUMENTS_PER_BUNDESLAND_ESTIMATE } from '../limits.ts'
import { log } from '../log.ts'
import type { Page } from '../page.ts'
import { readSettings } from '../settings.ts'
import { idempotencyKeys } from './idempotency-keys.ts'
import type { Command, JobSpec } from './job.ts'
import { type JobFilter, type JobRow, jobIndex } from './job-index.ts'
import { movingJobs } from './moving-jobs.ts'
import { startWaiting } from './queue.ts'
import type { EventRecord, History, JobSnapshot, TrainingConfig } from './schema.ts'
import { isFinal } from './status.ts'
import type { CommandRefusal, Order } from './training-job.ts'

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
export type Created = { id: string; replayed: boolean } | { reason: 'slot_taken' | 'queue_full' | 'key_reused' }

/** Creates a job, once for each Idempotency-Key. From its registration on it exists and will run, whatever happens then. */
export async function createJob(env: Env, config: TrainingConfig, creation: Creation): Promise<Created> {
  const { idempotencyKey: key } = creation
  if (key === null) return register(env, config, creation, null)
  const request = await digest(JSON.stringify([config, creation.mayWait]))
  const known = await replay(env, key, request)
  if (known !== null) return known
  const outcome = await register(env, config, creation, { key, request }).catch((error: unknown) => ({ error }))
  if ('id' in outcome) return outcome
  // Perhaps another request with this key came first, and took the key or the slot.
  const other = await replay(env, key, request)
  if (other !== null) return other
  if ('error' in outcome) throw outcome.error
  return outcome
}

async function replay(env: Env, key: string, request: string): Promise<Created | null> {
  const known = await idempotencyKeys(env.DB).find(key, Date.now())
  if (known === null) return null
  return known.request === request ? { id: known.jobId, replayed: true } : { reason: 'key_reused' }
}

async function register(
  env: Env,
  config: TrainingConfig,
  { actor, mayWait }: Creation,
  idempotency: { key: string; request: string } | null,
): Promise<Created> {
  const { maxActiveJobs } = readSettings(env)
  const documents = await trainingDocuments(env.DB, config.bundeslaender)
  const spec: JobSpec = {
    id: crypto.randomUUID(),
    config,
    totalDocuments: documents ?? config.bundeslaender.length * DOCUMENTS_PER_BUNDESLAND_ESTIMATE,
    createdMs: Date.now(),
    createdBy: actor,
  }
  const remembering = idempotency
    ? idempotencyKeys(env.DB).remember(
        idempotency.key,
        { request: idempotency.request, jobId: spec.id },
        spec.createdMs,
      )
    : {}
  const registered = await jobIndex(env.DB).insert(spec, maxActiveJobs, mayWait, remembering)
  if (!registered) return { reason: mayWait ? 'queue_full' : 'slot_taken' }
  try {
    await env.TRAINING_JOBS.getByName(spec.id).wake(spec.id)
    // Should a slot have become free unnoticed, who waits need not wait for the sweeper.
    if (mayWait) await startWaiting(env.DB, env.TRAINING_JOBS, maxActiveJobs, Date.now())
  } catch (error) {
    // The sweeper starts what was never started.
    log('error', 'job_not_started', { job_id: spec.id, error: String(error) })
  }
  return { id: spec.id, replayed: false }
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Hands a command to the job's object. @returns why it was refused; `null` when it was carried out */
export async function commandJob<C extends Command>(env: Env, id: string, command: C, order: Order) {
  const outcome = await env.TRAINING_JOBS.getByName(id).command(id, command, order)
  return outcome.done ? null : (outcome.refusal as CommandRefusal<C>)
}

/**
 * The job as it is now; `null` when there is none. A job at rest (finished, paused, waiting) is read without waking its
 * object; one that was seen moving is asked of its object at once, without a way to D1.
 */
export async function readJob(env: Env, id: string): Promise<JobSnapshot | null> {
  const moving = movingJobs(env).has(id) ? await ask(env, id) : null
  // Of a job that validates, D1 may know the end already, and have told it to somebody.
  if (moving !== null && moving !== 'deleted' && moving.status !== 'validating') return moving
  const row = await jobIndex(env.DB).find(id)
  if (row === null) return null
  const job = await live(env, row)
  return job && inQueue(job, isInLine(job) ? await jobIndex(env.DB).queue() : [])
}

/** A page of jobs, newest first, behind the sequence number `before`. Jobs that move show live progress. */
export async function listJobs(
  env: Env,
  filter: JobFilter,
  before: number,
  limit: number,
): Promise<Page<JobSnapshot, number>> {
  const page = await jobIndex(env.DB).list(filter, before, limit)
  const jobs = await Promise.all(page.rows.map((row) => liveOrLast(env, row)))
  const queue = jobs.some((job) => job && isInLine(job)) ? await jobIndex(env.DB).queue() : []
  return { rows: jobs.flatMap((job) => (job ? [inQueue(job, queue)] : [])), next: page.next }
}

/** What has happened to a job, oldest first, after the given sequence; `null` when there is no such job. */
export async function readEvents(env: Env, id: string, after: number, limit: number): Promise<EventRecord[] | null> {
  const events = await env.TRAINING_JOBS.getByName(id).events(after, limit)
  return events ?? ((await jobIndex(env.DB).find(id)) === null ? null : [])
}

/** A job's history from step to step, thinned out to so many points; `null` when there is no such job. */
export async function readHistory(env: Env, id: string, from: number, to: number, maxPoints: number) {
  const history: History | null = await env.TRAINING_JOBS.getByName(id).history(from, to, maxPoints)
  if (history !== null) return history
  const none: History = { resolution: { method: 'full', bucket_steps: 1 }, points: [] }
  return (await jobIndex(env.DB).find(id)) === null ? null : none
}

const isInLine = (job: JobSnapshot): boolean => job.status === 'queued'

function inQueue(job: JobSnapshot, queue: readonly string[]): JobSnapshot {
  const place = queue.indexOf(job.id)
  return place < 0 ? job : { ...job, queue_position: place + 1 }
}

/**
 * The job now; `null` when it is deleted. Without a promised wake-up it is at rest, and its row is exact; every other one
 * moves, or has been told something that D1 may not know yet, and is asked of its object.
 */
async function live(env: Env, row: JobRow): Promise<JobSnapshot | null> {
  if (row.wakeByMs === null) return row.snapshot
  const job = await ask(env, row.snapshot.id)
  return job === 'deleted' ? null : (job ?? row.snapshot)
}

/** The job as its object knows it; `null` when that has never known one. */
async function ask(env: Env, id: string): Promise<JobSnapshot | 'deleted' | null> {
  const job = await env.TRAINING_JOBS.getByName(id).snapshot()
  movingJobs(env).note(id, job !== null && job !== 'deleted' && !isFinal(job.status))
  return job
}

/** As `live`, but an object that does not answer does not spoil a list. */
async function liveOrLast(env: Env, row: JobRow): Promise<JobSnapshot | null> {
  try {
    return await live(env, row)
  } catch (error) {
    log('warn', 'object_unreachable', { job_id: row.snapshot.id, error: String(error) })
    return row.snapshot
  }
}
