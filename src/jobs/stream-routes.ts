import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Credential } from '../auth/credential.ts'
import { D1Unavailable } from '../d1.ts'
import type { AppEnv } from '../http/env.ts'
import { invalid, invalidResponse, problem, problemResponse, retryLater } from '../http/problem.ts'
import { RETRY_AFTER_S } from '../limits.ts'
import { streamHeaders } from '../sse.ts'
import { openStream } from './operations.ts'
import { refuse } from './refusals.ts'
import { StreamHeaders, StreamMessage, StreamQuery } from './schema.ts'
import { REFUSAL_HEADER, type StreamRefusal } from './training-job.ts'
import type { Pass } from './watchers.ts'

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
    429: retryLater('`This credential holds too many streams of this job: close one`', 'too-many-streams'),
    503: retryLater('`Too many streams watch this job`', 'too-many-watchers'),
    ...invalidResponse,
  },
})

/** The live stream of a job; its object holds the connection. */
export const streams = new OpenAPIHono<AppEnv>().openapi(streamRoute, async (c) => {
  const { job_id, after, history } = c.req.valid('query')
  const lastEventId = c.req.valid('header')['Last-Event-ID']
  const pass = passOf(c.get('credential'))
  const asked = { id: job_id, mode: history, after: lastEventId || after || null, pass }
  const answer = await openStream(c.env, asked, c.req.raw.signal)
  if (answer === null) return refuse(c, { reason: 'not_found' } as const)
  switch (answer.headers.get(REFUSAL_HEADER) as StreamRefusal | null) {
    case 'not_found':
      return refuse(c, { reason: 'not_found' } as const)
    case 'unavailable':
      throw new D1Unavailable('and the object knows no such job')
    case 'too_many_watchers':
      return refuse(c, { reason: 'too_many_watchers' } as const)
    case 'too_many_streams':
      return problem(c, 429, 'This credential holds too many streams of this job: close one', {
        kind: 'too-many-streams',
        headers: { 'Retry-After': String(RETRY_AFTER_S) },
      })
    case 'unknown_cursor':
      return invalid(c, [{ ...unknownCursor, loc: lastEventId ? ['header', 'last-event-id'] : ['query', 'after'] }])
    case null:
      if (answer.body === null) return c.body(null, 204)
      if (c.req.method !== 'HEAD') return c.body(answer.body, 200, streamHeaders)
      await answer.body.cancel()
      return c.body(null, 200, streamHeaders)
  }
})

/** The local opening is not counted: its holders are everybody on the machine. */
const passOf = ({ kind, actor, tokenId, expiresMs }: Credential): Pass | null =>
  kind === 'local' ? null : { holder: actor, tokenId, expiresMs }

const unknownCursor = {
  msg: 'Not the id of an event of this job: leave it out to begin anew',
  type: 'unknown_cursor',
}
