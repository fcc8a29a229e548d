import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Credential } from '../../auth/credential.ts'
import type { AppEnv } from '../../auth/env.ts'
import { success, successResponse } from '../../http/action-result.ts'
import { differing } from '../../http/differing.ts'
import { jsonBody } from '../../http/json-body.ts'
import { linkHeader, linkNext } from '../../http/pagination.ts'
import { conditional, etagHeader, IfMatch, IfNoneMatch, parseIfMatch } from '../../http/preconditions.ts'
import { invalid, invalidResponse, problemResponse } from '../../http/problem.ts'
import { unknownFields } from '../../http/unknown-fields.ts'
import { BODY_BYTES_MAX, VALIDATION_ERRORS_MAX } from '../../platform/limits.ts'
import { createJob } from '../create-job.ts'
import type { CommandContext } from '../object/carry-out.ts'
import { commandJob, editJob, listJobs, readJob } from '../operations.ts'
import { rejectDeadJobToken } from './dead-token.ts'
import { JobEdit } from './edit-schema.ts'
import { editsOf, etagOf, revisionsOf } from './etag.ts'
import { JobListQuery, keyOf, listOf, shortPages } from './list-query.ts'
import { CreateQuery, GraceQuery, IdempotencyHeader, JobIdParam, ResumeQuery } from './parameters.ts'
import { jobNotFound, jobNotFoundResponse, refusalResponse, refuse } from './refusals.ts'
import { JobCreated, JobSnapshot, TrainingConfigInput } from './schema.ts'

const tags = ['Jobs']

/** The responses of every command. */
const commandResponses = {
  ...successResponse,
  ...jobNotFoundResponse,
  ...refusalResponse('changed'),
  ...refusalResponse('unavailable'),
}

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

const pauseRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/pause',
  tags,
  summary: 'Pause a job that prepares or trains, and free its slot',
  description: 'A paused job that waits in the queue leaves it and stays paused.',
  request: { params: JobIdParam, query: GraceQuery, headers: IfMatch },
  responses: {
    ...commandResponses,
    ...invalidResponse,
    400: problemResponse('`Job is not running`, has been paused too often, or is being cancelled', 'not-running'),
  },
})

const resumeRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/resume',
  tags,
  summary: 'Resume a paused job where it left off',
  description: `${differing('Training resumes at the step where it stopped; if no slot is free, the answer is 409.')}

With \`when_busy=queue\` and no free slot, the answer is 200 with \`Training will resume when a slot is free\`. The actor of the
request is then also the actor of the later \`resumed\` event.`,
  request: { params: JobIdParam, query: ResumeQuery, headers: IfMatch },
  responses: {
    ...commandResponses,
    ...refusalResponse('not_paused'),
    409: problemResponse('`Another training job is already running`, or the queue is full', 'slot-taken'),
    ...invalidResponse,
  },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/cancel',
  tags,
  summary: 'Cancel a job permanently',
  description: differing('A finished job stays as it is (400).'),
  request: { params: JobIdParam, query: GraceQuery, headers: IfMatch },
  responses: {
    ...commandResponses,
    ...invalidResponse,
    400: problemResponse('The job has finished: `Job is already completed`', 'already'),
  },
})

const giveUpRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/give-up',
  tags,
  summary: "Give up a runner's attempt, whose process may still run",
  description:
    'At once, nothing that the attempt says counts any more. Then what was requested of it happens; if nothing was, other ' +
    'runners may claim the job, and go on from its last checkpoint.',
  request: { params: JobIdParam, headers: IfMatch },
  responses: { ...commandResponses, ...refusalResponse('no_attempt') },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/jobs/{id}',
  tags,
  summary: 'Delete a job that is not running; its model version is kept',
  description: differing('A job that is preparing or validating cannot be deleted either (400).'),
  request: { params: JobIdParam, headers: IfMatch },
  responses: {
    ...commandResponses,
    ...refusalResponse('running'),
  },
})

/** The actor of a command, and the revisions that it may act on. */
const contextOf = (c: Context<AppEnv>, headers: z.output<typeof IfMatch>): CommandContext => ({
  actor: c.get('actor'),
  revisions: revisionsOf(parseIfMatch(headers['If-Match'])),
})

/** A key belongs to a credential; a new token with the name of a revoked one is another credential. */
const sentKey = ({ actor, tokenId }: Credential, text: string | undefined) =>
  text === undefined ? null : { credential: tokenId === null ? actor : `${actor} ${tokenId}`, text }

/** Training jobs: create, read, pause, resume, cancel, delete. */
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
    if ('reason' in created && created.reason === 'no_checkpoint') return refuse(c, created, ['body', 'resume_from'])
    if ('reason' in created) return refuse(c, created, ['header', 'Idempotency-Key'])
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
  .openapi(pauseRoute, async (c) => {
    const context = { ...contextOf(c, c.req.valid('header')), graceS: c.req.valid('query').grace_s }
    const outcome = await commandJob(c.env, c.req.valid('param').id, 'pause', context)
    if (outcome === 'requested') return c.json(success('Pause requested'), 200)
    return outcome ? refuse(c, outcome) : c.json(success('Training paused'), 200)
  })
  .openapi(resumeRoute, async (c) => {
    const context = contextOf(c, c.req.valid('header'))
    const mayWait = c.req.valid('query').when_busy === 'queue'
    const outcome = await commandJob(c.env, c.req.valid('param').id, 'resume', { ...context, mayWait })
    if (outcome === 'queued') return c.json(success('Training will resume when a slot is free'), 200)
    return outcome ? refuse(c, outcome) : c.json(success('Training resumed'), 200)
  })
  .openapi(cancelRoute, async (c) => {
    const context = { ...contextOf(c, c.req.valid('header')), graceS: c.req.valid('query').grace_s }
    const outcome = await commandJob(c.env, c.req.valid('param').id, 'cancel', context)
    if (outcome === 'requested') return c.json(success('Cancellation requested'), 200)
    return outcome ? refuse(c, outcome) : c.json(success('Training cancelled'), 200)
  })
  .openapi(giveUpRoute, async (c) => {
    const refusal = await commandJob(c.env, c.req.valid('param').id, 'give_up', contextOf(c, c.req.valid('header')))
    return refusal ? refuse(c, refusal) : c.json(success('The attempt was given up; its process may still run'), 200)
  })
  .openapi(deleteRoute, async (c) => {
    const refusal = await commandJob(c.env, c.req.valid('param').id, 'delete', contextOf(c, c.req.valid('header')))
    return refusal ? refuse(c, refusal) : c.json(success('Job deleted'), 200)
  })
