import { z } from '@hono/zod-openapi'
import { metricValue } from '../../http/metric-value.ts'
import type * as shown from '../rules/shown.ts'

/** What only a runner may leave out. */
export const ifReported = 'null if a runner has not reported it; never for a simulated job'

/** A metric's value, which a runner may not have reported. */
export const metric = (example: number, description: string) =>
  metricValue()
    .nullable()
    .openapi({ example, description: `${description}; ${ifReported}` })

/** Of what a job has reached. */
export const loss = metric(0.5021, 'Training loss at the latest step; of a simulated job 1 before the first')
export const valLoss = metric(0.5523, 'Validation loss at the latest step; of a simulated job 1 before the first')
export const learningRate = metric(0.00005, 'Step size of the optimizer')

/** One point of a job's history. */
export const HistoryPoint = z
  .object({
    epoch: z
      .number()
      .nullable()
      .openapi({ example: 5, description: `Counted from 1; ${ifReported}` }),
    step: z.int().openapi({ example: 417, description: 'Counted from 0' }),
    loss: metric(0.5021, 'Training loss at this step'),
    val_loss: metric(0.5523, 'Validation loss at this step'),
    learning_rate: learningRate,
    timestamp: z
      .int()
      .openapi({ example: 1_793_520_208_500, description: 'When the step was reached, in Unix milliseconds' }),
    accuracy: metric(0.767, 'Accuracy at this step, 0 to 1'),
    metrics: z
      .record(z.string(), metricValue())
      .optional()
      .openapi({
        example: { grad_norm: 1.25 },
        description:
          'What else a runner has reported at this step, by its names, and what was asked for by a name that a field ' +
          'shows; in a stream with history=delta, also what a field shows of another name. Missing if there is nothing',
      }),
    superseded: z
      .literal(true)
      .optional()
      .openapi({ description: 'A later attempt counts instead; only if asked for' }),
  })
  .openapi('HistoryPoint', { description: "One step of a job's curve" }) satisfies z.ZodType<shown.HistoryPoint>

/** A range of a job's history. */
export const History = z
  .object({
    resolution: z
      .object({
        method: z.enum(['full', 'min-max']).openapi({
          description:
            'full: every step. min-max: both ends and, for each bucket, the points with the lowest and highest value of ' +
            'each metric asked for, and its first NaN. If max_points is too low, not all of these may fit: then as many ' +
            'extremes of the whole range as fit',
        }),
        bucket_steps: z.int().openapi({
          example: 1,
          description: 'Steps per bucket; buckets start at multiples of this number. 1: every step',
        }),
      })
      .openapi({ description: 'How the points were selected' }),
    points: z.array(HistoryPoint).openapi({ description: 'In ascending order of steps' }),
  })
  .openapi('History', { description: "A range of a job's curve" }) satisfies z.ZodType<shown.History>
