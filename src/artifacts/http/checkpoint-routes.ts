import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../auth/env.ts'
import { noteValidJobToken } from '../../auth/job-token-verdict.ts'
import { success, successResponse } from '../../http/action-result.ts'
import { jsonBody } from '../../http/json-body.ts'
import { invalidResponse } from '../../http/problem.ts'
import { listCheckpoints, registerCheckpoint } from '../../jobs/artifacts.ts'
import { Checkpoint } from '../../jobs/http/attempt-schema.ts'
import { JobIdParam } from '../../jobs/http/parameters.ts'
import { jobNotFound, jobNotFoundResponse, refusalResponse, refuse } from '../../jobs/http/refusals.ts'
import { attemptOverResponse, tokenHashOf } from '../../jobs/http/refuse-word.ts'
import { BODY_BYTES_MAX } from '../../platform/limits.ts'
import { refuseArtifact } from './refuse.ts'
import { ArtifactPath } from './schema.ts'

/** The body of `POST /jobs/{id}/checkpoints`. */
export const CheckpointInput = z
  .object({
    step: z.int().min(0).openapi({ example: 120, description: 'The last step that it contains' }),
    path: ArtifactPath.openapi({
      example: 'checkpoints/step-120',
      description: 'The folder of its files, or the path of its only one. They are uploaded before',
    }),
  })
  .openapi('CheckpointInput', { description: 'A checkpoint whose files are there' })

const tags = ['Artifacts']

const listRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}/checkpoints',
  tags,
  summary: 'Checkpoints of a job that are kept, oldest first',
  description: 'Those that another job can start from, with `resume_from`.',
  request: { params: JobIdParam },
  responses: {
    200: { description: 'At most two', content: { 'application/json': { schema: z.array(Checkpoint) } } },
    ...jobNotFoundResponse,
  },
})

const checkpointRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/checkpoints',
  tags,
  summary: 'Register a checkpoint',
  description:
    'With the token of the attempt, once its files are uploaded: from then on they do not change, and the job resumes from ' +
    'it. The newest two are kept. The same again gets the same answer.',
  request: {
    params: JobIdParam,
    body: { required: true, content: { 'application/json': { schema: CheckpointInput } } },
  },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    ...successResponse,
    ...jobNotFoundResponse,
    ...refusalResponse('checkpoint_empty'),
    ...attemptOverResponse,
    ...invalidResponse,
  },
})

/** Checkpoints of jobs. */
export const checkpoints = new OpenAPIHono<AppEnv>()
  .openapi(listRoute, async (c) => {
    const kept = await listCheckpoints(c.env, c.req.valid('param').id)
    if (kept === null) return refuse(c, jobNotFound)
    return c.json(
      kept.map(({ step, path }) => ({ step, checkpoint: path })),
      200,
    )
  })
  .openapi(checkpointRoute, async (c) => {
    const refusal = await registerCheckpoint(c.env, c.req.valid('param').id, tokenHashOf(c), c.req.valid('json'))
    if (refusal !== null) return (await refuseArtifact(c, refusal)) as never
    noteValidJobToken(c)
    return c.json(success('Checkpoint registered'), 200)
  })
