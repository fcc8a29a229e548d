import { z } from '@hono/zod-openapi'
import { instant } from '../../http/instant.ts'
import { attemptEnds } from '../rules/attempt.ts'
import type * as shown from '../rules/shown.ts'
import { Checkpoint } from './attempt-schema.ts'
import { JobStatus } from './schema.ts'

/** Of an event of an attempt; which fields there are depends on its type. */
const EventDetails = z.object({
  attempt: z.int().optional().openapi({ example: 1, description: 'Number of the attempt' }),
  runner: z.string().optional().openapi({ example: 'gpu-1', description: 'Its runner' }),
  version: z.string().optional().openapi({ example: '1.0.0', description: 'claimed: the version of the runner' }),
  resumed_from: Checkpoint.optional().openapi({ description: 'confirmed: the checkpoint that it resumes from' }),
  from_step: z.int().optional().openapi({ example: 121, description: 'rewound: the first step that no longer counts' }),
  total_steps: z.int().optional().openapi({ example: 1_000, description: 'planned: how many steps there will be' }),
  since: instant('silent: since when it has not been heard; stalled: since when it brings nothing new').optional(),
  offered: z
    .boolean()
    .optional()
    .openapi({ description: 'lost: whether others may claim the job; if not, it waits for this runner alone' }),
  until: instant('offer_extended: until when the job waits at least').optional(),
  outcome: z.enum(attemptEnds).optional().openapi({ description: 'finished: how the runner says that it ended' }),
  checkpoint: Checkpoint.optional().openapi({ description: 'finished: the checkpoint that it leaves' }),
  ignored_checkpoint: Checkpoint.optional().openapi({
    description: 'finished: a checkpoint that the runner named and that is not registered',
  }),
  exit_status: z.int().optional().openapi({ example: 0, description: 'finished: of the process' }),
  signal: z.string().optional().openapi({ example: 'SIGTERM', description: 'finished: what ended the process' }),
  request: z.int().optional().openapi({ example: 1, description: 'Id of the request' }),
  what: z.enum(['pause', 'cancel']).optional().openapi({ description: 'requested: what was requested' }),
  grace_s: z.number().optional().openapi({ example: 60, description: 'requested: seconds to save and end' }),
}) satisfies z.ZodType<shown.EventDetails>

export const EventRecord = z
  .object({
    sequence: z
      .int()
      .openapi({ example: 4, description: "Position in the job's log, from 1 without gaps; edits are counted" }),
    at: instant('When it happened'),
    type: z.string().openapi({ example: 'paused', description: 'What happened' }),
    actor: z
      .string()
      .nullable()
      .openapi({ example: 'admin', description: 'Who requested it; null if it happened by itself' }),
    from_status: z
      .union([JobStatus, z.null()])
      .openapi({ description: 'The previous status; null for the creation of the job' }),
    to_status: JobStatus,
    step: z.int().openapi({ example: 417, description: 'Steps done at that time' }),
    message: z.string().nullable().openapi({
      example: null,
      description: 'With types failed, given_up and completion_refused: the reason; otherwise null',
    }),
    changes: z
      .object({
        name: z.string().optional().openapi({ example: 'Zeugnis Bayern 2026', description: 'The new name' }),
        notes: z.string().optional().openapi({ example: 'Baseline', description: 'The new notes' }),
        tags: z
          .array(z.string())
          .optional()
          .openapi({ example: ['candidate'], description: 'All tags since' }),
      })
      .nullable()
      .openapi({ example: null, description: 'With type edited: what was changed, and its new value; else null' }),
    details: EventDetails.nullable().openapi({
      example: null,
      description: 'With types of attempts of runners: whose, and what was said; else null',
    }),
  })
  .openapi('JobEvent', {
    description: 'An event of a job and the change of its status',
  }) satisfies z.ZodType<shown.EventRecord>
