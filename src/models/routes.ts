import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../auth/env.ts'
import { success, successResponse } from '../http/action-result.ts'
import { differing } from '../http/differing.ts'
import { linkHeader, linkNext } from '../http/pagination.ts'
import { conditional, IfNoneMatch, ifMatch, parseIfMatch } from '../http/preconditions.ts'
import { invalidResponse, problemResponse } from '../http/problem.ts'
import { etagOf, etagOfActive, statesFromTags } from './etag.ts'
import { refuse } from './refusals.ts'
import { registry } from './registry.ts'
import { ModelVersion, VersionIdParam, VersionListQuery } from './schema.ts'
import { listTrainedOn } from './trained-on.ts'

const tags = ['Models']
const notFound = { 404: problemResponse('`Model version not found`', 'not-found') }
const changed = { 412: problemResponse('`v4.0 is active now. Fetch the versions again and retry.`', 'changed') }

const tag = z.string().openapi({
  description:
    'A strong entity tag for the `If-Match` of commands to versions of this type; changes when another one is activated',
  example: '"zeugnis.7-active"',
})

const IfSameActive = ifMatch(
  'An ETag of a version of the same type, or of the list of its active version: 412 if another version has been ' +
    'activated since, also by a completed job, and even if the earlier one is active again. Without it, or with `*`, ' +
    'the command is unconditional',
  '"zeugnis.7-active"',
)

const listRoute = createRoute({
  method: 'get',
  path: '/models',
  tags,
  summary: 'Model versions, newest first',
  description: differing('Versions come newest first, in pages of 50; one version of each model type is active.'),
  request: { query: VersionListQuery },
  responses: {
    200: {
      description:
        'A page of versions. With `active=true` and one `model_type`, its ETag can be used for commands to versions of ' +
        'this type; a list is never answered with 304',
      headers: linkHeader.extend({ ETag: tag.optional().openapi({ example: '"zeugnis.7"' }) }),
      content: { 'application/json': { schema: z.array(ModelVersion) } },
    },
    ...invalidResponse,
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/models/{id}',
  tags,
  summary: 'One model version',
  description: differing('Versions are numbered per model type, and numbers are never reused.'),
  request: { params: VersionIdParam, headers: IfNoneMatch },
  middleware: conditional(),
  responses: {
    200: {
      description: 'The version',
      headers: z.object({ ETag: tag }),
      content: { 'application/json': { schema: ModelVersion } },
    },
    304: { description: 'Not modified' },
    ...notFound,
  },
})

const activateRoute = createRoute({
  method: 'post',
  path: '/models/{id}/activate',
  tags,
  summary: 'Activate a version in place of the active one',
  request: { params: VersionIdParam, headers: IfSameActive },
  responses: { ...successResponse, ...notFound, ...changed },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/models/{id}',
  tags,
  summary: 'Delete an inactive version',
  description: 'If the version is active and `If-Match` does not match either, the response is 412.',
  request: { params: VersionIdParam, headers: IfSameActive },
  responses: {
    ...successResponse,
    400: problemResponse('`Cannot delete active model`', 'active-model'),
    ...notFound,
    ...changed,
  },
})

/** Model versions: what jobs produced, and which version of each type is active. */
export const models = new OpenAPIHono<AppEnv>()
  .openapi(listRoute, async (c) => {
    const { limit, cursor, trained_on, ...filter } = c.req.valid('query')
    const before = Number(cursor ?? Number.MAX_SAFE_INTEGER)
    if (trained_on !== undefined) {
      const page = await listTrainedOn(c.env.DB, trained_on, filter, before, limit)
      linkNext(c, page.next)
      return c.json(page.rows, 200)
    }
    const [type, ...others] = filter.model_type ?? []
    if (!filter.active || type === undefined || others.length > 0) {
      const page = await registry(c.env.DB).list(filter, before, limit)
      linkNext(c, page.next)
      return c.json(page.rows, 200)
    }
    const { rows, activations } = await registry(c.env.DB).listActive(type, before)
    c.header('ETag', etagOfActive({ model_type: type, activations }))
    return c.json(rows, 200)
  })
  .openapi(getRoute, async (c) => {
    const match = await registry(c.env.DB).find(c.req.valid('param').id)
    if (match === null) return refuse(c, { reason: 'not_found' } as const)
    c.header('ETag', etagOf(match))
    return c.json(match.version, 200)
  })
  .openapi(activateRoute, async (c) => {
    const { id } = c.req.valid('param')
    const refusal = await registry(c.env.DB).activate(
      id,
      statesFromTags(parseIfMatch(c.req.valid('header')['If-Match'])),
    )
    return refusal ? refuse(c, refusal) : c.json(success('Model activated'), 200)
  })
  .openapi(deleteRoute, async (c) => {
    const { id } = c.req.valid('param')
    const refusal = await registry(c.env.DB).remove(id, statesFromTags(parseIfMatch(c.req.valid('header')['If-Match'])))
    return refusal ? refuse(c, refusal) : c.json(success('Model deleted'), 200)
  })
