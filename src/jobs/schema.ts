import { z } from '@hono/zod-openapi'
import { Bundesland } from '../bundesland.ts'
import { cursorParam, limitParam } from '../http/pagination.ts'
import { repeatable, wholeNumber } from '../http/validation.ts'
import {
  BUNDESLAENDER_INPUT_MAX,
  HISTORY_POINTS_DEFAULT,
  HISTORY_POINTS_MAX,
  IDEMPOTENCY_KEY_LENGTH_MAX,
  NAME_LENGTH_MAX,
  STREAM_CURSOR_LENGTH_MAX,
} from '../limits.ts'
import { ModelType } from '../models/model-type.ts'
import { TrainingMetrics } from '../models/training-metrics.ts'
import { jobStatuses } from './status.ts'

const JobName = z
  .string()
  .trim()
  .min(1, 'A name has at least one character')
  .refine((name) => [...name].length <= NAME_LENGTH_MAX, `A name has at most ${NAME_LENGTH_MAX} characters`)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'A name has no control characters')
  .openapi({ type: 'string', minLength: 1, maxLength: NAME_LENGTH_MAX, example: 'Zeugnis Bayern 2026' })

/** The body of `POST /jobs`: fields, defaults and bounds of the reference. Unknown fields are dropped. */
export const TrainingConfig = z
  .object({
    name: JobName,
    model_type: ModelType.default('zeugnis'),
    bundeslaender: z
      .array(Bundesland)
      .min(1, 'Name at least one Bundesland')
      .max(BUNDESLAENDER_INPUT_MAX)
      .transform((codes) => [...new Set(codes)])
      .openapi({ description: 'Upper-case codes come out, each once', example: ['BY', 'DE-BW', 'Hessen'] }),
    batch_size: z.int().min(1).max(128).default(16),
    learning_rate: z.number().min(0.000001).max(0.1).default(0.00005),
    epochs: z.int().min(1).max(100).default(10),
    warmup_steps: z.int().min(0).max(10_000).default(500),
    weight_decay: z.number().min(0).max(1).default(0.01),
    gradient_accumulation: z.int().min(1).max(32).default(4),
    mixed_precision: z.boolean().default(true).openapi({ description: 'Use FP16 mixed precision training' }),
  })
  .openapi('TrainingConfig')
export type TrainingConfig = z.infer<typeof TrainingConfig>

const Timestamp = z.string().openapi({ format: 'date-time', example: '2026-11-01T08:00:00.000Z' })
const JobStatus = z.enum(jobStatuses).openapi('JobStatus')

/** A job as the API shows it. */
export const JobSnapshot = z
  .object({
    id: z.string(),
    name: z.string(),
    model_type: ModelType,
    status: JobStatus,
    progress: z.number().openapi({ description: 'Per cent, 0–100' }),
    current_epoch: z.int().openapi({ description: 'From 1; 0 before training has begun' }),
    total_epochs: z.int(),
    loss: z.number(),
    val_loss: z.number(),
    learning_rate: z.number(),
    documents_processed: z.int(),
    total_documents: z.int(),
    created_at: Timestamp,
    created_by: z.string().nullable().openapi({ description: 'Who asked for it, when that is known' }),
    started_at: Timestamp.nullable().openapi({ description: 'When training began for the first time' }),
    estimated_completion: Timestamp.nullable().openapi({ description: 'While the job moves by itself' }),
    completed_at: Timestamp.nullable().openapi({ description: 'When the job reached its final state' }),
    error_message: z.string().nullable().openapi({ description: 'With status failed: why' }),
    revision: z.int().openapi({ description: 'Counts what has happened to the job; not its steps' }),
    queue_position: z.int().nullable().openapi({ description: 'From 1, while the job waits for a slot' }),
    metrics: TrainingMetrics,
    config: TrainingConfig,
  })
  .openapi('TrainingJob')
export type JobSnapshot = z.infer<typeof JobSnapshot>

/** One point of a training's history. */
export const HistoryPoint = z
  .object({
    epoch: z.int().openapi({ description: 'From 1' }),
    step: z.int().openapi({ description: 'From 0' }),
    loss: z.number(),
    val_loss: z.number(),
    learning_rate: z.number(),
    timestamp: z.int().openapi({ description: 'Unix milliseconds at which the step was reached' }),
  })
  .openapi('HistoryPoint')
export type HistoryPoint = z.infer<typeof HistoryPoint>

/** The data of one event of a job's stream. */
export const StreamEvent = z
  .object({
    job_id: z.string().optional().openapi({ description: 'With history=window' }),
    status: JobStatus,
    progress: z.number(),
    current_epoch: z.int(),
    total_epochs: z.int(),
    current_step: z.int().openapi({ description: '0 … total_steps' }),
    total_steps: z.int(),
    elapsed_time_ms: z.int().openapi({ description: 'Time trained; pauses do not count' }),
    estimated_remaining_ms: z.int(),
    metrics: z.object({
      loss: z.number(),
      val_loss: z.number(),
      accuracy: z.number(),
      learning_rate: z.number(),
    }),
    history: z.array(HistoryPoint),
    more: z.literal(true).optional().openapi({
      description:
        'With history=delta, while catching up: further points follow at once, also when the status is final',
    }),
  })
  .openapi('MetricsEvent')
export type StreamEvent = z.infer<typeof StreamEvent>

/** Something that happened to a job, and what it changed. */
export const EventRecord = z
  .object({
    sequence: z.int().openapi({ description: 'From 1, without gaps: the revision that it led to' }),
    at: Timestamp,
    type: z.string().openapi({ example: 'paused' }),
    actor: z.string().nullable().openapi({ description: 'Who asked for it; null: it came by itself' }),
    from_status: JobStatus.nullable(),
    to_status: JobStatus,
    step: z.int().openapi({ description: 'The step reached' }),
    message: z.string().nullable().openapi({ description: 'With type failed: why' }),
  })
  .openapi('JobEvent')
export type EventRecord = z.infer<typeof EventRecord>

/** A stretch of a training's history. */
export const History = z
  .object({
    resolution: z.object({
      method: z.enum(['full', 'min-max']).openapi({
        description: 'full: every step. min-max: of each bucket the points of lowest and highest loss, and both ends',
      }),
      bucket_steps: z.int().openapi({ description: 'Steps in a bucket' }),
    }),
    points: z.array(HistoryPoint),
  })
  .openapi('History')
export type History = z.infer<typeof History>

export const JobCreated = z
  .object({ id: z.string(), status: z.literal('queued'), message: z.string() })
  .openapi('JobCreated', { example: { id: '…', status: 'queued', message: 'Training job created' } })

export const JobIdParam = z.object({ id: z.string().openapi({ example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11' }) })

export const CreateQuery = z.object({
  when_busy: z.enum(['reject', 'queue']).default('reject').openapi({
    description: 'While no slot is free: reject (409), or queue: the job waits its turn, oldest first',
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
        'The same key and request give the same job again for 24 hours; the same key with another request: 422',
      example: 'b3f5a0c2-nightly-2026-11-01',
    }),
})

export const EventsQuery = z.object({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .default(0)
    .openapi({ type: 'integer', minimum: 0, default: 0, description: 'Only what came after this sequence' }),
  limit: limitParam,
})

const step = (description: string) =>
  wholeNumber(0, HISTORY_POINTS_MAX).openapi({ type: 'integer', minimum: 0, maximum: HISTORY_POINTS_MAX, description })

export const HistoryQuery = z.object({
  from_step: step('The first step').default(0),
  to_step: step('The last step').default(HISTORY_POINTS_MAX),
  max_points: wholeNumber(2, HISTORY_POINTS_MAX).default(HISTORY_POINTS_DEFAULT).openapi({
    type: 'integer',
    minimum: 2,
    maximum: HISTORY_POINTS_MAX,
    default: HISTORY_POINTS_DEFAULT,
    description: 'More points than this are thinned out',
  }),
  format: z.enum(['json', 'csv']).optional().openapi({ description: 'Goes before the Accept header' }),
})

export const JobListQuery = z.object({
  limit: limitParam,
  cursor: cursorParam(/^\d{1,15}$/).optional(),
  status: repeatable(JobStatus).optional(),
  model_type: repeatable(ModelType).optional(),
})

/** A stream's cursor as it stands in an event's `id`: `<revision>.<points>`. */
const StreamCursor = z
  .string()
  .max(STREAM_CURSOR_LENGTH_MAX)
  .regex(/^\d{1,9}\.\d{1,9}$/, 'Not the id of an event of this stream: leave it out to begin anew')

export const StreamQuery = z.object({
  job_id: z.string(),
  after: StreamCursor.optional().openapi({ description: 'As Last-Event-ID, for clients that cannot set it' }),
  history: z.enum(['window', 'delta']).default('window').openapi({
    description: 'window: the last 50 points in every event. delta: each point once, those since the cursor',
  }),
})

export const StreamHeaders = z.object({ 'Last-Event-ID': StreamCursor.or(z.literal('')).optional() })
