import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '../http/env.ts'
import { invalid, invalidResponse, problemResponse, retryLater } from '../http/problem.ts'
import { streamHeaders } from '../sse.ts'
import { refuse } from './refusals.ts'
import { StreamHeaders, StreamMessage, StreamQuery } from './schema.ts'
import { REFUSAL_HEADER, type StreamRefusal } from './training-job.ts'

const streamRoute = createRoute({
  method: 'get',
  path: '/metrics/stream',
  tags: ['Streams'],
  summary: "A job's progress, live, as server-sent events",
  request: { query: StreamQuery, headers: StreamHeaders },
  responses: {
    200: {
      description:
        'An event at once, then one on every transition and each 500 ms while the job trains. The last shows a final ' +
        'status; then the stream ends. It also ends after about 30 minutes, for the client to come back.',
      content: { 'text/event-stream': { schema: StreamMessage } },
    },
    204: { description: 'The final event has been received: do not come back' },
    404: problemResponse('`Job not found`', 'not-found'),
    503: retryLater('`Too many streams watch this job`', 'too-many-watchers'),
    ...invalidResponse,
  },
})

/** The live stream of a job; its object holds the connection. */
export const streams = new OpenAPIHono<AppEnv>().openapi(streamRoute, async (c) => {
  const { job_id, after, history } = c.req.valid('query')
  if (c.req.method === 'HEAD') return c.body(null, 200, streamHeaders)
  const query = new URLSearchParams({ id: job_id, mode: history })
  const cursor = c.req.valid('header')['Last-Event-ID'] || after
  if (cursor) query.set('after', cursor)
  const answer = await c.env.TRAINING_JOBS.getByName(job_id).fetch(`http://job/?${query}`, { signal: c.req.raw.signal })
  switch (answer.headers.get(REFUSAL_HEADER) as StreamRefusal | null) {
    case 'not_found':
      return refuse(c, { reason: 'not_found' } as const)
    case 'too_many_watchers':
      return refuse(c, { reason: 'too_many_watchers' } as const)
    case 'unknown_cursor':
      return invalid(c, [unknownCursor])
    case null:
      return answer.body === null ? c.body(null, 204) : c.body(answer.body, 200, streamHeaders)
  }
})

const unknownCursor = {
  loc: ['header', 'last-event-id'],
  msg: 'Not the id of an event of this job: leave it out to begin anew',
  type: 'unknown_cursor',
}
