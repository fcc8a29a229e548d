import { trainingDocuments } from '../dataset/documents.ts'
import { DOCUMENTS_PER_BUNDESLAND_ESTIMATE } from '../limits.ts'
import { log } from '../log.ts'
import type { Page } from '../page.ts'
import { readSettings } from '../settings.ts'
import type { Command, JobSpec } from './job.ts'
import { type JobFilter, type JobRow, jobIndex } from './job-index.ts'
import type { JobSnapshot, TrainingConfig } from './schema.ts'
import { isFinal } from './status.ts'
import type { CommandRefusal } from './training-job.ts'

/** What a request can do with jobs, between the routes and the register and objects that do it. */

/**
 * Registers and starts a job. From its registration on it exists and will run, whatever happens then.
 *
 * @returns its id; `null` when no slot is free
 */
export async function createJob(env: Env, config: TrainingConfig): Promise<string | null> {
  const { maxActiveJobs } = readSettings(env)
  const documents = await trainingDocuments(env.DB, config.bundeslaender)
  const spec: JobSpec = {
    id: crypto.randomUUID(),
    config,
    totalDocuments: documents ?? config.bundeslaender.length * DOCUMENTS_PER_BUNDESLAND_ESTIMATE,
    createdMs: Date.now(),
  }
  if (!(await jobIndex(env.DB).insert(spec, maxActiveJobs))) return null
  try {
    await env.TRAINING_JOBS.getByName(spec.id).start(spec)
  } catch (error) {
    // The sweeper starts what was never started.
    log('error', 'job_not_started', { job_id: spec.id, error: String(error) })
  }
  return spec.id
}

/** Hands a command to the job's object. @returns why it was refused; `null` when it was carried out */
export async function commandJob<C extends Command>(env: Env, id: string, command: C) {
  const outcome = await env.TRAINING_JOBS.getByName(id).command(id, command)
  return outcome.done ? null : (outcome.refusal as CommandRefusal<C>)
}

/** The job as it is now; `null` when there is none. A finished job is read without waking its object. */
export async function readJob(env: Env, id: string): Promise<JobSnapshot | null> {
  const row = await jobIndex(env.DB).find(id)
  return row && live(env, row)
}

/** A page of jobs, newest first, behind the sequence number `before`. Jobs that hold a slot show live progress. */
export async function listJobs(
  env: Env,
  filter: JobFilter,
  before: number,
  limit: number,
): Promise<Page<JobSnapshot, number>> {
  const page = await jobIndex(env.DB).list(filter, before, limit)
  return { rows: await Promise.all(page.rows.map((row) => liveOrLast(env, row))), next: page.next }
}

/** The job now: what may still move is asked of its object, everything else stands in the row. */
async function live(env: Env, row: JobRow): Promise<JobSnapshot> {
  if (isFinal(row.status)) return row.snapshot
  return (await env.TRAINING_JOBS.getByName(row.snapshot.id).snapshot()) ?? row.snapshot
}

/** As `live` for jobs that hold a slot, but an object that does not answer does not spoil a list. */
async function liveOrLast(env: Env, row: JobRow): Promise<JobSnapshot> {
  if (row.slot === null) return row.snapshot
  try {
    return await live(env, row)
  } catch (error) {
    log('warn', 'object_unreachable', { job_id: row.snapshot.id, error: String(error) })
    return row.snapshot
  }
}
