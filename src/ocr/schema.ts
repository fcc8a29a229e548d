import { z } from '@hono/zod-openapi'
import { OCR_IMAGES_MAX } from '../platform/limits.ts'
import { eventId } from './cursor.ts'
import type * as event from './event.ts'

const OcrResult = z
  .object({
    text: z.string().openapi({ example: 'Sample recognized text for image 3', description: 'The recognized text' }),
    confidence: z.number().min(0).max(1).openapi({ example: 0.93, description: 'Confidence of the engine, 0–1' }),
    processing_time_ms: z
      .int()
      .openapi({ example: 412, description: 'Milliseconds spent on this image, excluding waiting' }),
    from_cache: z.boolean().openapi({ example: false, description: 'Whether the text came from the cache' }),
  })
  .openapi('OcrResult', { description: 'The text recognized in one image' })

const Progress = z
  .object({
    type: z.literal('progress').openapi({ description: 'An image was processed' }),
    current: z.int().min(1).openapi({ example: 3, description: 'Number of the image, from 1' }),
    total: z.int().openapi({ example: 10, description: 'Images in the batch' }),
    progress_percent: z.number().openapi({ example: 30, description: 'Percentage of images processed' }),
    elapsed_ms: z.int().openapi({ example: 1_650, description: 'Milliseconds since the batch started' }),
    estimated_remaining_ms: z
      .int()
      .openapi({ example: 3_850, description: 'Estimated milliseconds until the batch is complete' }),
    result: OcrResult,
  })
  .openapi('OcrProgress', { description: 'One event per image, in order' })

const Complete = z
  .object({
    type: z.literal('complete').openapi({ description: 'The batch is complete; the stream ends' }),
    total_time_ms: z.int().openapi({ example: 5_480, description: 'Milliseconds since the batch started' }),
    processed_count: z.int().openapi({ example: 10, description: 'Images processed' }),
  })
  .openapi('OcrComplete', { description: 'The final event' })

/** The data of one event of a batch's stream. */
export const OcrEvent = z
  .discriminatedUnion('type', [Progress, Complete])
  .openapi('OcrEvent', { description: "The data of one event of a batch's stream" }) satisfies z.ZodType<event.OcrEvent>

/** Without an example: it would be stale a day later. The value itself is checked by parseCursor. */
const cursor = (pattern: RegExp, description: string) =>
  z.string().regex(pattern, 'Not the id of an event of this stream').optional().openapi({ description })

export const BatchQuery = z.object({
  images_count: z
    .string()
    .regex(/^[+-]?\d+$/, `Must be a whole number from 1 to ${OCR_IMAGES_MAX}`)
    .transform(Number)
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: OCR_IMAGES_MAX,
      example: 10,
      description: 'Number of images in the batch',
    }),
  after: cursor(eventId, 'Like `Last-Event-ID`, for clients that cannot set headers; the header takes precedence'),
})

export const BatchHeaders = z.object({
  // Empty: some clients send it before they have received anything.
  'Last-Event-ID': cursor(
    new RegExp(`^$|${eventId.source}`),
    'The id of the last event received, `<start of the batch, Unix ms>.<event>`; the stream resumes after it',
  ),
})
