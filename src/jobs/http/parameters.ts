import { z } from '@hono/zod-openapi'
import { limitParam } from '../../http/pagination.ts'
import { intParam } from '../../http/validation.ts'
import {
  HISTORY_POINTS_DEFAULT,
  HISTORY_POINTS_MAX,
  HISTORY_WINDOW_POINTS,
  IDEMPOTENCY_KEY_LENGTH_MAX,
  STEP_MAX,
  STREAM_CURSOR_LENGTH_MAX,
} from '../../platform/limits.ts'
import { JobId } from './schema.ts'

/** Path, query and header parameters of the routes on jobs. */

export const JobIdParam = z.object({ id: JobId })

export const CreateQuery = z.object({
  when_busy: z.enum(['reject', 'queue']).default('reject').openapi({
    description: 'If no slot is free: reject returns 409, queue adds the job to the queue (first in, first out)',
  }),
})

export const IdempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .regex(
      new RegExp(`^[\\x21-\\x7e]{1,${IDEMPOTENCY_KEY_LENGTH_MAX}}$`),
      `Expected 1–${IDEMPOTENCY_KEY_LENGTH_MAX} visible ASCII characters`,
    )
    .optional()
    .openapi({
      description:
        'Repeating a request with the same key within 24 hours returns the same job; a different request with it is 422',
      example: 'b3f5a0c2-nightly-2026-11-01',
    }),
})

export const EventsQuery = z.object({
  after: intParam(0, Number.MAX_SAFE_INTEGER)
    .default(0)
    .openapi({ type: 'integer', minimum: 0, default: 0, description: 'Only events after this sequence number' }),
  limit: limitParam,
})

const step = (description: string) =>
  intParam(0, STEP_MAX).openapi({ type: 'integer', minimum: 0, maximum: STEP_MAX, description })

export const HistoryQuery = z.object({
  from_step: step('The first step; default 0').default(0),
  to_step: step('The last step; default: the latest step').default(STEP_MAX),
  max_points: intParam(2, HISTORY_POINTS_MAX).default(HISTORY_POINTS_DEFAULT).openapi({
    type: 'integer',
    minimum: 2,
    maximum: HISTORY_POINTS_MAX,
    default: HISTORY_POINTS_DEFAULT,
    description: 'Maximum number of points; a longer curve is downsampled. Both ends are always kept, hence at least 2',
  }),
  format: z.enum(['json', 'csv']).optional().openapi({ description: 'Overrides the Accept header' }),
})

/** A stream's cursor, the `id` of its events: `<revision>.<points>`. */
const StreamCursor = z
  .string()
  .max(STREAM_CURSOR_LENGTH_MAX)
  .regex(/^\d{1,9}\.\d{1,9}$/, 'Not the id of an event of this stream; leave it out to start from the beginning')

export const StreamQuery = z.object({
  job_id: JobId,
  after: StreamCursor.optional().openapi({
    example: '3.57',
    description: 'Like `Last-Event-ID`, for clients that cannot set headers; the header takes precedence',
  }),
  history: z
    .enum(['window', 'delta'])
    .default('window')
    .openapi({
      description: `window: the last ${HISTORY_WINDOW_POINTS} points in every event. delta: each point once, starting after the cursor`,
    }),
})

export const StreamHeaders = z.object({
  'Last-Event-ID': StreamCursor.or(z.literal('')).optional().openapi({
    type: 'string',
    example: '3.57',
    description: 'The id of the last event received; the stream resumes after it',
  }),
})
