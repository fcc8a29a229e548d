import { z } from '@hono/zod-openapi'
import { bundeslandCodes } from '../bundesland.ts'
import { cursorParam, limitParam } from '../http/pagination.ts'
import { flag, repeatable } from '../http/validation.ts'
import { ModelType } from './model-type.ts'
import { TrainingMetrics } from './training-metrics.ts'

/** A model version as the API shows it. */
export const ModelVersion = z
  .object({
    id: z.string(),
    job_id: z.string().openapi({ description: 'The job it came out of, which may be deleted since' }),
    version: z.string().openapi({ example: 'v3.0', description: 'Counted per model type, never given twice' }),
    model_type: ModelType,
    created_at: z.string().openapi({ format: 'date-time' }),
    metrics: TrainingMetrics,
    is_active: z.boolean().openapi({ description: 'One version of each type is in use' }),
    size_mb: z.number().openapi({ description: 'Megabytes (10⁶ bytes)' }),
    bundeslaender: z.array(z.enum(bundeslandCodes)),
  })
  .openapi('ModelVersion')
export type ModelVersion = z.infer<typeof ModelVersion>

export const VersionListQuery = z.object({
  limit: limitParam,
  cursor: cursorParam(/^\d{1,15}$/).optional(),
  model_type: repeatable(ModelType).optional(),
  active: flag.optional(),
})

export const VersionIdParam = z.object({ id: z.string() })
