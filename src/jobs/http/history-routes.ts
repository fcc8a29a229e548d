import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { AppEnv } from '../../auth/env.ts'
import { linkHeader, linkNext } from '../../http/pagination.ts'
import { invalidResponse } from '../../http/problem.ts'
import { cutKeysetPage } from '../../platform/keyset-page.ts'
import { historyMetrics } from '../../shared/metric-names.ts'
import { readEvents, readHistory } from '../operations.ts'
import { csvOf } from '../rules/history.ts'
import { History } from './curve-schema.ts'
import { EventRecord } from './event-schema.ts'
import { EventsQuery, HistoryQuery, JobIdParam } from './parameters.ts'
import { jobNotFound, jobNotFoundResponse, refuse } from './refusals.ts'

const tags = ['Jobs']

const eventsRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}/events',
  tags,
  summary: 'Events of a job, oldest first',
  request: { params: JobIdParam, query: EventsQuery },
  responses: {
    200: {
      description: 'All transitions and commands; available until the job is deleted',
      headers: linkHeader,
      content: { 'application/json': { schema: z.array(EventRecord) } },
    },
    ...jobNotFoundResponse,
    ...invalidResponse,
  },
})

const historyRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}/history',
  tags,
  summary: "A job's curve, in full or downsampled",
  description:
    'Send `Accept: text/csv` or `?format=csv` for CSV, and `locale=de` for German spreadsheets; the resolution is then in ' +
    'the headers.',
  request: { params: JobIdParam, query: HistoryQuery },
  responses: {
    200: {
      description: 'The points in order of steps',
      headers: z.object({
        'X-Resolution': z.string().openapi({ description: 'Method and steps per bucket', example: 'min-max; 24' }),
        Vary: z.literal('Accept').openapi({ description: 'The representation depends on the Accept header' }),
      }),
      content: {
        'application/json': { schema: History },
        'text/csv': {
          schema: z.string().openapi({
            description:
              'RFC 4180: a header line, then one line per point with the fields of a HistoryPoint in their order, and ' +
              'the other metrics asked for in theirs. With ' +
              '`locale=de`: semicolons, decimal commas and a byte order mark',
            example:
              'epoch,step,loss,val_loss,learning_rate,timestamp,accuracy\r\n' +
              '1,0,0.925,1.0175,0.00005,1793520000500,0.6\r\n',
          }),
        },
      },
    },
    ...jobNotFoundResponse,
    ...invalidResponse,
  },
})

const wantsCsv = (c: Context) =>
  accepts(c, { header: 'Accept', supports: ['application/json', 'text/csv'], default: 'application/json' }) ===
  'text/csv'

/** A job's curve and its event log. */
export const histories = new OpenAPIHono<AppEnv>()
  .openapi(eventsRoute, async (c) => {
    const { after, limit } = c.req.valid('query')
    const events = await readEvents(c.env, c.req.valid('param').id, after, limit + 1)
    if (events === null) return refuse(c, jobNotFound)
    const page = cutKeysetPage(events, limit, (event) => event.sequence)
    linkNext(c, page.next, 'after')
    return c.json(page.rows, 200)
  })
  .openapi(historyRoute, async (c) => {
    const { from_step, to_step, max_points, metrics, only_asked, include_superseded, format, locale } =
      c.req.valid('query')
    const range = {
      fromStep: from_step ?? Number.MIN_SAFE_INTEGER,
      toStep: to_step ?? Number.MAX_SAFE_INTEGER,
      maxPoints: max_points,
      metrics: metrics ?? historyMetrics,
      includesSuperseded: include_superseded,
      isNarrow: only_asked,
    }
    const history = await readHistory(c.env, c.req.valid('param').id, range)
    if (history === null) return refuse(c, jobNotFound)
    const { method, bucket_steps } = history.resolution
    c.header('X-Resolution', `${method}; ${bucket_steps}`)
    c.header('Vary', 'Accept')
    if (format !== 'csv' && (format === 'json' || !wantsCsv(c))) return c.json(history, 200)
    return c.body(csvOf(history.points, locale, range.metrics), 200, { 'Content-Type': 'text/csv; charset=utf-8' })
  })
