import { z } from '@hono/zod-openapi'
import { modelTypes } from '../shared/model-types.ts'

/** The kinds of document that models are trained to read. */
export const ModelType = z.enum(modelTypes).openapi('ModelType', {
  description: 'What kind of document the model reads: school reports, exams, or anything',
  example: 'zeugnis',
})
export type ModelType = z.infer<typeof ModelType>
