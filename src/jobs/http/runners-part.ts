import { z } from '@hono/zod-openapi'
import { instant } from '../../http/instant.ts'
import { metricValue } from '../../http/metric-value.ts'
import { textRecord } from '../../http/record.ts'
import {
  MAX_ATTEMPTS_DEFAULT,
  MAX_ATTEMPTS_MAX,
  PARAM_NAME_LENGTH_MAX,
  PARAM_VALUE_LENGTH_MAX,
  PARAMS_MAX,
  SUMMARY_METRICS_MAX,
} from '../../platform/limits.ts'
import { allTrainerKinds, trainerKinds } from '../../shared/trainers.ts'
import { attemptEnds } from '../rules/attempt.ts'
import { Checkpoint } from './attempt-schema.ts'

/** What creation takes for runners, and what a job and its events show of them. */

const when = (description: string) => instant(description).nullable()

export const TrainerKind = z.enum(allTrainerKinds).openapi({
  example: 'simulated',
  description:
    'What trains the job. `simulated`: nothing; its steps and metrics follow from a formula. `runner`: a program that claims ' +
    'the job and reports on it. `mlflow`: a script that has opened a run of its own at the door for MLflow',
})

const params = textRecord(z.string().min(1).max(PARAM_NAME_LENGTH_MAX), z.string().max(PARAM_VALUE_LENGTH_MAX))

/** Beside the fields of the reference, in the body of `POST /jobs`. */
export const runnersInput = {
  trainer: z
    .enum(trainerKinds)
    .optional()
    .openapi({ description: 'What trains the job; by default what DEFAULT_TRAINER says' }),
  max_attempts: z
    .int()
    .min(1)
    .max(MAX_ATTEMPTS_MAX)
    .optional()
    .openapi({
      example: MAX_ATTEMPTS_DEFAULT,
      description: `How many attempts may be lost before the job waits for its last runner alone; ${MAX_ATTEMPTS_DEFAULT} by default`,
    }),
  params: params
    .refine((map) => Object.keys(map).length <= PARAMS_MAX, `At most ${PARAMS_MAX} params`)
    .optional()
    .openapi({ example: { seed: '17' }, description: 'Passed on to the training script as they are' }),
  resume_from: z
    .object({
      job_id: z.string().openapi({ example: '5f0c6c5e-5d0e-4c39-9d4e-0d6c5b8f2a11', description: 'Id of a job' }),
      step: z.int().min(0).optional().openapi({ description: 'The step of its checkpoint; by default the last one' }),
    })
    .optional()
    .openapi({
      description: 'Start from the checkpoint of another job that runners train; only with `trainer` `runner`',
    }),
}

/** What a job shows of its runners. */
export const runnersShown = {
  waiting_for: z
    .enum(['slot', 'runner'])
    .nullable()
    .openapi({ example: null, description: 'What the job waits for; null: nothing' }),
  offered_at: when('Since when runners may claim the job; null: they may not'),
  waits_until: when(
    'When it fails if no runner has taken it and its last one was not heard by then; null: it does not wait',
  ),
  requested: z
    .object({
      id: z.int().openapi({ example: 1, description: 'From 1 within the job' }),
      what: z.enum(['pause', 'cancel']).openapi({ description: 'What an operator wants' }),
      at: instant('When it was requested'),
      by: z.string().nullable().openapi({ example: 'admin', description: 'Who requested it' }),
      grace_s: z.number().openapi({ example: 60, description: 'Seconds to save and end, counted from seen_at' }),
      seen_at: when('When the runner said that it has seen the request; null before'),
      stopping_at: when('When it said that the process is saving and ending; null before'),
    })
    .nullable()
    .openapi({ example: null, description: 'What was requested of the runner and has not happened yet' }),
  attempt: z
    .object({
      number: z.int().openapi({ example: 1, description: 'From 1 within the job' }),
      runner: z.string().openapi({ example: 'gpu-1', description: 'The name of the runner' }),
      claimed_at: instant('When it claimed the job'),
      heard_at: when(
        'When it was last heard, as far as is known; null: not yet. Later than its end if values came after that',
      ),
      progressed_at: when('When it last brought a new step or output'),
      silent_since: when('Since when it has not been heard; null: it is heard'),
      stalled_since: when('Since when it is heard, but brings neither a step nor output'),
      lost_at: when('When it was lost: silent for too long. It may still return until another attempt has the job'),
      lost_after_s: z.number().openapi({ example: 600, description: 'Seconds of silence after which it is lost' }),
      resumed_from_step: z.int().nullable().openapi({ example: null, description: 'The checkpoint it went on from' }),
      ended: z
        .enum(attemptEnds)
        .nullable()
        .openapi({ example: null, description: 'How it ended; null while it is live' }),
    })
    .nullable()
    .openapi({ example: null, description: 'The live attempt of a runner, or the last one' }),
  params: z.record(z.string(), z.string()).openapi({ example: {}, description: 'As given at creation' }),
  max_attempts: z.int().openapi({ example: MAX_ATTEMPTS_DEFAULT, description: 'As given at creation' }),
  losses: z.int().openapi({
    example: 0,
    description:
      'How many attempts were lost so far; with the last of `max_attempts`, others are no longer offered the job',
  }),
  checkpoint: Checkpoint.nullable().openapi({
    example: null,
    description: 'The checkpoint that the next attempt resumes from; null: it starts from the beginning',
  }),
  summary: z
    .record(
      z.string(),
      z.object({
        latest: metricValue().openapi({ example: 0.5, description: 'The value at the highest step' }),
        lowest: metricValue().openapi({ example: 0.4, description: 'The lowest value' }),
        highest: metricValue().openapi({ example: 1.2, description: 'The highest value' }),
        best: metricValue().openapi({
          example: 0.4,
          description: 'The lowest of a loss or an error, else the highest',
        }),
      }),
    )
    .openapi({
      example: {},
      description:
        'What runners have reported, by metric; empty for a simulated job. In lists at most ' +
        `${SUMMARY_METRICS_MAX} metrics of a job, those that fill its other fields among them`,
    }),
  run_params: z.record(z.string(), z.string()).openapi({
    example: {},
    description: 'Parameters that a client of MLflow has logged: the first 16 KiB of them and of the tags',
  }),
  run_tags: z.record(z.string(), z.string()).openapi({
    example: {},
    description: 'Tags that a client of MLflow has set',
  }),
  values_not_stored: z.int().openapi({
    example: 0,
    description: 'Values that a client of MLflow has logged beyond the bounds of a run, and that were not stored',
  }),
}

/** What an event of a stream says of runners; all missing for a simulated job. */
export const runnersInEvent = {
  rewind: z
    .object({ from_step: z.int().openapi({ example: 121, description: 'The first step that no longer counts' }) })
    .optional()
    .openapi({ description: 'Drop the points at this step and after, then append the history of this event' }),
  attempt: z.int().optional().openapi({ example: 1, description: 'Number of the attempt' }),
  waiting_for: z.enum(['slot', 'runner']).optional().openapi({ description: 'What the job waits for' }),
  requested: z
    .object({
      id: z.int().openapi({ example: 1, description: 'From 1 within the job' }),
      what: z.enum(['pause', 'cancel']).openapi({ description: 'What an operator wants' }),
      seen: z.boolean().openapi({ description: 'Whether the runner has seen it' }),
      stopping: z.boolean().openapi({ description: 'Whether the process is saving and ending' }),
    })
    .optional()
    .openapi({ description: 'What was requested and has not happened yet' }),
  silent_since: instant('Since when the runner has not been heard').optional(),
  stalled_since: instant('Since when it brings neither a step nor output').optional(),
  output_lines: z.int().optional().openapi({ example: 120, description: 'Lines of output so far' }),
}
