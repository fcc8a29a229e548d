import { z } from '@hono/zod-openapi'
import { instant } from '../../http/instant.ts'
import { limitParam } from '../../http/pagination.ts'
import { ARTIFACT_PATH_BYTES_MAX, ARTIFACT_TYPE_LENGTH_MAX } from '../../platform/limits.ts'
import { pathError } from '../../shared/artifact-path.ts'

const path = { example: 'checkpoints/step-120/model.bin', description: 'Path of the file within its job' }

/** The path of a file. */
export const ArtifactPath = z
  .string()
  .superRefine((value, ctx) => {
    const error = pathError(value, ARTIFACT_PATH_BYTES_MAX)
    if (error !== null) ctx.addIssue({ code: 'custom', message: error, params: { type: 'invalid_path' } })
  })
  .openapi({ ...path, format: 'artifact-path' })

const Sha256 = z.string().openapi({
  example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  description: 'SHA-256 of its content, in hex',
})

const Sha256Proven = z.boolean().openapi({
  example: true,
  description:
    'Whether the digest was computed over its content; false: whoever sent it in parts has announced it, and only the parts ' +
    'were checked',
})

/** A file of a job. */
export const Artifact = z
  .object({
    path: z.string().openapi(path),
    size: z.int().openapi({ example: 4_096, description: 'Bytes' }),
    sha256: Sha256,
    sha256_proven: Sha256Proven,
    content_type: z.string().openapi({ example: 'application/octet-stream', description: 'As it was stored' }),
    created_at: instant('When it was stored'),
    attempt: z
      .int()
      .nullable()
      .openapi({ example: 1, description: 'The attempt that stored it; null: an operator, or another job' }),
  })
  .openapi('Artifact', { description: 'A file of a job' })

/** A file of a model version. */
export const VersionFile = z
  .object({
    path: z.string().openapi({ example: 'model.bin', description: "Path of the file within the model's folder" }),
    size: z.int().openapi({ example: 4_096, description: 'Bytes' }),
    sha256: Sha256,
    sha256_proven: Sha256Proven,
    content_type: z.string().openapi({ example: 'application/octet-stream', description: 'As it was stored' }),
  })
  .openapi('VersionFile', { description: 'A file of a model version' })

/** A media type; another text is stored as application/octet-stream. */
export const mediaType = (header: string | undefined): string =>
  header !== undefined &&
  header.length <= ARTIFACT_TYPE_LENGTH_MAX &&
  /^[\w.+-]+\/[\w.+-]+(\s*;[\x20-\x7e]*)?$/.test(header)
    ? header
    : 'application/octet-stream'

export const ArtifactListQuery = z.object({
  prefix: z
    .string()
    .max(ARTIFACT_PATH_BYTES_MAX)
    .default('')
    .openapi({ default: '', description: 'Only paths that begin so, such as `checkpoints/`' }),
  after: z
    .string()
    .max(ARTIFACT_PATH_BYTES_MAX)
    .default('')
    .openapi({ default: '', description: 'Only paths after this one' }),
  limit: limitParam,
})

/** Headers of a file that is sent. */
export const FileHeaders = z.object({
  ETag: z.string().openapi({ description: 'Its SHA-256 in hex', example: '"e3b0c4…"' }),
  'Repr-Digest': z.string().openapi({ description: 'Its SHA-256 (RFC 9530)', example: 'sha-256=:47DEQp…=:' }),
  'Content-Disposition': z
    .string()
    .openapi({ description: 'Always an attachment', example: "attachment; filename*=UTF-8''model.bin" }),
  'Accept-Ranges': z.literal('bytes').openapi({ description: 'Some of its bytes can be asked for' }),
})

/** Headers of a request for a file. */
export const FileRequestHeaders = z.object({
  Range: z.string().optional().openapi({ description: 'Some bytes, such as `bytes=0-1023`', example: 'bytes=0-1023' }),
  'If-Range': z.string().optional().openapi({ description: 'An ETag; of another file, everything is sent' }),
  'If-None-Match': z.string().optional().openapi({ description: 'An ETag; if it matches, the response is 304' }),
})

/** Headers of a file, or part, that is stored. */
export const DigestHeader = z.object({
  'Repr-Digest': z.string().optional().openapi({
    pattern: '^sha-256=:[A-Za-z0-9+/]{43}=:$',
    description: 'SHA-256 of the bytes, which they must have (RFC 9530). Without it, it is computed',
    example: 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  }),
})

/** Any bytes. */
export const Bytes = z.any().openapi({ type: 'string', format: 'binary', description: 'The bytes as they are' })
