import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Credential } from '../../auth/credential.ts'
import type { AppEnv } from '../../auth/env.ts'
import { differing } from '../../http/differing.ts'
import { invalidResponse } from '../../http/problem.ts'
import { streamHeaders } from '../../platform/sse.ts'
import type { WatcherCredential } from '../object/watcher.ts'
import { openStream } from '../operations.ts'
import { rejectDeadJobToken } from './dead-token.ts'
import { StreamHeaders, StreamQuery } from './parameters.ts'
import { jobNotFoundResponse, refusalResponse, refuse } from './refusals.ts'
import { StreamMessage } from './schema.ts'

const streamRoute = createRoute({
  method: 'get',
  path: '/metrics/stream',
  tags: ['Streams'],
  summary: "A job's live progress as server-sent events",
  description: differing(
    'Points of history have their true epoch, step and timestamp, so that 100 points share an epoch.',
    'While a job does not change, such as a paused one, only a comment is sent every 15 s.',
    'Events have an id; a reconnect resumes after it, and after the last event it is answered 204.',
    'elapsed_time_ms does not count pauses.',
  ),
  request: { query: StreamQuery, headers: StreamHeaders },
  responses: {
    200: {
      description:
        'One event immediately, then one on every transition and every 500 ms during training. The stream ends after ' +
        'an event with a final status, and also after about 30 minutes; the client is expected to reconnect then. An event ' +
        'without an id only says that a runner has sent more output.',
      content: { 'text/event-stream': { schema: StreamMessage } },
    },
    204: { description: 'The final event has already been received; do not reconnect' },
    ...jobNotFoundResponse,
    ...refusalResponse('too_many_streams'),
    ...refusalResponse('too_many_watchers'),
    ...invalidResponse,
  },
})

/** The live stream of a job; its object holds the connection. */
export const streams = new OpenAPIHono<AppEnv>().openapi(streamRoute, async (c) => {
  const { job_id, after, history } = c.req.valid('query')
  const rejected = await rejectDeadJobToken(c, job_id)
  if (rejected !== null) return rejected as never
  const lastEventId = c.req.valid('header')['Last-Event-ID']
  const credential = watcherCredential(c.get('credential'))
  const asked = { id: job_id, mode: history, after: lastEventId || after || null, credential }
  const answer = await openStream(c.env, asked, c.req.raw.signal)
  if ('reason' in answer) return refuse(c, answer, lastEventId ? ['header', 'Last-Event-ID'] : ['query', 'after'])
  if (answer.body === null) return c.body(null, 204)
  if (c.req.method !== 'HEAD') return c.body(answer.body, 200, streamHeaders)
  await answer.body.cancel()
  return c.body(null, 200, streamHeaders)
})

/** Local access is not counted: everybody on the machine shares it. */
const watcherCredential = ({ kind, actor, tokenId, expiresMs, jobToken }: Credential): WatcherCredential | null =>
  kind === 'local' ? null : { holder: actor, tokenId, expiresMs, tokenHash: jobToken?.hash ?? null }
