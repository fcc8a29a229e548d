import { z } from '@hono/zod-openapi'
import { SHA256_PATTERN } from '../../http/repr-digest.ts'
import { JobIdParam } from '../../jobs/http/parameters.ts'
import type { OpenUpload } from '../../jobs/object/uploads.ts'
import {
  ARTIFACT_PART_BYTES_MAX,
  ARTIFACT_PART_BYTES_MIN,
  ARTIFACT_PARTS_MAX,
  ARTIFACT_TYPE_LENGTH_MAX,
} from '../../platform/limits.ts'
import { ArtifactPath } from './schema.ts'

/** What is sent and shown of files that come in parts. */

const id = { example: '17', description: 'Id of the upload within its job' }
const partSize = { example: 33_554_432, description: 'Bytes of each part but the last, from 5 MiB to 100 MB' }

const number = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number)
    .pipe(z.int().max(max))

const UploadId = number(999_999_999).openapi({ type: 'string', pattern: '^[1-9]\\d{0,8}$', ...id })

export const UploadParams = JobIdParam.extend({ upload: UploadId })

export const PartParams = UploadParams.extend({
  part: number(ARTIFACT_PARTS_MAX).openapi({
    type: 'integer',
    minimum: 1,
    maximum: ARTIFACT_PARTS_MAX,
    example: 1,
    description: 'Number of the part, from 1',
  }),
})

export const UploadInput = z
  .object({
    path: ArtifactPath,
    size: z.int().min(1).openapi({ example: 1_073_741_824, description: 'Bytes of the whole file' }),
    sha256: z.string().regex(SHA256_PATTERN, 'Must be 64 hexadecimal digits, in lower case').openapi({
      example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      description: 'SHA-256 of the whole file, in hex',
    }),
    part_size: z.int().min(ARTIFACT_PART_BYTES_MIN).max(ARTIFACT_PART_BYTES_MAX).openapi(partSize),
    content_type: z
      .string()
      .max(ARTIFACT_TYPE_LENGTH_MAX)
      .optional()
      .openapi({ example: 'application/octet-stream', description: 'Media type of the file' }),
  })
  .refine(({ size, part_size }) => size <= part_size * ARTIFACT_PARTS_MAX, {
    message: `A file has at most ${ARTIFACT_PARTS_MAX} parts; choose larger ones`,
    path: ['part_size'],
  })
  .openapi('UploadInput', { description: 'A file that is to come in parts' })

export const Upload = z
  .object({
    id: z.string().openapi(id),
    path: z.string().openapi({ example: 'model/weights.bin', description: 'Path of the file within its job' }),
    size: z.int().openapi({ example: 1_073_741_824, description: 'Bytes of the whole file' }),
    sha256: z.string().openapi({ example: 'e3b0c4…', description: 'SHA-256 of the whole file, in hex' }),
    part_size: z.int().openapi(partSize),
    parts: z.int().openapi({ example: 32, description: 'How many parts there are to come' }),
    received: z.array(z.int()).openapi({ example: [1, 2], description: 'The numbers of those that have come' }),
  })
  .openapi('Upload', { description: 'A file that comes in parts' })

export const Verification = z
  .object({
    sha256: z.string().openapi({ example: 'e3b0c4…', description: 'SHA-256 of the bytes that are stored, in hex' }),
    verified: z.boolean().openapi({ example: true, description: 'Whether it is the one that was announced' }),
  })
  .openapi('Verification', { description: 'The bytes of a file, read once' })

/** An upload as the API shows it. */
export const uploadShown = ({ upload, received }: OpenUpload) => ({
  id: String(upload.number),
  path: upload.path,
  size: upload.size,
  sha256: upload.sha256,
  part_size: upload.partSize,
  parts: Math.ceil(upload.size / upload.partSize),
  received,
})
