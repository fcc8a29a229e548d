import { z } from '@hono/zod-openapi'
import { instant } from '../../http/instant.ts'
import { attemptEnds } from '../rules/attempt.ts'
import type * as shown from '../rules/shown.ts'

/** What is shown of attempts and of those who make them. */

export const Checkpoint = z.object({
  step: z.int().openapi({ example: 120, description: 'The step at which it stands' }),
  checkpoint: z.string().openapi({ example: 'checkpoints/step-120', description: 'Its path' }),
})

export const OutputLine = z
  .object({
    number: z.int().openapi({ example: 0, description: 'From 0, in the order of arrival' }),
    attempt: z.int().openapi({ example: 1, description: 'The attempt that wrote it' }),
    stream: z.enum(['stdout', 'stderr']).openapi({ description: 'Where it was written' }),
    timestamp: z.int().openapi({ example: 1_793_520_208_500, description: 'Unix ms, by the clock of the runner' }),
    text: z.string().openapi({ example: 'epoch 1', description: 'The line, without its end' }),
  })
  .openapi('OutputLine', { description: 'A line of output' }) satisfies z.ZodType<shown.OutputRecord>

export const AttemptRecord = z
  .object({
    number: z.int().openapi({ example: 1, description: 'From 1 within the job' }),
    runner: z.string().openapi({ example: 'gpu-1', description: 'The name of the runner' }),
    claimed_at: instant('When it claimed the job'),
    confirmed_at: instant('When its first word came; null: none has').nullable(),
    ended: z
      .enum(attemptEnds)
      .nullable()
      .openapi({ example: 'paused', description: 'How it ended; null while it is live' }),
    ended_at: instant('When it ended').nullable(),
    resumed_from: Checkpoint.nullable().openapi({
      description: 'The checkpoint that it resumed from; null: it started from the beginning',
    }),
    checkpoint: Checkpoint.nullable().openapi({
      description: 'The last checkpoint that it has registered, or the one that its finish named; null: none',
    }),
    from_step: z.number().nullable().openapi({ example: 0, description: 'The lowest step that it has reported' }),
    to_step: z.number().nullable().openapi({ example: 130, description: 'The highest' }),
    superseded_from: z
      .number()
      .nullable()
      .openapi({ example: 121, description: 'From this step on, a later attempt counts instead; null: nowhere' }),
  })
  .openapi('Attempt', { description: 'An attempt of a runner at a job' }) satisfies z.ZodType<shown.AttemptRecord>

export const Runner = z
  .object({
    name: z.string().openapi({ example: 'gpu-1', description: 'The name that it gives itself' }),
    actor: z.string().openapi({ example: 'token:cellar', description: 'The credential that it uses' }),
    version: z.string().nullable().openapi({ example: '1.0.0', description: 'Its version, as it says' }),
    labels: z.record(z.string(), z.string()).openapi({ example: {}, description: 'As it says' }),
    seen_at: instant('When it last asked for a job, took one or ended one; to ten minutes'),
    since: instant('Since when it waits for a job, has the one that it has, or has ended, as far as it has said so'),
    left_at: instant('When it said that it ends; null: it has not').nullable(),
    job_id: z.string().nullable().openapi({ description: 'The job that it has; null: it waits for one, or has ended' }),
    last_job: z
      .object({
        id: z.string().openapi({ example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11', description: 'Id of the job' }),
        name: z.string().openapi({ example: 'Zeugnis Bayern 2026', description: 'Its name when it was claimed' }),
        ended: z.enum(attemptEnds).nullable().openapi({
          example: 'completed',
          description: 'How the attempt ended, as the runner said; null: it has not',
        }),
      })
      .nullable()
      .openapi({ description: 'The job that it has taken last, unless that was deleted' }),
  })
  .openapi('Runner', { description: 'A runner' }) satisfies z.ZodType<shown.RunnerRecord>
