import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { success, successResponse } from '../../http/action-result.ts'
import { differing } from '../../http/differing.ts'
import { IfMatch, parseIfMatch } from '../../http/preconditions.ts'
import { invalidResponse, problemResponse } from '../../http/problem.ts'
import type { CommandContext } from '../object/carry-out.ts'
import { commandJob } from '../operations.ts'
import { revisionsOf } from './etag.ts'
import { GraceQuery, JobIdParam, ResumeQuery } from './parameters.ts'
import { jobNotFoundResponse, refusalResponse, refuse } from './refusals.ts'

const tags = ['Jobs']

/** The responses of every command. */
const commandResponses = {
  ...successResponse,
  ...jobNotFoundResponse,
  ...refusalResponse('changed'),
  ...refusalResponse('unavailable'),
}

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

/** Commands on training jobs: pause, resume, cancel, give up, delete. */
export const commands = new OpenAPIHono<AppEnv>()
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
