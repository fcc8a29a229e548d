import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { done, doneResponse } from '../http/action.ts'
import { bodyLimit } from '../http/body-limit.ts'
import type { AppEnv } from '../http/env.ts'
import { linkHeader, linkNext } from '../http/pagination.ts'
import { invalidResponse, problemResponse } from '../http/problem.ts'
import { BODY_BYTES_MAX } from '../limits.ts'
import { commandJob, createJob, listJobs, readJob } from './operations.ts'
import { refuse } from './refusals.ts'
import { JobCreated, JobIdParam, JobListQuery, JobSnapshot, TrainingConfig } from './schema.ts'

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

/** Training jobs: create, look, pause, resume, cancel, delete. */
export const jobs = new OpenAPIHono<AppEnv>()
  .openapi(listRoute, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query')
    const page = await listJobs(c.env, filter, Number(cursor ?? Number.MAX_SAFE_INTEGER), limit)
    linkNext(c, page.next)
    return c.json(page.rows, 200)
  })
  .openapi(createJobRoute, async (c) => {
    const id = await createJob(c.env, c.req.valid('json'))
    if (id === null) return refuse(c, slotTaken)
    c.header('Location', `${c.req.path}/${id}`)
    return c.json({ id, status: 'queued', message: 'Training job created' } as const, 200)
  })
  .openapi(getJobRoute, async (c) => {
    const job = await readJob(c.env, c.req.valid('param').id)
    return job ? c.json(job, 200) : refuse(c, jobNotFound)
  })
  .openapi(pauseRoute, async (c) => {
    const refusal = await commandJob(c.env, c.req.valid('param').id, 'pause')
    return refusal ? refuse(c, refusal) : c.json(done('Training paused'), 200)
  })
  .openapi(resumeRoute, async (c) => {
    const refusal = await commandJob(c.env, c.req.valid('param').id, 'resume')
    return refusal ? refuse(c, refusal) : c.json(done('Training resumed'), 200)
  })
  .openapi(cancelRoute, async (c) => {
    const refusal = await commandJob(c.env, c.req.valid('param').id, 'cancel')
    return refusal ? refuse(c, refusal) : c.json(done('Training cancelled'), 200)
  })
  .openapi(deleteRoute, async (c) => {
    const refusal = await commandJob(c.env, c.req.valid('param').id, 'delete')
    return refusal ? refuse(c, refusal) : c.json(done('Job deleted'), 200)
  })
