import { z } from '@hono/zod-openapi'
import { OCR_IMAGES_MAX } from '../platform/limits.ts'
import type * as event from './event.ts'

const OcrResult = z
  .object({
    text: z
      .string()
      .openapi({ example: 'Sample recognized text for image 3', description: 'The text that was recognized' }),
    confidence: z
      .number()
      .min(0)
      .max(1)
      .openapi({ example: 0.93, description: 'How sure the engine is: 1 is certain' }),
    processing_time_ms: z
      .int()
      .openapi({ example: 412, description: 'Milliseconds of work on this image, without waiting' }),
    from_cache: z.boolean().openapi({ example: false, description: 'Whether the text was known already' }),
  })
  .openapi('OcrResult', { description: 'What was read in one image' })

const Progress = z
  .object({
    type: z.literal('progress').openapi({ description: 'One more image is done' }),
    current: z.int().min(1).openapi({ example: 3, description: 'The image, from 1' }),
    total: z.int().openapi({ example: 10, description: 'Images of the batch' }),
    progress_percent: z.number().openapi({ example: 30, description: 'Per cent, 100 with the last image' }),
    elapsed_ms: z.int().openapi({ example: 1_650, description: 'Milliseconds since the batch began' }),
    estimated_remaining_ms: z
      .int()
      .openapi({ example: 3_850, description: 'Milliseconds until its end, at the pace so far' }),
    result: OcrResult,
  })
  .openapi('OcrProgress', { description: 'An event for each image, in their order' })

const Complete = z
  .object({
    type: z.literal('complete').openapi({ description: 'The batch is done, and the stream ends' }),
    total_time_ms: z.int().openapi({ example: 5_480, description: 'Milliseconds since the batch began' }),
    processed_count: z.int().openapi({ example: 10, description: 'Images that were recognized' }),
  })
  .openapi('OcrComplete', { description: 'The last event' })

/** The data of one event of a batch's stream. */
export const OcrEvent = z
  .discriminatedUnion('type', [Progress, Complete])
  .openapi('OcrEvent', { description: "The data of one event of a batch's stream" }) satisfies z.ZodType<event.OcrEvent>

const cursor = (description: string) => z.string().optional().openapi({ description, example: '1793520000000.3' })

export const BatchQuery = z.object({
  images_count: z
    .string()
    .regex(/^[+-]?\d+$/, 'Expected a whole number')
    .transform(Number)
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: OCR_IMAGES_MAX,
      example: 10,
      description: 'How many images the batch has',
    }),
  after: cursor('As `Last-Event-ID`, for clients that cannot set it; the header goes before it'),
})

export const BatchHeaders = z.object({
  'Last-Event-ID': cursor('The id of the last event received: the batch goes on behind it'),
})
