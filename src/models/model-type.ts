import { z } from '@hono/zod-openapi'
import { modelTypes } from '../shared/model-types.ts'

/** What kinds of document models are trained. */
export const ModelType = z.enum(modelTypes).openapi('ModelType', {
  description: 'What kind of document the model reads: school reports, exams, or anything',
  example: 'zeugnis',
})
export type ModelType = z.infer<typeof ModelType>
