import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../auth/env.ts'
import { conditional, IfNoneMatch } from '../../http/preconditions.ts'
import { reprDigest } from '../../http/repr-digest.ts'
import { openDataset } from '../dataset.ts'
import { rejectDeadJobToken } from './dead-token.ts'
import { JobIdParam } from './parameters.ts'
import { jobNotFoundResponse, refusalResponse, refuse } from './refusals.ts'

const datasetHeaders = z.object({
  ETag: z.string().openapi({ description: 'The SHA-256 of the body, in hex', example: '"9f86d081…"' }),
  'Repr-Digest': z.string().openapi({
    description: 'The same as RFC 9530 has it',
    example: 'sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:',
  }),
})

const datasetRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}/dataset',
  tags: ['Jobs'],
  summary: 'The documents that a job trains on, as they were when it was created',
  description:
    'NDJSON, a document per line: `{"id","title","bundesland","doc_type","chunks","source_url"}`, by Bundesland code and by ' +
    'id within one. Documents that have been deleted or have lost their permission since are left out.',
  request: { params: JobIdParam, headers: IfNoneMatch },
  middleware: conditional(),
  responses: {
    200: {
      description: 'The documents',
      headers: datasetHeaders,
      content: { 'application/x-ndjson': { schema: z.string().openapi({ description: 'A JSON object per line' }) } },
    },
    304: { description: 'Not modified', headers: datasetHeaders.pick({ ETag: true }) },
    ...jobNotFoundResponse,
    ...refusalResponse('dataset_unknown'),
  },
})

/** What jobs train on. */
export const jobDatasets = new OpenAPIHono<AppEnv>().openapi(datasetRoute, async (c) => {
  const { id } = c.req.valid('param')
  const rejected = await rejectDeadJobToken(c, id)
  if (rejected !== null) return rejected as never
  const dataset = await openDataset(c.env, id)
  if ('reason' in dataset) return refuse(c, dataset)
  c.header('ETag', `"${dataset.sha256}"`)
  c.header('Repr-Digest', reprDigest(dataset.sha256))
  c.header('Content-Type', 'application/x-ndjson')
  return c.body(dataset.body, 200) as never
})
