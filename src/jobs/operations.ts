import { D1Unavailable } from '../platform/d1.ts'
import type { Page } from '../platform/keyset-page.ts'
import { log } from '../platform/log.ts'
import { isUuid } from '../shared/uuid.ts'
import { withDataset } from './dataset.ts'
import type { CommandContext } from './object/carry-out.ts'
import type { EditContext } from './object/edit-job.ts'
import { refusalIn, type StreamRequest, streamRequest } from './object/open-stream.ts'
import { type Composed, compose } from './object/parts.ts'
import type { JobPage, JobPosition } from './register/job-list.ts'
import { isAtRest, rowShownAt } from './register/job-register.ts'
import type { JobFilter } from './register/job-search.ts'
import type { JobRow } from './register/stored-job.ts'
import type { ShownJob } from './rules/describe.ts'
import { recordsOf } from './rules/event-log.ts'
import { create } from './rules/job.ts'
import type { Command, CommandOutcome, EditRefusal, WatchRefusal } from './rules/refusals.ts'
import type { EventRecord, History, JobSnapshot } from './rules/shown.ts'
import type { Edit, Range } from './rules/types.ts'

/** The operations on jobs: called by the routes, carried out by the register and the objects. */

export type { JobPosition } from './register/job-list.ts'

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
 * The current job; `null` if there is none. A job at rest (finished, paused, queued) is read without waking its object,
 * but for one with more metrics than its row tells. While D1 is unavailable, every job is read from its object.
 */
export async function readJob(bindings: Env, id: string): Promise<ShownJob | null> {
  const env = compose(bindings)
  const row = await rowOf(env, id, 'findShown')
  if (row === 'unavailable') return inPlaceOfD1(env, id)
  if (row === null) return null
  const nowMs = Date.now()
  const shown = isAtRest(row, nowMs) && !row.isCut ? null : await ask(env, id)
  if (shown === 'deleted') return null
  // A completion is in D1 first: its object may not have heard of it.
  const asRead = shown !== null && shown.job.revision >= row.revision ? shown : rowShownAt(row, nowMs)
  const isInLine = row.waits && row.revision === asRead.job.revision
  const job = withDataset(asRead.job, row)
  return { ...asRead, job: inQueue(job, isInLine ? await env.parts.register(env.DB).queue() : []) }
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
  return { rows: rows.map((row) => inQueue(withDataset(rowShownAt(row, nowMs).job, row), queue)), next }
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
async function rowOf(
  env: Composed,
  id: string,
  find: 'find' | 'findShown' = 'find',
): Promise<JobRow | null | 'unavailable'> {
  if (!isUuid(id)) return null
  try {
    return await env.parts.register(env.DB)[find](id)
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
export const ask = async (env: Env, id: string): Promise<ShownJob | 'deleted' | null> =>
  env.TRAINING_JOBS.getByName(id).snapshot()
