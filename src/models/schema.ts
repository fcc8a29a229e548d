import { z } from '@hono/zod-openapi'
import { cursorParam, limitParam } from '../http/pagination.ts'
import { booleanParam, repeatableParam } from '../http/validation.ts'
import { bundeslandCodes } from '../shared/bundeslaender.ts'
import { ModelType } from './model-type.ts'
import { TrainingMetrics } from './training-metrics.ts'
import type * as version from './version.ts'

const VersionId = z
  .string()
  .openapi({ example: 'b7d0a3de-1c55-4d0e-8a53-6a3f7c1f5a90', description: 'Names a model version' })

/** A model version in the API. */
export const ModelVersion = z
  .object({
    id: VersionId,
    job_id: z.string().openapi({
      example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11',
      description: 'The job it came out of, which may be deleted since',
    }),
    version: z.string().openapi({ example: 'v3.0', description: 'Counted per model type, never given twice' }),
    model_type: ModelType,
    created_at: z.string().openapi({
      format: 'date-time',
      example: '2026-11-01T08:08:21.000Z',
      description: 'When its job was completed',
    }),
    metrics: TrainingMetrics,
    is_active: z.boolean().openapi({ example: true, description: 'Whether it is in use: one version of each type is' }),
    size_mb: z.number().openapi({ example: 245.7, description: 'Megabytes (10⁶ bytes)' }),
    bundeslaender: z
      .array(z.enum(bundeslandCodes))
      .openapi({ example: ['BY', 'HE'], description: 'Whose regulations it was trained on: ISO 3166-2:DE codes' }),
  })
  .openapi('ModelVersion', {
    description: 'A model that came out of a completed job',
  }) satisfies z.ZodType<version.ModelVersion>

export const VersionListQuery = z.object({
  limit: limitParam,
  cursor: cursorParam(/^\d{1,15}$/).optional(),
  model_type: repeatableParam(ModelType).optional().openapi({ description: 'Only these types; may be repeated' }),
  active: booleanParam.optional().openapi({ description: 'Only versions that are in use (true) or are not (false)' }),
})

export const VersionIdParam = z.object({ id: VersionId })
