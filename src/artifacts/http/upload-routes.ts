import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../auth/env.ts'
import { noteValidJobToken } from '../../auth/job-token-verdict.ts'
import { success, successResponse } from '../../http/action-result.ts'
import { jsonBody } from '../../http/json-body.ts'
import { invalid, invalidResponse, problemResponse } from '../../http/problem.ts'
import { readReprDigest } from '../../http/repr-digest.ts'
import { sentBytes, sentBytesResponses } from '../../http/sent-bytes.ts'
import { verifyArtifact } from '../../jobs/artifacts.ts'
import { JobIdParam } from '../../jobs/http/parameters.ts'
import { refusalResponse } from '../../jobs/http/refusals.ts'
import { abortUpload, completeUpload, findUpload, openUpload, putPart } from '../../jobs/uploads.ts'
import { ARTIFACT_BUFFERED_BYTES_MAX, ARTIFACT_PART_BYTES_MAX, BODY_BYTES_MAX } from '../../platform/limits.ts'
import { readResponses, refuseArtifact, writeResponses } from './refuse.ts'
import { artifactShown, askerOf, notADigest } from './routes.ts'
import { Artifact, ArtifactPath, Bytes, DigestHeader, mediaType } from './schema.ts'
import { PartParams, Upload, UploadInput, UploadParams, uploadShown, Verification } from './upload-schema.ts'

const tags = ['Artifacts']

const noUpload = { ...readResponses, ...refusalResponse('upload_not_found') }

const openRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/uploads',
  tags,
  summary: 'Begin to store a file in parts',
  description:
    'For files of more than 100 MB. The same path and digest again, while the upload is open, is the same upload: ask so which ' +
    'parts have come. An upload that nobody continues is given up after a day.',
  request: {
    params: JobIdParam,
    body: { required: true, content: { 'application/json': { schema: UploadInput } } },
  },
  middleware: jsonBody(BODY_BYTES_MAX),
  responses: {
    200: { description: 'It was open before', content: { 'application/json': { schema: Upload } } },
    201: { description: 'Begun', content: { 'application/json': { schema: Upload } } },
    204: { description: 'The file is there, with this content' },
    ...writeResponses,
    413: problemResponse('`A job has at most 10000 files, …`', 'artifacts-full'),
    ...invalidResponse,
  },
})

const showRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}/uploads/{upload}',
  tags,
  summary: 'An upload, and which of its parts have come',
  request: { params: UploadParams },
  responses: {
    200: { description: 'The upload', content: { 'application/json': { schema: Upload } } },
    ...noUpload,
    ...invalidResponse,
  },
})

const partRoute = createRoute({
  method: 'put',
  path: '/jobs/{id}/uploads/{upload}/parts/{part}',
  tags,
  summary: 'Store a part of a file',
  description: 'In any order, each as often as is needed. Every part but the last has `part_size` bytes.',
  request: {
    params: PartParams,
    headers: DigestHeader,
    body: { required: true, content: { 'application/octet-stream': { schema: Bytes } } },
  },
  responses: {
    204: { description: 'Stored, now or before' },
    ...noUpload,
    ...sentBytesResponses('`A part has at most 100000000 bytes`'),
    ...invalidResponse,
  },
})

const completeRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/uploads/{upload}/complete',
  tags,
  summary: 'Make a file of its parts',
  request: { params: UploadParams },
  responses: {
    200: { description: 'It was complete before', content: { 'application/json': { schema: Artifact } } },
    201: { description: 'Stored', content: { 'application/json': { schema: Artifact } } },
    ...writeResponses,
    ...refusalResponse('upload_not_found'),
    ...refusalResponse('parts_missing'),
    413: problemResponse('`A job has at most 10000 files, …`', 'artifacts-full'),
    ...invalidResponse,
  },
})

const abortRoute = createRoute({
  method: 'delete',
  path: '/jobs/{id}/uploads/{upload}',
  tags,
  summary: 'Give an upload up',
  request: { params: UploadParams },
  responses: { ...successResponse, ...noUpload, ...invalidResponse },
})

const verifyRoute = createRoute({
  method: 'post',
  path: '/jobs/{id}/artifacts/{path}{[^]+}',
  tags,
  summary: 'Verify the digest of a file that came in parts',
  description:
    'Reads the whole file once. R2 knows no digest of a file that came in parts: only that of each part was checked.',
  request: {
    params: JobIdParam.extend({ path: ArtifactPath }),
    query: z.object({ verify: z.literal('true').openapi({ example: 'true', description: 'Required' }) }),
  },
  responses: {
    200: { description: 'Read', content: { 'application/json': { schema: Verification } } },
    ...readResponses,
    ...invalidResponse,
  },
})

/** Files that come in parts. */
export const uploads = new OpenAPIHono<AppEnv>()
  .openapi(openRoute, async (c) => {
    const { path, size, sha256, part_size: partSize, content_type } = c.req.valid('json')
    const file = { path, size, sha256, partSize, type: mediaType(content_type) }
    const opened = await openUpload(c.env, c.req.valid('param').id, askerOf(c), file)
    if ('reason' in opened) return (await refuseArtifact(c, opened)) as never
    noteValidJobToken(c)
    if ('file' in opened) return c.body(null, 204)
    return opened.isNew ? c.json(uploadShown(opened), 201) : c.json(uploadShown(opened), 200)
  })
  .openapi(showRoute, async (c) => {
    const { id, upload } = c.req.valid('param')
    const found = await findUpload(c.env, id, askerOf(c), upload)
    if ('reason' in found) return (await refuseArtifact(c, found)) as never
    noteValidJobToken(c)
    return c.json(uploadShown(found), 200)
  })
  .openapi(partRoute, async (c) => {
    const { id, upload, part } = c.req.valid('param')
    const announced = readReprDigest(c.req.valid('header')['Repr-Digest'])
    if (announced === 'invalid') return invalid(c, [notADigest])
    const tooLarge = `A part has at most ${ARTIFACT_PART_BYTES_MAX} bytes`
    const sent = await sentBytes(c, ARTIFACT_PART_BYTES_MAX, ARTIFACT_BUFFERED_BYTES_MAX, tooLarge)
    if (sent instanceof Response) return sent as never
    const refusal = await putPart(c.env, id, askerOf(c), upload, part, { ...sent, announced })
    if (refusal?.reason === 'wrong_size') {
      const msg = `This part has ${refusal.size} bytes`
      return invalid(c, [{ loc: ['header', 'Content-Length'], msg, type: 'wrong_size' }])
    }
    if (refusal !== null) return (await refuseArtifact(c, refusal)) as never
    noteValidJobToken(c)
    return c.body(null, 204)
  })
  .openapi(completeRoute, async (c) => {
    const { id, upload } = c.req.valid('param')
    const stored = await completeUpload(c.env, id, askerOf(c), upload)
    if ('reason' in stored) return (await refuseArtifact(c, stored)) as never
    noteValidJobToken(c)
    return stored.isNew ? c.json(artifactShown(stored.file), 201) : c.json(artifactShown(stored.file), 200)
  })
  .openapi(abortRoute, async (c) => {
    const { id, upload } = c.req.valid('param')
    const refusal = await abortUpload(c.env, id, askerOf(c), upload)
    if (refusal !== null) return (await refuseArtifact(c, refusal)) as never
    noteValidJobToken(c)
    return c.json(success('Upload given up'), 200)
  })
  .openapi(verifyRoute, async (c) => {
    const { id, path } = c.req.valid('param')
    const verification = await verifyArtifact(c.env, id, askerOf(c), path)
    if ('reason' in verification) return (await refuseArtifact(c, verification)) as never
    noteValidJobToken(c)
    return c.json(verification, 200)
  })
