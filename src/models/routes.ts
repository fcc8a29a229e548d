import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { done, doneResponse } from '../http/action.ts'
import type { AppEnv } from '../http/env.ts'
import { linkHeader, linkNext } from '../http/pagination.ts'
import { conditional, etagHeader, IfMatch, IfNoneMatch, tagsIn } from '../http/preconditions.ts'
import { invalidResponse, problem, problemResponse } from '../http/problem.ts'
import { registry } from './registry.ts'
import { ModelVersion, VersionIdParam, VersionListQuery } from './schema.ts'

const tags = ['Models']
const notFound = { 404: problemResponse('`Model version not found`', 'not-found') }

const changedText = 'Model version has changed since: look at it again before you decide'
const changed = { 412: problemResponse(`\`${changedText}\``, 'changed') }

/** Whether it is in use is all that ever changes about a version. */
const etagOf = ({ version, is_active }: ModelVersion) => `"${version}-${is_active ? 'active' : 'inactive'}"`

/** Whether the version is other than a command's If-Match has it. */
async function hasChanged(db: D1Database, id: string, headers: z.output<typeof IfMatch>): Promise<boolean> {
  const tags = tagsIn(headers['If-Match'])
  const version = tags && (await registry(db).find(id))
  return version !== null && !tags?.includes(etagOf(version))
}

const listRoute = createRoute({
  method: 'get',
  path: '/models',
  tags,
  summary: 'Model versions, newest first',
  request: { query: VersionListQuery },
  responses: {
    200: {
      description: 'A page',
      headers: linkHeader,
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
  request: { params: VersionIdParam, headers: IfNoneMatch },
  middleware: conditional(),
  responses: {
    200: { description: 'The version', headers: etagHeader, content: { 'application/json': { schema: ModelVersion } } },
    304: { description: 'It is as the ETag has it' },
    ...notFound,
  },
})

const activateRoute = createRoute({
  method: 'post',
  path: '/models/{id}/activate',
  tags,
  summary: 'Put a version into use, in place of the one that is',
  request: { params: VersionIdParam, headers: IfMatch },
  responses: { ...doneResponse, ...notFound, ...changed },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/models/{id}',
  tags,
  summary: 'Delete a version that is not in use',
  request: { params: VersionIdParam, headers: IfMatch },
  responses: {
    ...doneResponse,
    400: problemResponse('`Cannot delete active model`', 'active-model'),
    ...notFound,
    ...changed,
  },
})

/** Model versions: what training produced, and which one of each type is in use. */
export const models = new OpenAPIHono<AppEnv>()
  .openapi(listRoute, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query')
    const page = await registry(c.env.DB).list(filter, Number(cursor ?? Number.MAX_SAFE_INTEGER), limit)
    linkNext(c, page.next)
    return c.json(page.rows, 200)
  })
  .openapi(getRoute, async (c) => {
    const version = await registry(c.env.DB).find(c.req.valid('param').id)
    if (version === null) return problem(c, 404, 'Model version not found', { kind: 'not-found' })
    c.header('ETag', etagOf(version))
    return c.json(version, 200)
  })
  .openapi(activateRoute, async (c) => {
    const { id } = c.req.valid('param')
    if (await hasChanged(c.env.DB, id, c.req.valid('header'))) return problem(c, 412, changedText, { kind: 'changed' })
    const activated = await registry(c.env.DB).activate(id)
    if (!activated) return problem(c, 404, 'Model version not found', { kind: 'not-found' })
    return c.json(done('Model activated'), 200)
  })
  .openapi(deleteRoute, async (c) => {
    const { id } = c.req.valid('param')
    if (await hasChanged(c.env.DB, id, c.req.valid('header'))) return problem(c, 412, changedText, { kind: 'changed' })
    const outcome = await registry(c.env.DB).remove(id)
    switch (outcome) {
      case 'deleted':
        return c.json(done('Model deleted'), 200)
      case 'active':
        return problem(c, 400, 'Cannot delete active model', { kind: 'active-model' })
      case 'not_found':
        return problem(c, 404, 'Model version not found', { kind: 'not-found' })
    }
  })
