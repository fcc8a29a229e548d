import { z } from '@hono/zod-openapi'
import { Bundesland } from '../../http/bundesland.ts'
import { nameSchema } from '../../http/name.ts'
import { ModelType } from '../../models/model-type.ts'
import { TrainingMetrics } from '../../models/training-metrics.ts'
import { BUNDESLAENDER_INPUT_MAX, HISTORY_WINDOW_POINTS, NAME_LENGTH_MAX } from '../../platform/limits.ts'
import { jobStatuses } from '../../shared/job-status.ts'
import type * as shown from '../rules/shown.ts'
import type * as types from '../rules/types.ts'

const name = { example: 'Zeugnis Bayern 2026', description: 'What people call the job; need not be unique' }

const JobName = nameSchema(NAME_LENGTH_MAX, name)

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
      .openapi({
        description: 'Whose regulations to train on. The job shows the codes in upper case, each once',
        example: ['BY', 'BW', 'HE'],
      }),
    batch_size: z
      .int()
      .min(1)
      .max(128)
      .default(16)
      .openapi({ description: 'Examples a training step takes at a time' }),
    learning_rate: z
      .number()
      .min(0.000001)
      .max(0.1)
      .default(0.00005)
      .openapi({ description: 'Size of a step of the optimizer' }),
    epochs: z.int().min(1).max(100).default(10).openapi({ description: 'Passes over the documents; 100 steps each' }),
    warmup_steps: z
      .int()
      .min(0)
      .max(10_000)
      .default(500)
      .openapi({ description: 'Steps over which the learning rate rises from 0' }),
    weight_decay: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .openapi({ description: 'How strongly large weights are held down' }),
    gradient_accumulation: z
      .int()
      .min(1)
      .max(32)
      .default(4)
      .openapi({ description: 'Batches whose gradients make one update' }),
    mixed_precision: z.boolean().default(true).openapi({ description: 'Use FP16 mixed precision training' }),
  })
  .openapi('TrainingConfig', {
    description: 'What to train, on what, and how',
  }) satisfies z.ZodType<types.TrainingConfig>

const Timestamp = z.string().openapi({ format: 'date-time', example: '2026-11-01T08:00:00.000Z' })
export const JobStatus = z.enum(jobStatuses).openapi('JobStatus', {
  description:
    'queued → preparing → training ⇄ paused, then validating → completed. Any but a final one may become cancelled or ' +
    'failed. Final are completed, failed and cancelled',
  example: 'training',
})
export const JobId = z.string().openapi({ example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11', description: 'Names a job' })
const loss = z
  .number()
  .openapi({ example: 0.5021, description: 'Training loss, as of the last step; 1 before the first' })
const valLoss = z
  .number()
  .openapi({ example: 0.5523, description: 'Validation loss, as of the last step; 1 before the first' })
const learningRate = z.number().openapi({ example: 0.00005, description: 'Size of a step of the optimizer' })
const progress = z.number().openapi({ example: 41.7, description: 'Per cent of the steps, 0–100' })
const currentEpoch = z.int().openapi({ example: 5, description: 'From 1; 0 before training has begun' })
const totalEpochs = z.int().openapi({ example: 10, description: 'Epochs of the whole training' })

/** A job as the API shows it. */
export const JobSnapshot = z
  .object({
    id: JobId,
    name: z.string().openapi(name),
    model_type: ModelType,
    status: JobStatus,
    progress,
    current_epoch: currentEpoch,
    total_epochs: totalEpochs,
    loss,
    val_loss: valLoss,
    learning_rate: learningRate,
    documents_processed: z.int().openapi({ example: 41, description: 'Documents, in proportion to the steps' }),
    total_documents: z.int().openapi({ example: 100, description: 'Documents that the job trains on' }),
    created_at: Timestamp.openapi({ description: 'When the job was asked for' }),
    created_by: z
      .string()
      .nullable()
      .openapi({ example: 'admin', description: 'Who asked for it; null when that is not known' }),
    started_at: Timestamp.nullable().openapi({ description: 'When training began for the first time; null before' }),
    estimated_completion: Timestamp.nullable().openapi({ description: 'While the job moves by itself; else null' }),
    completed_at: Timestamp.nullable().openapi({ description: 'When the job reached its final state; null before' }),
    error_message: z.string().nullable().openapi({
      example: null,
      description: 'With status failed: why. With validating: why completing it has to be tried again. Else null',
    }),
    revision: z.int().openapi({ example: 3, description: 'Counts what has happened to the job, its steps left out' }),
    queue_position: z
      .int()
      .nullable()
      .openapi({ example: null, description: 'From 1, while the job waits for a slot; else null' }),
    metrics: TrainingMetrics,
    config: TrainingConfig,
  })
  .openapi('TrainingJob', { description: 'A job as it is now' }) satisfies z.ZodType<shown.JobSnapshot>

/** One point of a training's history. */
export const HistoryPoint = z
  .object({
    epoch: z.int().openapi({ example: 5, description: 'From 1' }),
    step: z.int().openapi({ example: 417, description: 'From 0' }),
    loss: z.number().openapi({ example: 0.5021, description: 'Training loss at this step' }),
    val_loss: z.number().openapi({ example: 0.5523, description: 'Validation loss at this step' }),
    learning_rate: learningRate,
    timestamp: z
      .int()
      .openapi({ example: 1_793_520_208_500, description: 'Unix milliseconds at which the step was reached' }),
    accuracy: z.number().openapi({ example: 0.767, description: 'Accuracy at this step, 0 to 1' }),
  })
  .openapi('HistoryPoint', { description: "One step of a job's curve" }) satisfies z.ZodType<shown.HistoryPoint>

/** The data of one event of a job's stream. */
export const StreamEvent = z
  .object({
    job_id: JobId.optional().openapi({ description: 'The job; with history=window only' }),
    status: JobStatus,
    progress,
    current_epoch: currentEpoch,
    total_epochs: totalEpochs,
    current_step: z.int().openapi({ example: 417, description: 'Steps done: 0 … total_steps' }),
    total_steps: z.int().openapi({ example: 1_000, description: 'Steps of the whole training: 100 an epoch' }),
    elapsed_time_ms: z.int().openapi({ example: 208_500, description: 'Milliseconds trained; pauses do not count' }),
    estimated_remaining_ms: z
      .int()
      .openapi({ example: 292_000, description: 'Milliseconds of work that remain; a pause does not shorten them' }),
    metrics: z
      .object({
        loss,
        val_loss: valLoss,
        accuracy: z.number().openapi({ example: 0.767, description: 'The part of all decisions that are right: 0–1' }),
        learning_rate: learningRate,
      })
      .openapi({ description: 'As of the last step' }),
    history: z.array(HistoryPoint).openapi({
      description: `With history=window the last ${HISTORY_WINDOW_POINTS} points; with delta those since the cursor`,
    }),
    more: z.literal(true).optional().openapi({
      description:
        'With history=delta, while catching up: further points follow at once, also when the status is final',
    }),
  })
  .openapi('MetricsEvent', {
    description: 'The job as it is when the event is sent',
  }) satisfies z.ZodType<shown.StreamEvent>

const JobGone = z
  .object({ error: z.literal('Job not found').openapi({ description: 'The job was deleted; the stream ends' }) })
  .openapi('JobGone', { description: 'The last event of a job that is deleted while it is watched' })

/** The data of any event that a job's stream can carry. */
export const StreamMessage = z.union([StreamEvent, JobGone])

/** Something that happened to a job, and what it changed. */
export const EventRecord = z
  .object({
    sequence: z.int().openapi({ example: 4, description: 'From 1, without gaps: the revision that it led to' }),
    at: Timestamp.openapi({ description: 'When it happened' }),
    type: z.string().openapi({ example: 'paused', description: 'What happened' }),
    actor: z
      .string()
      .nullable()
      .openapi({ example: 'admin', description: 'Who asked for it; null: it came by itself' }),
    from_status: z
      .enum(jobStatuses)
      .nullable()
      .openapi({ example: 'training', description: 'The status before; null: the job was created' }),
    to_status: JobStatus,
    step: z.int().openapi({ example: 417, description: 'Steps done by then' }),
    message: z
      .string()
      .nullable()
      .openapi({ example: null, description: 'With types failed and completion_refused: why; else null' }),
  })
  .openapi('JobEvent', {
    description: 'Something that happened to a job, and what it changed',
  }) satisfies z.ZodType<shown.EventRecord>

/** A stretch of a training's history. */
export const History = z
  .object({
    resolution: z
      .object({
        method: z.enum(['full', 'min-max']).openapi({
          description:
            'full: every step. min-max: both ends, and of each bucket points with the lowest and the highest loss, ' +
            'val_loss, learning_rate and accuracy. Fewer than ten points may have no room for all of these: then the ' +
            'extremes of the whole stretch, as many as fit',
        }),
        bucket_steps: z
          .int()
          .openapi({ example: 1, description: 'Steps in a bucket, which begins at a multiple of them; 1: every step' }),
      })
      .openapi({ description: 'How the points were chosen' }),
    points: z.array(HistoryPoint).openapi({ description: 'By step, ascending' }),
  })
  .openapi('History', { description: "A stretch of a job's curve" }) satisfies z.ZodType<shown.History>

export const JobCreated = z
  .object({
    id: JobId,
    status: z.literal('queued').openapi({ description: 'Every job begins so' }),
    message: z.string().openapi({ example: 'Training job created', description: 'What was done, for people' }),
  })
  .openapi('JobCreated', { description: 'The job exists and will run' })
