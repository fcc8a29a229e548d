import { createClient } from '../../src/client/index.ts'
import { cursorId, parseCursor } from '../../src/jobs/object/frames.ts'
import { describeEvent } from '../../src/jobs/rules/describe.ts'
import { viewOf } from '../../src/jobs/rules/job.ts'
import type { Job, JobEvent } from '../../src/jobs/rules/types.ts'
import { encodeEvent, keepAlive, retryField } from '../../src/platform/sse.ts'
import type { FinalStatus } from '../../src/shared/job-status.ts'
import { after, newJob, startMs } from './jobs.ts'

/** A scripted server's answer to one request; an error is a failed connection. */
export type Answer = Response | Error | ((request: Request) => Response | Promise<Response>)

export type Answers = [Answer, ...Answer[]]

/** A client whose requests are answered by the script in order, then always by its last answer; and its requests. */
export function scripted(...answers: Answers) {
  const requests: Request[] = []
  const client = createClient('http://stellwerk.test', {
    token: 'secret',
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const answer = answers[Math.min(requests.push(request), answers.length) - 1] as Answer
      if (answer instanceof Error) throw answer
      return answer instanceof Response ? answer : answer(request)
    },
  })
  return { client, requests }
}

/** A job, and the time at which its stream shows it. */
export type Moment = { job: Job; nowMs: number }

/** The states that a job's stream shows: training, every so many steps, then its end. */
export function lifeOf(epochs: number, shownAt: number[], end: FinalStatus): Moment[] {
  const at = (step: number) => startMs + 500 + 500 * step
  const training = after(newJob({ epochs }), [
    { type: 'preparation_started', atMs: startMs },
    { type: 'training_started', atMs: startMs + 500 },
  ])
  const endMs = at(shownAt.at(-1) ?? 0)
  const ending: JobEvent[] =
    end === 'completed'
      ? [
          { type: 'validation_started', atMs: endMs },
          { type: 'validated', atMs: endMs },
          { type: end, atMs: endMs },
        ]
      : [end === 'failed' ? { type: end, atMs: endMs, message: 'Out of memory' } : { type: end, atMs: endMs }]
  const moments = shownAt.map((step) => ({ job: training, nowMs: at(step) }))
  return [...moments, { job: after(training, ending), nowMs: endMs }]
}

/** The job's stream for a client with the cursor in the request; `null`: 204. */
export function wireOf(life: Moment[], request: Request): Uint8Array | null {
  const id = request.headers.get('Last-Event-ID') ?? new URL(request.url).searchParams.get('after')
  let cursor = id === null ? { revision: 0, points: 0 } : parseCursor(id)
  const frames = [retryField]
  for (const { job, nowMs } of life) {
    const view = viewOf(job, nowMs)
    while (cursor.revision < job.revision || cursor.points < view.curve.length) {
      const frame = describeEvent(view, 'delta', cursor)
      frames.push(encodeEvent(cursorId(frame.cursor), frame.event), keepAlive)
      cursor = frame.cursor
    }
  }
  return frames.length === 1 ? null : new Uint8Array(Buffer.concat(frames))
}

/** An event stream of these chunks, which then ends, fails, or stays open and silent. */
export function stream(pieces: Uint8Array[], end: 'ends' | 'breaks' | 'stays open' = 'ends'): Response {
  const waiting = [...pieces]
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = waiting.shift()
      if (piece !== undefined) controller.enqueue(piece)
      else if (end === 'ends') controller.close()
      else if (end === 'breaks') controller.error(new TypeError('terminated'))
      else return new Promise<void>(() => {})
      return undefined
    },
  })
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream; charset=utf-8' } })
}

/** A problem as the API returns it. */
export const problem = (status: number, detail: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: 'about:blank', title: '…', status, detail, instance: '/' }), {
    status,
    headers: { ...headers, 'Content-Type': 'application/problem+json' },
  })
