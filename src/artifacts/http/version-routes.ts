import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../auth/env.ts'
import { limitParam, linkHeader, linkNext } from '../../http/pagination.ts'
import { invalidResponse, problemResponse } from '../../http/problem.ts'
import { openArtifact } from '../../jobs/artifacts.ts'
import { refuse } from '../../models/refusals.ts'
import { registry } from '../../models/registry.ts'
import { VersionIdParam } from '../../models/schema.ts'
import { cutKeysetPage } from '../../platform/keyset-page.ts'
import { ARTIFACT_PATH_BYTES_MAX } from '../../platform/limits.ts'
import { ledger } from '../ledger.ts'
import { readResponses } from './refuse.ts'
import { ArtifactPath, FileRequestHeaders, VersionFile } from './schema.ts'
import { fileResponses, noFile, serveFile } from './serve.ts'

const tags = ['Models']

const listRoute = createRoute({
  method: 'get',
  path: '/models/{id}/files',
  tags,
  summary: 'Files of a model version, by path',
  request: {
    params: VersionIdParam,
    query: z.object({
      after: z
        .string()
        .max(ARTIFACT_PATH_BYTES_MAX)
        .default('')
        .openapi({ default: '', description: 'Only paths after this one' }),
      limit: limitParam,
    }),
  },
  responses: {
    200: {
      description: 'A page of files',
      headers: linkHeader,
      content: { 'application/json': { schema: z.array(VersionFile) } },
    },
    404: problemResponse('`Model version not found`', 'not-found'),
    ...invalidResponse,
  },
})

const { 404: notFound, 503: unavailable } = readResponses

const getRoute = createRoute({
  method: 'get',
  path: '/models/{id}/files/{path}{[^]+}',
  tags,
  summary: 'A file of a model version',
  description: 'Its address names an immutable content, whichever version is active.',
  request: { params: VersionIdParam.extend({ path: ArtifactPath }), headers: FileRequestHeaders },
  responses: {
    ...fileResponses,
    404: notFound,
    503: unavailable,
    ...invalidResponse,
  },
})

/** The files of model versions. */
export const versionFiles = new OpenAPIHono<AppEnv>()
  .openapi(listRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { after, limit } = c.req.valid('query')
    const files = await ledger(c.env.DB).versionFiles(id, after, limit + 1)
    if (files.length === 0 && (await registry(c.env.DB).find(id)) === null) {
      return refuse(c, { reason: 'not_found' } as const)
    }
    const page = cutKeysetPage(files, limit, ({ path }) => path)
    linkNext(c, page.next, 'after')
    return c.json(
      page.rows.map(({ path, size, sha256, isProven, type }) => {
        return { path, size, sha256, sha256_proven: isProven, content_type: type }
      }),
      200,
    )
  })
  .openapi(getRoute, async (c) => {
    const { id, path } = c.req.valid('param')
    const file = await ledger(c.env.DB).versionFile(id, path)
    if (file === null) return noFile(c)
    return (await serveFile(c, file, (span) => openArtifact(c.env, file, span))) as never
  })
