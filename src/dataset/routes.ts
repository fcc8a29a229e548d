import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../auth/env.ts'
import { success, successResponse } from '../http/action-result.ts'
import { differing } from '../http/differing.ts'
import { jsonBody } from '../http/json-body.ts'
import { linkHeader, linkNext } from '../http/pagination.ts'
import { invalid, invalidResponse, problem, problemResponse } from '../http/problem.ts'
import { DATASET_BODY_BYTES_MAX, DOC_TYPES_MAX, DOCUMENTS_MAX } from '../platform/limits.ts'
import { datasetStats, type ExceededLimit, listDocuments, removeDocument, storeDocuments } from './documents.ts'
import { DatasetStats, Document, DocumentIdParam, DocumentQuery, Upload, UploadCounts } from './schema.ts'

const tags = ['Dataset']
const json = <T extends z.ZodType>(description: string, schema: T) => ({
  description,
  content: { 'application/json': { schema } },
})

const getStats = createRoute({
  method: 'get',
  path: '/dataset/stats',
  tags,
  summary: 'Counts of the dataset',
  description: differing(
    'Everything is counted, and Bundesländer are upper-case codes; only what is not zero is named.',
  ),
  responses: { 200: json('The counts, without those that are zero', DatasetStats) },
})

const putDocuments = createRoute({
  method: 'put',
  path: '/dataset/documents',
  tags,
  summary: 'Upload documents atomically',
  description:
    'Adds documents with new ids and overwrites existing ones: all of them or none. Repeating an upload is safe. The ' +
    `maximum size of the body is ${DATASET_BODY_BYTES_MAX / 1024 / 1024} MiB.`,
  middleware: jsonBody(DATASET_BODY_BYTES_MAX),
  request: { body: { required: true, content: { 'application/json': { schema: Upload } } } },
  responses: {
    200: json('How many documents were new, changed and unchanged', UploadCounts),
    ...invalidResponse,
  },
})

const getDocuments = createRoute({
  method: 'get',
  path: '/dataset/documents',
  tags,
  summary: 'Documents, ordered by id',
  request: { query: DocumentQuery },
  responses: { 200: { ...json('A page of documents', z.array(Document)), headers: linkHeader }, ...invalidResponse },
})

const deleteDocument = createRoute({
  method: 'delete',
  path: '/dataset/documents/{id}',
  tags,
  summary: 'Delete a document from the dataset',
  request: { params: DocumentIdParam },
  responses: {
    ...successResponse,
    404: problemResponse('`Document not found`', 'not-found'),
  },
})

const limitMessages: Record<ExceededLimit, string> = {
  too_many_documents: `The dataset would exceed ${DOCUMENTS_MAX} documents; delete some first`,
  too_many_doc_types: `The dataset would exceed ${DOC_TYPES_MAX} document types`,
}

/** The dataset: documents that models may be trained on. */
export const dataset = new OpenAPIHono<AppEnv>()
  .openapi(getStats, async (c) => c.json(await datasetStats(c.env.DB), 200))
  .openapi(putDocuments, async (c) => {
    const result = await storeDocuments(c.env.DB, c.req.valid('json').documents)
    if (typeof result === 'object') return c.json(result, 200)
    return invalid(c, [{ loc: ['body', 'documents'], msg: limitMessages[result], type: result }])
  })
  .openapi(getDocuments, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query')
    const page = await listDocuments(c.env.DB, filter, cursor ?? '', limit)
    linkNext(c, page.next)
    return c.json(page.rows, 200)
  })
  .openapi(deleteDocument, async (c) => {
    const existed = await removeDocument(c.env.DB, c.req.valid('param').id)
    return existed
      ? c.json(success('Document deleted'), 200)
      : problem(c, 404, 'Document not found', { kind: 'not-found' })
  })
