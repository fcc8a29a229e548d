import { OWN_STREAMS_MAX } from '../../platform/limits.ts'
import { log } from '../../platform/log.ts'
import type { HistoryMode } from '../rules/describe.ts'
import { evolve, viewOf } from '../rules/job.ts'
import type { WatchRefusal } from '../rules/refusals.ts'
import type { Job } from '../rules/types.ts'
import { pendingRow } from './carry-out.ts'
import type { Core } from './core.ts'
import { isCaughtUp, parseCursor } from './frames.ts'
import { beginningOf } from './upkeep.ts'
import type { WatcherCredential } from './watcher.ts'

/** A stream request to the object's `fetch`: the job, the mode and cursor, and the watcher's credential. */
export type StreamRequest = {
  id: string
  mode: HistoryMode
  after: string | null
  credential: WatcherCredential | null
}

const REQUEST_HEADER = 'X-Stream-Request'
/** Marks a response whose body is a refusal: a status alone could come from the platform. */
const REFUSAL_HEADER = 'X-Stream-Refused'

/** The request for an object's stream. */
export const streamRequest = (asked: StreamRequest, signal: AbortSignal): Request =>
  new Request('http://job/', { headers: { [REQUEST_HEADER]: encodeURIComponent(JSON.stringify(asked)) }, signal })

/** Parses a request created by `streamRequest`. */
export const askedFor = ({ headers }: Request): StreamRequest =>
  JSON.parse(decodeURIComponent(headers.get(REQUEST_HEADER) ?? ''))

/** The refusal in an object's response; `null`: it is a stream, or 204. */
export const refusalIn = async (answer: Response): Promise<WatchRefusal | null> =>
  answer.headers.has(REFUSAL_HEADER) ? answer.json() : null

/** Opens a stream. Answers 204 to a watcher that has seen everything; a refusal is the response's body. */
export async function openStream(core: Core, asked: StreamRequest, signal: AbortSignal): Promise<Response> {
  const job = await watchable(core, asked.id)
  if (job === 'unavailable') return refuse({ reason: 'unavailable' })
  if (job === null) return refuse({ reason: 'not_found' })
  const after = asked.after === null ? null : parseCursor(asked.after)
  const view = viewOf(job, core.now(), core.recorded)
  if (after !== null && (after.revision > job.revision || after.points > view.curve.lengthMax)) {
    return refuse({ reason: 'unknown_cursor' })
  }
  if (isCaughtUp(view, after)) return new Response(null, { status: 204 })
  const { maxWatchersPerJob, maxStreamsPerCredential } = core.settings
  const holder = asked.credential?.holder
  if (asked.credential?.tokenHash != null) {
    // The job's own runner, which watches for requests: it takes no place of a person.
    if (holder !== undefined && core.watchers.countOf(holder) >= OWN_STREAMS_MAX)
      return refuse({ reason: 'too_many_streams' })
  } else if (core.watchers.size >= maxWatchersPerJob) return refuse({ reason: 'too_many_watchers' })
  const { mode, credential } = asked
  if (credential !== null && core.watchers.countOf(credential.holder) >= maxStreamsPerCredential) {
    return refuse({ reason: 'too_many_streams' })
  }
  return new Response(core.watchers.open(job, { mode, after, credential }, signal))
}

/** The job; one that exists only in D1 and has not been started is shown, not stored. */
async function watchable(core: Core, id: string) {
  if (core.job !== null) return core.livingJob
  try {
    const row = await pendingRow(core, id)
    return core.livingJob ?? (row && beginningOf(core, row).reduce<Job | null>(evolve, null))
  } catch (error) {
    log('warn', 'stream_failed', { job_id: id, error: String(error) })
    return 'unavailable'
  }
}

const refuse = (refusal: WatchRefusal): Response =>
  Response.json(refusal, { status: 409, headers: { [REFUSAL_HEADER]: 'true' } })
