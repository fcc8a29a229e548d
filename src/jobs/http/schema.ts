import { z } from '@hono/zod-openapi'
import { Bundesland, BundeslandName } from '../../http/bundesland.ts'
import { instant } from '../../http/instant.ts'
import { nameSchema } from '../../http/name.ts'
import { ValidationError } from '../../http/problem.ts'
import { ModelType } from '../../models/model-type.ts'
import { TrainingDataset } from '../../models/training-dataset.ts'
import { TrainingMetrics } from '../../models/training-metrics.ts'
import { BUNDESLAENDER_INPUT_MAX, HISTORY_WINDOW_POINTS, NAME_LENGTH_MAX } from '../../platform/limits.ts'
import type { BundeslandCode } from '../../shared/bundeslaender.ts'
import { jobStatuses } from '../../shared/job-status.ts'
import type * as shown from '../rules/shown.ts'
import type * as types from '../rules/types.ts'
import { HistoryPoint, ifReported, learningRate, loss, metric, valLoss } from './curve-schema.ts'
import { Notes, Tags } from './notes-and-tags.ts'
import { runnersInEvent, runnersInput, runnersShown, TrainerKind } from './runners-part.ts'

const name = { example: 'Zeugnis Bayern 2026', description: 'Display name of the job; does not have to be unique' }

export const JobName = nameSchema(NAME_LENGTH_MAX, name)

/** The fields that have a default, with the bounds of the reference. */
const tuning = {
  batch_size: z.int().min(1).max(128).openapi({ description: 'Examples per training step' }),
  learning_rate: z.number().min(0.000001).max(0.1).openapi({ description: 'Step size of the optimizer' }),
  epochs: z.int().min(1).max(100).openapi({ description: 'Passes over the documents, of 100 steps each' }),
  warmup_steps: z
    .int()
    .min(0)
    .max(10_000)
    .openapi({
      description:
        'Steps over which a trainer ramps up the learning rate. The simulated trainer only stores it: its learning rate ' +
        'is constant',
    }),
  weight_decay: z.number().min(0).max(1).openapi({ description: 'Strength of the weight decay (L2) regularization' }),
  gradient_accumulation: z.int().min(1).max(32).openapi({ description: 'Batches per weight update' }),
  mixed_precision: z.boolean().openapi({ description: 'Use FP16 mixed precision training' }),
}

const bundeslaender = {
  description: 'The Bundesländer whose regulations to train on. Returned as upper-case codes without duplicates',
  example: ['BY', 'BW', 'HE'] as BundeslandCode[],
}

/** The body of `POST /jobs`: fields, defaults and bounds of the reference, notes and tags. Unknown fields are ignored. */
export const TrainingConfigInput = z
  .object({
    name: JobName,
    model_type: ModelType.default('zeugnis').openapi({ default: 'zeugnis' }),
    bundeslaender: z
      .array(Bundesland)
      .min(1, 'At least one Bundesland is required')
      .max(BUNDESLAENDER_INPUT_MAX)
      .transform((codes) => [...new Set(codes)])
      .openapi(bundeslaender),
    batch_size: tuning.batch_size.default(16),
    learning_rate: tuning.learning_rate.default(0.00005),
    epochs: tuning.epochs.default(10),
    warmup_steps: tuning.warmup_steps.default(500),
    weight_decay: tuning.weight_decay.default(0.01),
    gradient_accumulation: tuning.gradient_accumulation.default(4),
    mixed_precision: tuning.mixed_precision.default(true),
    ...runnersInput,
    notes: Notes.optional(),
    tags: Tags.optional(),
  })
  .openapi('TrainingConfigInput', {
    description:
      'Model type, training data and hyperparameters of a new job, with its notes and tags. Unknown fields are ignored, ' +
      'with a warning',
  }) satisfies z.ZodType<types.TrainingConfig & types.Labels>

/** Of a run that a script has opened itself nobody has set anything. */
const ofOthers = (what: string) => `${what}; 0 for a run that a script has opened itself`

/** What a job trains: the input, with every default filled in. */
const TrainingConfig = z
  .object({
    name: z.string().openapi(name),
    model_type: ModelType,
    bundeslaender: z.array(BundeslandName).openapi(bundeslaender),
    ...tuning,
    batch_size: z
      .int()
      .min(0)
      .max(128)
      .openapi({ description: ofOthers('Examples per training step') }),
    learning_rate: z
      .number()
      .min(0)
      .max(0.1)
      .openapi({ description: ofOthers('Step size of the optimizer') }),
    epochs: z
      .int()
      .min(0)
      .max(100)
      .openapi({ description: ofOthers('Passes over the documents') }),
    gradient_accumulation: z
      .int()
      .min(0)
      .max(32)
      .openapi({ description: ofOthers('Batches per weight update') }),
  })
  .openapi('TrainingConfig', {
    description: 'Model type, training data and hyperparameters of a job',
  }) satisfies z.ZodType<types.TrainingConfig>

export const JobStatus = z.enum(jobStatuses).openapi('JobStatus', {
  description:
    'queued → preparing → training → validating → completed. A job that prepares or trains can be paused, and resumes ' +
    'where it left off. Any status that is not final can change to cancelled or failed. completed, failed and cancelled ' +
    'are final',
  example: 'training',
})
export const JobId = z.string().openapi({ example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11', description: 'Id of a job' })
const progress = z
  .number()
  .openapi({ example: 41.7, description: 'Percentage of steps done, 0–100; 0 while their number is unknown' })
const currentEpoch = z
  .number()
  .nullable()
  .openapi({ example: 5, description: `Counted from 1; 0 before training has started; ${ifReported}` })
const totalEpochs = z.int().openapi({ example: 10, description: 'Epochs of the job' })

/** A job as the API shows it. */
export const JobSnapshot = z
  .object({
    id: JobId,
    name: z.string().openapi(name),
    model_type: ModelType,
    status: JobStatus,
    trainer: TrainerKind,
    progress,
    current_epoch: currentEpoch,
    total_epochs: totalEpochs,
    loss,
    val_loss: valLoss,
    learning_rate: learningRate,
    documents_processed: z.int().nullable().openapi({
      example: 41,
      description: 'Documents processed, in proportion to the steps; null while the number of steps is unknown',
    }),
    total_documents: z.int().openapi({ example: 100, description: 'Documents that the job trains on' }),
    dataset: TrainingDataset.nullable().openapi({
      description: 'What it trains on; null for a job that was created before revisions of the dataset were kept',
    }),
    created_at: instant('When the job was requested'),
    created_by: z.string().nullable().openapi({ example: 'admin', description: 'Who requested it; null if unknown' }),
    started_at: instant('When training first started; null before').nullable(),
    estimated_completion: instant('Expected end while the job is running; otherwise null').nullable(),
    completed_at: instant('When the job reached a final status; null before').nullable(),
    error_message: z.string().nullable().openapi({
      example: null,
      description: 'With status failed: the reason. With validating: why completion is being retried. Otherwise null',
    }),
    revision: z
      .int()
      .openapi({ example: 3, description: 'Raised by every event of the job except an edit; 0 while it is queued' }),
    queue_position: z
      .int()
      .nullable()
      .openapi({
        example: null,
        description:
          'Position in the queue, from 1, while the job waits for a slot: as queued, or as paused and to be resumed; ' +
          'otherwise null',
      }),
    notes: z.string().openapi({ example: '', description: 'What people note about the job; may have several lines' }),
    tags: z.array(z.string()).openapi({ example: ['candidate'], description: 'Words that the job is found by' }),
    metrics: TrainingMetrics,
    config: TrainingConfig,
    ...runnersShown,
  })
  .openapi('TrainingJob', { description: 'The current state of a job' }) satisfies z.ZodType<shown.JobSnapshot>

/** The data of one event of a job's stream. */
export const StreamEvent = z
  .object({
    job_id: JobId.optional().openapi({ description: 'The id of the job; with history=window only' }),
    status: JobStatus,
    progress,
    current_epoch: currentEpoch,
    total_epochs: totalEpochs,
    current_step: z.int().openapi({ example: 417, description: 'Steps done, 0 to total_steps' }),
    total_steps: z
      .int()
      .nullable()
      .openapi({
        example: 1_000,
        description: `Steps of the job; of a simulated one 100 per epoch; ${ifReported}`,
      }),
    elapsed_time_ms: z.int().openapi({
      example: 208_500,
      description: 'Milliseconds of training, excluding pauses; while its runner is not heard, up to when that began',
    }),
    estimated_remaining_ms: z.int().nullable().openapi({
      example: 292_000,
      description: 'Milliseconds of work that remain; constant during a pause; null if unknown',
    }),
    metrics: z
      .object({
        loss,
        val_loss: valLoss,
        accuracy: metric(0.767, 'Share of correct decisions, 0–1'),
        learning_rate: learningRate,
      })
      .openapi({ description: 'Values at the latest step' }),
    history: z.array(HistoryPoint).openapi({
      description: `With history=window the last ${HISTORY_WINDOW_POINTS} points; with delta those since the cursor`,
    }),
    ...runnersInEvent,
    more: z.literal(true).optional().openapi({
      description: 'With history=delta, while catching up: more points follow immediately, even if the status is final',
    }),
  })
  .openapi('MetricsEvent', {
    description: 'The state of the job when the event is sent',
  }) satisfies z.ZodType<shown.StreamEvent>

const JobGone = z
  .object({ error: z.literal('Job not found').openapi({ description: 'The job was deleted; the stream ends' }) })
  .openapi('JobGone', { description: 'The last event of a job that is deleted during the stream' })

/** The data of any event that a job's stream can carry. */
export const StreamMessage = z.union([StreamEvent, JobGone])

/** An event of a job and the change of its status. */
export const JobCreated = z
  .object({
    id: JobId,
    status: z.literal('queued').openapi({ description: 'The initial status of every job' }),
    message: z.string().openapi({ example: 'Training job created', description: 'The outcome, for people' }),
    warnings: z
      .array(ValidationError)
      .optional()
      .openapi({ description: 'Unknown fields of the body, which were ignored; missing if there are none' }),
  })
  .openapi('JobCreated', { description: 'The job exists and will run' })
