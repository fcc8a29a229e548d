import { z } from '@hono/zod-openapi'

/** What kinds of document models are trained. */
export const ModelType = z.enum(['zeugnis', 'klausur', 'general']).openapi('ModelType')
export type ModelType = z.infer<typeof ModelType>
