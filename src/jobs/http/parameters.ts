import { z } from '@hono/zod-openapi'
import { limitParam } from '../../http/pagination.ts'
import { booleanParam, defaultedIntParam, INT_PARAM_MAX, repeatableParam } from '../../http/validation.ts'
import {
  GRACE_DEFAULT_S,
  GRACE_MAX_S,
  HISTORY_METRICS_MAX,
  HISTORY_POINTS_DEFAULT,
  HISTORY_POINTS_MAX,
  HISTORY_WINDOW_POINTS,
  IDEMPOTENCY_KEY_LENGTH_MAX,
  METRIC_NAME_LENGTH_MAX,
  STREAM_CURSOR_LENGTH_MAX,
} from '../../platform/limits.ts'
import { csvLocales } from '../rules/history.ts'
import { JobId } from './schema.ts'

/** Path, query and header parameters of the routes on jobs. */

export const JobIdParam = z.object({ id: JobId })

export const CreateQuery = z.object({
  when_busy: z.enum(['reject', 'queue']).default('reject').openapi({
    description: 'If no slot is free: reject returns 409, queue adds the job to the queue (first in, first out)',
  }),
  strict: booleanParam.optional().openapi({
    description: 'With true, unknown fields of the body are rejected (422) instead of ignored with a warning',
  }),
})

export const ResumeQuery = z.object({
  when_busy: z
    .enum(['reject', 'queue'])
    .default('reject')
    .openapi({
      description:
        'While no slot is free: reject (409), or queue: the job stays paused, with a queue_position, and is resumed when ' +
        'its turn comes, in one queue with new jobs. Asked for again, it keeps its position',
    }),
})

/** Of a pause or a cancellation. */
export const GraceQuery = z.object({
  grace_s: defaultedIntParam(
    0,
    GRACE_MAX_S,
    GRACE_DEFAULT_S,
    'For a live attempt of a runner: seconds that its process has to save and end, once the runner has seen the request',
  ),
})

export const IdempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .regex(
      new RegExp(`^[\\x21-\\x7e]{1,${IDEMPOTENCY_KEY_LENGTH_MAX}}$`),
      `Must have 1–${IDEMPOTENCY_KEY_LENGTH_MAX} visible ASCII characters`,
    )
    .optional()
    .openapi({
      description:
        'Repeating a request with the same key within 24 hours returns the same job; a different request with it is 422',
      example: 'b3f5a0c2-nightly-2026-11-01',
    }),
})

export const EventsQuery = z.object({
  after: defaultedIntParam(0, INT_PARAM_MAX, 0, 'Only events after this sequence number'),
  limit: limitParam,
})

/** A step, of any that a runner can report. */
const stepParam = (description: string) =>
  z
    .string()
    .regex(/^-?\d{1,16}$/, 'Must be a whole number')
    .transform(Number)
    .pipe(z.int())
    .optional()
    .openapi({
      ...{ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      description,
    })

export const HistoryQuery = z.object({
  from_step: stepParam('The first step; by default the first that there is. Runners may also report steps below 0'),
  to_step: stepParam('The last step, of those that there are'),
  max_points: defaultedIntParam(
    2,
    HISTORY_POINTS_MAX,
    HISTORY_POINTS_DEFAULT,
    'Maximum number of points; a longer curve is downsampled. Both ends are always kept, hence at least 2',
  ),
  metrics: repeatableParam(z.string().min(1).max(METRIC_NAME_LENGTH_MAX))
    .refine((names) => names.length <= HISTORY_METRICS_MAX, `Ask for at most ${HISTORY_METRICS_MAX} metrics`)
    .optional()
    .openapi({
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: METRIC_NAME_LENGTH_MAX },
      maxItems: HISTORY_METRICS_MAX,
      description:
        'Only points with a value of one of these metrics, whose extremes stay when the curve is downsampled; by default ' +
        'loss, val_loss, learning_rate and accuracy. May be repeated',
    }),
  only_asked: booleanParam.default(false).openapi({
    default: false,
    description: 'Points without the values of metrics that were not asked for, which they had at the same step',
  }),
  include_superseded: booleanParam.default(false).openapi({
    default: false,
    description: 'Also the points that a later attempt has superseded, marked as such',
  }),
  format: z.enum(['json', 'csv']).optional().openapi({ description: 'Overrides the Accept header' }),
  locale: z.enum(csvLocales).default('en').openapi({
    description: 'Of a CSV. de: semicolons, decimal commas and a byte order mark, as German spreadsheets expect',
  }),
})

/** An optional cursor of a stream, the `id` of its events: `<revision>.<points>`. */
const cursorOr = (pattern: RegExp) =>
  z
    .string()
    .max(STREAM_CURSOR_LENGTH_MAX)
    .regex(pattern, 'Not the id of an event of this stream; leave it out to start from the beginning')
    .optional()

export const StreamQuery = z.object({
  job_id: JobId,
  after: cursorOr(/^\d{1,9}\.\d{1,9}$/).openapi({
    example: '3.57',
    description: 'Like `Last-Event-ID`, for clients that cannot set headers; the header takes precedence',
  }),
  history: z
    .enum(['window', 'delta'])
    .default('window')
    .openapi({
      description: `window: the last ${HISTORY_WINDOW_POINTS} points in every event, or as many as fit into 64 KiB. delta: each point once, starting after the cursor`,
    }),
})

export const StreamHeaders = z.object({
  // Empty: some clients send it before they have received anything.
  'Last-Event-ID': cursorOr(/^(\d{1,9}\.\d{1,9})?$/).openapi({
    example: '3.57',
    description: 'The id of the last event received; the stream resumes after it',
  }),
})
