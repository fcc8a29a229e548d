import { z } from '@hono/zod-openapi'
import { ActionResult } from '../../http/action-result.ts'
import { nameSchema } from '../../http/name.ts'
import { textRecord } from '../../http/record.ts'
import { ModelType } from '../../models/model-type.ts'
import {
  CLAIM_CONFIRMED_WITHIN_MS,
  CLAIM_WAIT_MAX_S,
  ERROR_MESSAGE_LENGTH_MAX,
  EXPECTED_SILENCE_MAX_S,
  REPORT_LINES_MAX,
  REPORT_POINTS_MAX,
  RUNNER_LABEL_LENGTH_MAX,
  RUNNER_LABELS_MAX,
  RUNNER_NAME_LENGTH_MAX,
  RUNNER_VERSION_LENGTH_MAX,
} from '../../platform/limits.ts'
import { modelTypes } from '../../shared/model-types.ts'
import { Checkpoint } from './attempt-schema.ts'
import { JobSnapshot } from './schema.ts'

/** The wire of attempts: claims, reports, finish. docs/PROTOCOL.md says how a runner uses it. */

export const ClaimInput = z
  .object({
    runner: nameSchema(RUNNER_NAME_LENGTH_MAX, { example: 'gpu-1', description: 'The name of the runner' }),
    claim_id: z.uuid().openapi({
      example: 'c0a8e4d2-53c8-4a8e-9d6e-0f1f0a6b7c11',
      description:
        'Chosen by the runner, a new one for each job it wants. Repeated: the same attempt, with a new token',
    }),
    version: z
      .string()
      .max(RUNNER_VERSION_LENGTH_MAX)
      .optional()
      .openapi({ example: '1.0.0', description: 'The version of the runner program' }),
    labels: textRecord(z.string().max(RUNNER_LABEL_LENGTH_MAX), z.string().max(RUNNER_LABEL_LENGTH_MAX))
      .refine((map) => Object.keys(map).length <= RUNNER_LABELS_MAX, `At most ${RUNNER_LABELS_MAX} labels`)
      .optional()
      .openapi({
        example: { gpu: 'H100' },
        description: 'What people should know of the runner; shown in the list of runners',
      }),
    model_types: z
      .array(ModelType)
      .max(modelTypes.length)
      .optional()
      .openapi({ description: 'Only jobs of these model types; missing or empty: any' }),
    leaving: z
      .boolean()
      .optional()
      .openapi({ description: 'The runner ends, and wants no job: 204, and it is listed as one that has ended' }),
    wait_s: z
      .number()
      .min(0)
      .max(CLAIM_WAIT_MAX_S)
      .optional()
      .openapi({ example: 20, description: 'Seconds that the answer may wait for a job; 0 by default' }),
  })
  .openapi('ClaimInput', { description: "A runner's claim" })

const Lease = z
  .object({
    ttl_s: z.number().openapi({ example: 600, description: 'After this silence, the job is offered to others' }),
    heartbeat_s: z.number().openapi({ example: 15, description: 'Report at least this often, even without content' }),
    confirm_within_s: z.number().openapi({
      example: CLAIM_CONFIRMED_WITHIN_MS / 1_000,
      description: 'Without a first report within this time, the job is offered again',
    }),
  })
  .openapi({ description: 'Durations in seconds' })

export const ClaimedJob = z
  .object({
    job: JobSnapshot,
    attempt: z.int().openapi({ example: 1, description: 'Number of the attempt, from 1 within the job' }),
    token: z.string().openapi({
      example: 'stj_5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11_…',
      description: 'The token for everything this attempt says, shown once',
    }),
    sequence: z.int().openapi({ example: 0, description: 'The last report taken from this attempt' }),
    lease: Lease,
    resume: Checkpoint.nullable().openapi({
      description: 'The checkpoint to go on from; null: start from the beginning',
    }),
  })
  .openapi('ClaimedJob', { description: 'A claimed job, and the terms of its attempt' })

const requestId = (description: string) => z.int().min(1).optional().openapi({ example: 1, description })

/** The content of `points` and `output` is read part by part: what makes no sense is dropped and named in the answer. */
export const ReportInput = z
  .object({
    sequence: z
      .int()
      .min(1)
      .optional()
      .openapi({ example: 1, description: 'The number of the report: 1, 2, 3 … within the attempt' }),
    phase: z.enum(['training', 'validating']).optional().openapi({ description: 'What the trainer does now' }),
    total_steps: z
      .int()
      .min(1)
      .optional()
      .openapi({ example: 1_000, description: 'How many steps the trainer will do' }),
    acknowledged: requestId('The request that the runner has seen'),
    stopping: requestId('The request for which the process is now saving and ending'),
    expect_silence_s: z
      .number()
      .min(0)
      .max(EXPECTED_SILENCE_MAX_S)
      .optional()
      .openapi({ description: 'No step and no output will come for so long; heartbeats go on' }),
    points: z
      .array(z.unknown())
      .max(REPORT_POINTS_MAX)
      .optional()
      .openapi({
        description: 'Each `{"step", "timestamp"?, "epoch"?, "metrics": {"loss": 0.5, "grad_norm": "NaN"}}`',
        example: [{ step: 10, timestamp: 1_793_520_208_500, metrics: { loss: 0.5 } }],
      }),
    output: z
      .array(z.unknown())
      .max(REPORT_LINES_MAX)
      .optional()
      .openapi({
        description: 'Lines: each `{"stream": "stdout" | "stderr", "timestamp"?, "text"}`',
        example: [{ stream: 'stdout', text: 'epoch 1' }],
      }),
  })
  .openapi('ReportInput', { description: 'What an attempt reports. Empty: a heartbeat' })

const dropped = z
  .array(
    z.object({
      part: z.string().openapi({ example: 'points', description: 'The part of what was sent' }),
      index: z.int().optional().openapi({ description: 'Its element, from 0' }),
      metric: z.string().optional().openapi({ description: 'The metric of a point' }),
      why: z.string().openapi({ example: 'Not a number', description: 'Why, for people' }),
    }),
  )
  .openapi({ description: 'What was left out. The rest was taken' })

export const ReportAnswer = z
  .object({
    sequence: z.int().openapi({ example: 1, description: 'The last report that was taken' }),
    duplicate: z.boolean().openapi({ description: 'Whether this report had been taken before' }),
    dropped,
    requested: z
      .object({
        id: z.int().openapi({ example: 1, description: 'For `acknowledged` and `stopping`' }),
        what: z.enum(['pause', 'cancel']).openapi({ description: 'What an operator wants' }),
        grace_s: z
          .number()
          .openapi({ example: 60, description: 'Seconds that the process has to save and end, once this was seen' }),
        by: z.string().nullable().openapi({ example: 'admin', description: 'Who wants it' }),
      })
      .nullable()
      .openapi({ description: 'Told again in every answer, until the attempt finishes' }),
    lease: z
      .object({ ttl_s: z.number().openapi({ example: 600, description: 'As in the claim' }) })
      .openapi({ description: 'The terms of the attempt' }),
    next_report_s: z
      .number()
      .openapi({ example: 15, description: 'When to send the next report: soon while somebody watches' }),
  })
  .openapi('ReportAnswer', { description: 'The answer to a report' })

export const FinishInput = z
  .object({
    sequence: z
      .int()
      .min(1)
      .openapi({ example: 12, description: 'One more than the last report, so that none is missing' }),
    outcome: z.enum(['completed', 'failed', 'paused', 'cancelled', 'released']).openapi({
      description:
        'completed, failed: the training has ended so. paused, cancelled: what was requested has happened. released: the ' +
        'machine is taken away, and the job goes to another runner',
    }),
    error_message: z
      .string()
      .max(ERROR_MESSAGE_LENGTH_MAX)
      .optional()
      .openapi({ description: 'With failed: the reason, for people' }),
    exit_status: z.int().min(-1).max(65_535).optional().openapi({ example: 0, description: 'Of the process' }),
    signal: z.string().max(20).optional().openapi({ example: 'SIGTERM', description: 'That ended the process' }),
    checkpoint: z
      .object({
        step: z.int().min(0).openapi({ example: 120, description: 'The last step that it contains' }),
        path: z.string().min(1).max(512).openapi({ example: 'checkpoints/step-120', description: 'Its folder' }),
      })
      .optional()
      .openapi({
        description:
          'From which the next attempt goes on. One that is not registered is ignored, and named in `dropped`: the finish ' +
          'counts',
      }),
    // Not a record, which would lose a metric by the name of __proto__.
    metrics: z
      .custom<Record<string, unknown>>(
        (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
        'Must be an object',
      )
      .openapi({ type: 'object', additionalProperties: {} })
      .optional()
      .openapi({ example: { eval_accuracy: 0.9 }, description: 'Last values, recorded at the highest step' }),
    acknowledged: requestId('The request that is fulfilled by this'),
  })
  .openapi('FinishInput', { description: 'The last word of an attempt' })

export const FinishAnswer = ActionResult.extend({ dropped }).openapi('FinishAnswer', {
  description: 'The attempt has ended, now or before',
})
