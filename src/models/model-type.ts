import { z } from '@hono/zod-openapi'
import { modelTypes } from '../shared/model-types.ts'

/** The kinds of document that models are trained to read. */
export const ModelType = z.enum(modelTypes).openapi('ModelType', {
  description: 'The kind of document that the model reads: school reports, exams, or any',
  example: 'zeugnis',
})
export type ModelType = z.infer<typeof ModelType>
