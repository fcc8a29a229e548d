import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../auth/env.ts'
import { limitParam, linkHeader, linkNext } from '../../http/pagination.ts'
import { invalidResponse } from '../../http/problem.ts'
import { defaultedIntParam, INT_PARAM_MAX } from '../../http/validation.ts'
import { cutKeysetPage } from '../../platform/keyset-page.ts'
import { OUTPUT_PAGE_MAX } from '../../platform/limits.ts'
import { timestamp } from '../../shared/timestamp.ts'
import { listRunners, readAttempts, readOutput } from '../runners.ts'
import { AttemptRecord, OutputLine, Runner } from './attempt-schema.ts'
import { JobIdParam } from './parameters.ts'
import { jobNotFound, jobNotFoundResponse, refuse } from './refusals.ts'

const tags = ['Runners']

const outputRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}/output',
  tags,
  summary: 'Output of a training process, oldest line first',
  description: 'The last 5 MiB are kept. In a stream, `output_lines` says when there is more.',
  request: {
    params: JobIdParam,
    query: z.object({
      after: defaultedIntParam(0, INT_PARAM_MAX, 0, 'How many lines are known: only those behind them'),
      limit: defaultedIntParam(1, OUTPUT_PAGE_MAX, OUTPUT_PAGE_MAX, 'Maximum number of lines per page'),
    }),
  },
  responses: {
    200: {
      description: 'A page of lines',
      headers: linkHeader,
      content: { 'application/json': { schema: z.array(OutputLine) } },
    },
    ...jobNotFoundResponse,
    ...invalidResponse,
  },
})

const attemptsRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}/attempts',
  tags,
  summary: 'Attempts of runners at a job, oldest first',
  request: {
    params: JobIdParam,
    query: z.object({
      after: defaultedIntParam(0, INT_PARAM_MAX, 0, 'Only attempts after this number'),
      limit: limitParam,
    }),
  },
  responses: {
    200: {
      description: 'A page of attempts',
      headers: linkHeader,
      content: { 'application/json': { schema: z.array(AttemptRecord) } },
    },
    ...jobNotFoundResponse,
    ...invalidResponse,
  },
})

const runnersRoute = createRoute({
  method: 'get',
  path: '/runners',
  tags,
  summary: 'Runners that have asked for a job within a day',
  description:
    'Those that wait are written down every ten minutes, so `seen_at` may be that old. One that has ended is among them for a day.',
  responses: {
    200: { description: 'By name', content: { 'application/json': { schema: z.array(Runner) } } },
  },
})

/** What people read of runners. */
export const attempts = new OpenAPIHono<AppEnv>()
  .openapi(outputRoute, async (c) => {
    const { after, limit } = c.req.valid('query')
    const lines = await readOutput(c.env, c.req.valid('param').id, after, limit + 1)
    if (lines === null) return refuse(c, jobNotFound)
    const page = cutKeysetPage(lines, limit, ({ number }) => number + 1)
    linkNext(c, page.next, 'after')
    return c.json(
      page.rows.map(({ number, attempt, stream, timestampMs, text }) => {
        return { number, attempt, stream, timestamp: timestampMs, text }
      }),
      200,
    )
  })
  .openapi(attemptsRoute, async (c) => {
    const { after, limit } = c.req.valid('query')
    const records = await readAttempts(c.env, c.req.valid('param').id, after, limit + 1)
    if (records === null) return refuse(c, jobNotFound)
    const page = cutKeysetPage(records, limit, ({ number }) => number)
    linkNext(c, page.next, 'after')
    return c.json(page.rows, 200)
  })
  .openapi(runnersRoute, async (c) => {
    const known = await listRunners(c.env)
    return c.json(
      known.map(({ seenMs, sinceMs, leftMs, jobId, lastJob, ...named }) => ({
        ...named,
        seen_at: timestamp(seenMs),
        since: timestamp(sinceMs),
        left_at: leftMs === null ? null : timestamp(leftMs),
        job_id: jobId,
        last_job: lastJob,
      })),
      200,
    )
  })
