import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { trainingDocuments } from '../dataset/documents.ts'
import { done, doneResponse } from '../http/action.ts'
import { bodyLimit } from '../http/body-limit.ts'
import type { AppEnv } from '../http/env.ts'
import { linkHeader, linkNext } from '../http/pagination.ts'
import { invalidResponse, problemResponse } from '../http/problem.ts'
import { BODY_BYTES_MAX, DOCUMENTS_PER_BUNDESLAND_ESTIMATE } from '../limits.ts'
import { log } from '../log.ts'
import { readSettings } from '../settings.ts'
import type { Command, JobSpec } from './job.ts'
import { type JobRow, jobIndex } from './job-index.ts'
import { refuse } from './refusals.ts'
import { JobCreated, JobIdParam, JobListQuery, JobSnapshot, TrainingConfig } from './schema.ts'
import { isFinal } from './status.ts'
import type { CommandRefusal } from './training-job.ts'

const tags = ['Jobs']
const jobNotFound = { reason: 'not_found' } as const
const slotTaken = { reason: 'slot_taken' } as const
const notFound = { 404: problemResponse('`Job not found`') }
const unavailable = { 503: problemResponse('The database does not answer; try again') }

const listRoute = createRoute({
  method: 'get',
  path: '/jobs',
  tags,
  summary: 'Jobs, newest first',
  request: { query: JobListQuery },
  responses: {
    200: {
      description: 'A page; jobs that hold a slot show live progress',
      headers: linkHeader,
      content: { 'application/json': { schema: z.array(JobSnapshot) } },
    },
    ...invalidResponse,
  },
})

const createJobRoute = createRoute({
  method: 'post',
  path: '/jobs',
  tags,
  summary: 'Create and start a job',
  request: { body: { required: true, content: { 'application/json': { schema: TrainingConfig } } } },
  middleware: bodyLimit(BODY_BYTES_MAX),
  responses: {
    200: {
      description: 'Created',
      headers: z.object({ Location: z.string().openapi({ description: 'The path of the job' }) }),
      content: { 'application/json': { schema: JobCreated } },
    },
    400: problemResponse('The body is not valid JSON'),
    409: problemResponse('`Another training job is already running`'),
    413: problemResponse('The body is too large'),
    415: problemResponse('The body is not declared as JSON'),
    ...invalidResponse,
  },
})

const getJobRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}',
  tags,
  summary: 'One job, with live progress',
  request: { params: JobIdParam },
  responses: { 200: { description: 'The job', content: { 'application/json': { schema: JobSnapshot } } }, ...notFound },
})

const pauseRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/pause',
  tags,
  summary: 'Pause a training job; its slot becomes free',
  request: { params: JobIdParam },
  responses: { ...doneResponse, 400: problemResponse('`Job is not running`'), ...notFound, ...unavailable },
})

const resumeRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/resume',
  tags,
  summary: 'Resume a paused job at the step it stopped at',
  request: { params: JobIdParam },
  responses: {
    ...doneResponse,
    400: problemResponse('`Job is not paused`'),
    409: problemResponse('`Another training job is already running`'),
    ...notFound,
    ...unavailable,
  },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/cancel',
  tags,
  summary: 'Cancel a job for good',
  request: { params: JobIdParam },
  responses: { ...doneResponse, 400: problemResponse('`Job is already <status>`'), ...notFound, ...unavailable },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/jobs/{id}',
  tags,
  summary: 'Delete a job that does not run; its model version stays',
  request: { params: JobIdParam },
  responses: { ...doneResponse, 400: problemResponse('`Cannot delete running job`'), ...notFound, ...unavailable },
})

type JobContext = Context<AppEnv>

const objectOf = (c: JobContext, id: string) => c.env.TRAINING_JOBS.getByName(id)

/** Hands a command to the job's object. @returns why it was refused, or null */
async function refusalOf<C extends Command>(c: JobContext, id: string, command: C) {
  const outcome = await objectOf(c, id).command(id, command)
  return outcome.done ? null : (outcome.refusal as CommandRefusal<C>)
}

/** The job now: what moves by itself is asked of its object, everything else stands in the row. */
async function live(c: JobContext, row: JobRow): Promise<JobSnapshot> {
  const { id } = row.snapshot
  const moves = !isFinal(row.status)
  return (moves ? await objectOf(c, id).snapshot() : null) ?? row.snapshot
}

/** As `live`, but one object that does not answer does not spoil a list. */
async function liveOrLast(c: JobContext, row: JobRow): Promise<JobSnapshot> {
  if (row.slot === null) return row.snapshot
  try {
    return await live(c, row)
  } catch (error) {
    log('warn', 'object_unreachable', { job_id: row.snapshot.id, error: String(error) })
    return row.snapshot
  }
}

/** Starts a registered job. If this fails, the sweeper starts it: it exists and will run. */
async function start(c: JobContext, spec: JobSpec): Promise<void> {
  try {
    await objectOf(c, spec.id).start(spec)
  } catch (error) {
    log('error', 'job_not_started', { job_id: spec.id, error: String(error) })
  }
}

/** Training jobs: create, look, pause, resume, cancel, delete. */
export const jobs = new OpenAPIHono<AppEnv>()
  .openapi(listRoute, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query')
    const page = await jobIndex(c.env.DB).list(filter, Number(cursor ?? Number.MAX_SAFE_INTEGER), limit)
    linkNext(c, page.next)
    return c.json(await Promise.all(page.rows.map((row) => liveOrLast(c, row))), 200)
  })
  .openapi(createJobRoute, async (c) => {
    const config = c.req.valid('json')
    const { maxActiveJobs } = readSettings(c.env)
    const documents = await trainingDocuments(c.env.DB, config.bundeslaender)
    const spec: JobSpec = {
      id: crypto.randomUUID(),
      config,
      totalDocuments: documents ?? config.bundeslaender.length * DOCUMENTS_PER_BUNDESLAND_ESTIMATE,
      createdMs: Date.now(),
    }
    if (!(await jobIndex(c.env.DB).insert(spec, maxActiveJobs))) return refuse(c, slotTaken)
    await start(c, spec)
    c.header('Location', `${c.req.path}/${spec.id}`)
    return c.json({ id: spec.id, status: 'queued', message: 'Training job created' } as const, 200)
  })
  .openapi(getJobRoute, async (c) => {
    const row = await jobIndex(c.env.DB).find(c.req.valid('param').id)
    return row ? c.json(await live(c, row), 200) : refuse(c, jobNotFound)
  })
  .openapi(pauseRoute, async (c) => {
    const refusal = await refusalOf(c, c.req.valid('param').id, 'pause')
    return refusal ? refuse(c, refusal) : c.json(done('Training paused'), 200)
  })
  .openapi(resumeRoute, async (c) => {
    const refusal = await refusalOf(c, c.req.valid('param').id, 'resume')
    return refusal ? refuse(c, refusal) : c.json(done('Training resumed'), 200)
  })
  .openapi(cancelRoute, async (c) => {
    const refusal = await refusalOf(c, c.req.valid('param').id, 'cancel')
    return refusal ? refuse(c, refusal) : c.json(done('Training cancelled'), 200)
  })
  .openapi(deleteRoute, async (c) => {
    const refusal = await refusalOf(c, c.req.valid('param').id, 'delete')
    return refusal ? refuse(c, refusal) : c.json(done('Job deleted'), 200)
  })
