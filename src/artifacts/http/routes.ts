import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AppEnv } from '../../auth/env.ts'
import { noteValidJobToken } from '../../auth/job-token-verdict.ts'
import { success, successResponse } from '../../http/action-result.ts'
import { linkHeader, linkNext } from '../../http/pagination.ts'
import { invalid, invalidResponse } from '../../http/problem.ts'
import { readReprDigest } from '../../http/repr-digest.ts'
import { sentBytes, sentBytesResponses } from '../../http/sent-bytes.ts'
import { findArtifact, listArtifacts, openArtifact, putArtifact, removeArtifact } from '../../jobs/artifacts.ts'
import { JobIdParam } from '../../jobs/http/parameters.ts'
import { jobNotFoundResponse } from '../../jobs/http/refusals.ts'
import { attemptOverResponse } from '../../jobs/http/refuse-word.ts'
import type { StoredArtifact } from '../../jobs/object/artifact-store.ts'
import { ARTIFACT_BUFFERED_BYTES_MAX, ARTIFACT_PART_BYTES_MAX } from '../../platform/limits.ts'
import { timestamp } from '../../shared/timestamp.ts'
import { readResponses, refuseArtifact, writeResponses } from './refuse.ts'
import {
  Artifact,
  ArtifactListQuery,
  ArtifactPath,
  Bytes,
  DigestHeader,
  FileRequestHeaders,
  mediaType,
} from './schema.ts'
import { fileResponses, serveFile } from './serve.ts'

const tags = ['Artifacts']

const ArtifactParams = JobIdParam.extend({ path: ArtifactPath })

const listRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}/artifacts',
  tags,
  summary: 'Files of a job, by path',
  request: { params: JobIdParam, query: ArtifactListQuery },
  responses: {
    200: {
      description: 'A page of files',
      headers: linkHeader,
      content: { 'application/json': { schema: z.array(Artifact) } },
    },
    ...jobNotFoundResponse,
    ...attemptOverResponse,
    ...invalidResponse,
  },
})

const putRoute = createRoute({
  method: 'put',
  path: '/jobs/{id}/artifacts/{path}{[^]+}',
  tags,
  summary: 'Store a file',
  description:
    'Streamed, at most 100 MB; larger files come in parts. The same content again changes nothing. A live attempt may ' +
    'overwrite what attempts have stored, except the files of a registered checkpoint. A body without a ' +
    '`Content-Length` has at most 8 MiB.',
  request: {
    params: ArtifactParams,
    headers: DigestHeader,
    body: { required: true, content: { 'application/octet-stream': { schema: Bytes } } },
  },
  responses: {
    201: { description: 'Stored', content: { 'application/json': { schema: Artifact } } },
    204: { description: 'It was there with this content, or has replaced the one that was there' },
    ...writeResponses,
    ...sentBytesResponses('`Send files of more than 100000000 bytes in parts`, or the job has no room'),
    ...invalidResponse,
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/jobs/{id}/artifacts/{path}{[^]+}',
  tags,
  summary: 'A file of a job',
  request: { params: ArtifactParams, headers: FileRequestHeaders },
  responses: {
    ...fileResponses,
    ...readResponses,
    ...invalidResponse,
  },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/jobs/{id}/artifacts/{path}{[^]+}',
  tags,
  summary: 'Delete a file that nothing needs',
  request: { params: ArtifactParams },
  responses: { ...successResponse, ...writeResponses, ...invalidResponse },
})

/** Who asks, by the hash of a job token. Call it once the request may be answered. */
export const askerOf = (c: Context<AppEnv>): string | null => c.get('credential').jobToken?.hash ?? null

/** A file as the API shows it. */
export const artifactShown = ({ path, size, sha256, isProven, type, createdMs, attempt }: StoredArtifact) => ({
  path,
  size,
  sha256,
  sha256_proven: isProven,
  content_type: type,
  created_at: timestamp(createdMs),
  attempt,
})

/** Files of jobs: stored, read, listed, deleted. */
export const artifacts = new OpenAPIHono<AppEnv>()
  .openapi(listRoute, async (c) => {
    const page = await listArtifacts(c.env, c.req.valid('param').id, askerOf(c), c.req.valid('query'))
    if ('reason' in page) return (await refuseArtifact(c, page)) as never
    noteValidJobToken(c)
    linkNext(c, page.next, 'after')
    return c.json(page.rows.map(artifactShown), 200)
  })
  .openapi(putRoute, async (c) => {
    const { id, path } = c.req.valid('param')
    const sha256 = readReprDigest(c.req.valid('header')['Repr-Digest'])
    if (sha256 === 'invalid') return invalid(c, [notADigest])
    const tooLarge = `Send files of more than ${ARTIFACT_PART_BYTES_MAX} bytes in parts`
    const sent = await sentBytes(c, ARTIFACT_PART_BYTES_MAX, ARTIFACT_BUFFERED_BYTES_MAX, tooLarge)
    if (sent instanceof Response) return sent as never
    const file = { path, size: sent.size, sha256, type: mediaType(c.req.header('Content-Type')) }
    const stored = await putArtifact(c.env, id, askerOf(c), file, sent.bytes)
    if ('reason' in stored) return (await refuseArtifact(c, stored)) as never
    noteValidJobToken(c)
    return stored.isNew ? c.json(artifactShown(stored.file), 201) : c.body(null, 204)
  })
  .openapi(getRoute, async (c) => {
    const { id, path } = c.req.valid('param')
    const file = await findArtifact(c.env, id, askerOf(c), path)
    if ('reason' in file) return (await refuseArtifact(c, file)) as never
    noteValidJobToken(c)
    return (await serveFile(c, file, (span) => openArtifact(c.env, file, span))) as never
  })
  .openapi(deleteRoute, async (c) => {
    const { id, path } = c.req.valid('param')
    const refusal = await removeArtifact(c.env, id, askerOf(c), path)
    if (refusal !== null) return (await refuseArtifact(c, refusal)) as never
    noteValidJobToken(c)
    return c.json(success('File deleted'), 200)
  })

export const notADigest = {
  loc: ['header', 'Repr-Digest'],
  msg: 'Not a digest; expected sha-256=:<base64 of 32 bytes>:',
  type: 'invalid_digest',
}
