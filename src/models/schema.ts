import { z } from '@hono/zod-openapi'
import { DocumentId } from '../dataset/schema.ts'
import { BundeslandName } from '../http/bundesland.ts'
import { instant } from '../http/instant.ts'
import { cursorParam, limitParam } from '../http/pagination.ts'
import { booleanParam, repeatableParam } from '../http/validation.ts'
import { REGISTERED_NAME_LENGTH_MAX, SEARCHED_ROWS_MAX } from '../platform/limits.ts'
import { TrainingDataset } from './training-dataset.ts'
import { TrainingMetrics } from './training-metrics.ts'
import type * as version from './version.ts'

const VersionId = z
  .string()
  .openapi({ example: 'b7d0a3de-1c55-4d0e-8a53-6a3f7c1f5a90', description: 'Id of a model version' })

/** A model version in the API. */
export const ModelVersion = z
  .object({
    id: VersionId,
    job_id: z.string().openapi({
      example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11',
      description: 'The job that produced it, which may have been deleted since',
    }),
    version: z.string().openapi({ example: 'v3.0', description: 'Counted per model type; numbers are never reused' }),
    model_type: z.string().openapi({
      example: 'zeugnis',
      description: 'The kind of document that it reads; or another name under which a client of MLflow registered it',
    }),
    created_at: instant('When its job completed'),
    metrics: TrainingMetrics,
    is_active: z.boolean().openapi({ example: true, description: 'Whether it is the active version of its type' }),
    size_mb: z.number().openapi({
      example: 245.7,
      description: 'Size of its files in megabytes (10⁶ bytes); of a simulated one, an example',
    }),
    bundeslaender: z.array(BundeslandName).openapi({
      example: ['BY', 'HE'],
      description: 'The Bundesländer whose regulations it was trained on, as ISO 3166-2:DE codes',
    }),
    dataset: TrainingDataset.nullable().openapi({
      description: 'What it was trained on; null if its job was created before revisions of the dataset were kept',
    }),
    training_withdrawn: z
      .int()
      .nullable()
      .openapi({
        example: 0,
        description:
          'How many of the documents that it was trained on have been deleted or have lost their permission since; null if ' +
          'that is unknown',
      }),
    files: z.int().openapi({ example: 3, description: 'How many files it has; 0 for that of a simulated job' }),
    manifest_sha256: z.string().nullable().openapi({
      example: null,
      description: 'SHA-256 over the sorted lines `<sha256> <size> <path>` of its files, in hex; null without files',
    }),
    same_files_as: z
      .string()
      .nullable()
      .openapi({ example: null, description: 'The oldest version that has exactly the same files; null: none has' }),
  })
  .openapi('ModelVersion', {
    description: 'A model produced by a completed job',
  }) satisfies z.ZodType<version.ModelVersion>

export const VersionListQuery = z.object({
  limit: limitParam,
  cursor: cursorParam(/^\d{1,15}$/).optional(),
  model_type: repeatableParam(z.string().min(1).max(REGISTERED_NAME_LENGTH_MAX)).optional().openapi({
    description:
      'Only versions of these model types, or other registered names; may be repeated. Without it, those of all model types',
  }),
  active: booleanParam.optional().openapi({ description: 'Only active (true) or only inactive (false) versions' }),
  trained_on: DocumentId.optional().openapi({
    description:
      `Only versions that were trained on the document with this id. A page examines at most ${SEARCHED_ROWS_MAX} versions: ` +
      'it may be short, even empty, although more match: follow the `Link` header until it is absent. Versions whose ' +
      '`dataset` is null are never included',
  }),
})

export const VersionIdParam = z.object({ id: VersionId })
