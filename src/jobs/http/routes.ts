import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Credential } from '../../auth/credential.ts'
import type { AppEnv } from '../../auth/env.ts'
import { differing } from '../../http/differing.ts'
import { jsonBody } from '../../http/json-body.ts'
import { linkHeader, linkNext } from '../../http/pagination.ts'
import { conditional, etagHeader, IfMatch, IfNoneMatch, parseIfMatch } from '../../http/preconditions.ts'
import { invalid, invalidResponse, problemResponse } from '../../http/problem.ts'
import { unknownFields } from '../../http/unknown-fields.ts'
import { BODY_BYTES_MAX, VALIDATION_ERRORS_MAX } from '../../platform/limits.ts'
import { createJob } from '../create-job.ts'
import { editJob, listJobs, readJob } from '../operations.ts'
import { rejectDeadJobToken } from './dead-token.ts'
import { JobEdit } from './edit-schema.ts'
import { editsOf, etagOf } from './etag.ts'
import { JobListQuery, keyOf, listOf, shortPages } from './list-query.ts'
import { CreateQuery, IdempotencyHeader, JobIdParam } from './parameters.ts'
import { jobNotFound, jobNotFoundResponse, refusalResponse, refuse } from './refusals.ts'
import { JobCreated, JobSnapshot, TrainingConfigInput } from './schema.ts'

const tags = ['Jobs']

const listRoute = createRoute({
  method: 'get',
  path: '/jobs',
  tags,
  summary: 'Jobs, by default the newest first',
  description: `${shortPages}\n\n${differing('Jobs come newest first, in pages of 50; the header Link leads to the next page.')}`,
  request: { query: JobListQuery },
  responses: {
    200: {
      description: 'A page of jobs, with live progress of those that hold a slot',
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
  description: differing(
    'A blank name, one of more than 200 characters or with control characters, an unknown Bundesland and an empty list of them are rejected (422).',
    'Bundesländer come back as upper-case codes, each once.',
    'A job holds a slot from its start, so 409 is also returned while another one prepares or validates.',
  ),
  request: {
    query: CreateQuery,
    headers: IdempotencyHeader,
    body: { required: true, content: { 'application/json': { schema: TrainingConfigInput } } },
  },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    200: {
      description: 'Created',
      headers: z.object({
        Location: z.string().openapi({
          example: '/api/v1/admin/training/jobs/5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11',
          description: 'The path of the job',
        }),
        'Idempotency-Replayed': z
          .literal('true')
          .optional()
          .openapi({ description: 'The job was created by an earlier request with this key' }),
      }),
      content: { 'application/json': { schema: JobCreated } },
    },
    409: problemResponse(
      '`Another training job is already running`, the queue is full, or there are too many jobs',
      'slot-taken',
    ),
    ...refusalResponse('job_deleted'),
    ...refusalResponse('no_checkpoint'),
    ...invalidResponse,
  },
})

const getJobRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}',
  tags,
  summary: 'One job, with live progress',
  description: differing(
    'Times are UTC with Z; estimated_completion is null while a job is paused and after its end; the states preparing and validating are shown.',
    'total_documents counts the documents that may be used for training, and documents_processed reaches it.',
  ),
  request: { params: JobIdParam, headers: IfNoneMatch },
  middleware: conditional(),
  responses: {
    200: { description: 'The job', headers: etagHeader, content: { 'application/json': { schema: JobSnapshot } } },
    304: { description: 'Not modified', headers: etagHeader },
    ...jobNotFoundResponse,
  },
})

const editJobRoute = createRoute({
  method: 'patch',
  path: '/jobs/{id}',
  tags,
  summary: "Edit a job's name, notes or tags, whatever its status",
  description:
    'Recorded in the event log. Changes neither `revision` nor what streams send. With `If-Match`, only edits since count; ' +
    'conversely, commands ignore edits.',
  request: {
    params: JobIdParam,
    headers: IfMatch,
    body: { required: true, content: { 'application/json': { schema: JobEdit } } },
  },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    200: { description: 'The job', headers: etagHeader, content: { 'application/json': { schema: JobSnapshot } } },
    ...jobNotFoundResponse,
    ...refusalResponse('edited_too_often'),
    ...refusalResponse('changed'),
    ...refusalResponse('unavailable'),
    ...invalidResponse,
  },
})

/** A key belongs to a credential; a new token with the name of a revoked one is another credential. */
const sentKey = ({ actor, tokenId }: Credential, text: string | undefined) =>
  text === undefined ? null : { credential: tokenId === null ? actor : `${actor} ${tokenId}`, text }

/** Training jobs: create, read, edit. */
export const jobs = new OpenAPIHono<AppEnv>()
  .openapi(listRoute, async (c) => {
    const { filter, page } = listOf(c.req.valid('query'))
    const { rows, next } = await listJobs(c.env, filter, page)
    linkNext(c, next && keyOf(page.sort, next))
    return c.json(rows, 200)
  })
  .openapi(createJobRoute, async (c) => {
    const { when_busy, strict } = c.req.valid('query')
    const warnings = unknownFields(await c.req.json(), TrainingConfigInput)
    if (strict && warnings.length > 0) return invalid(c, warnings)
    const { trainer, max_attempts, params, resume_from, notes, tags, ...config } = c.req.valid('json')
    const created = await createJob(c.env, c.executionCtx, config, {
      actor: c.get('actor'),
      labels: { notes, tags },
      mayWait: when_busy === 'queue',
      idempotencyKey: sentKey(c.get('credential'), c.req.valid('header')['Idempotency-Key']),
      options: {
        trainer,
        maxAttempts: max_attempts,
        params,
        resumeFrom: resume_from && { jobId: resume_from.job_id, step: resume_from.step },
      },
    })
    if ('reason' in created) {
      const isOfKey = created.reason === 'key_reused'
      return refuse(c, created, isOfKey ? ['header', 'Idempotency-Key'] : ['body', 'resume_from'])
    }
    c.header('Location', `${c.req.path}/${created.id}`)
    if (created.replayed) c.header('Idempotency-Replayed', 'true')
    const answer = { id: created.id, status: 'queued', message: 'Training job created' } as const
    return c.json(
      warnings.length === 0 ? answer : { ...answer, warnings: warnings.slice(0, VALIDATION_ERRORS_MAX) },
      200,
    )
  })
  .openapi(getJobRoute, async (c) => {
    const { id } = c.req.valid('param')
    const rejected = await rejectDeadJobToken(c, id)
    if (rejected !== null) return rejected as never
    const shown = await readJob(c.env, id)
    if (shown === null) return refuse(c, jobNotFound)
    c.header('ETag', etagOf(shown))
    return c.json(shown.job, 200)
  })
  .openapi(editJobRoute, async (c) => {
    const edits = editsOf(parseIfMatch(c.req.valid('header')['If-Match']))
    const context = { actor: c.get('actor'), edits }
    const edited = await editJob(c.env, c.req.valid('param').id, c.req.valid('json'), context)
    if ('reason' in edited) return refuse(c, edited)
    c.header('ETag', etagOf(edited))
    return c.json(edited.job, 200)
  })
