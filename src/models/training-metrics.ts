import { z } from '@hono/zod-openapi'
import { metricValue } from '../http/metric-value.ts'
import { HISTORY_WINDOW_POINTS } from '../platform/limits.ts'
import type * as metrics from '../shared/training-metrics.ts'

const score = (example: number, description: string) =>
  metricValue()
    .nullable()
    .openapi({ example, description: `${description}; null if a runner has reported none, never for a simulated job` })
const losses = (example: number[], description: string) =>
  z
    .array(metricValue().nullable())
    .max(HISTORY_WINDOW_POINTS)
    .openapi({
      example,
      description: `${description} at the last ${HISTORY_WINDOW_POINTS} points, oldest first; null where a runner has reported none`,
    })

/** Scores of a job and its latest losses, oldest first. */
export const TrainingMetrics = z
  .object({
    precision: score(0.75, 'Share of the findings that are correct, 0–1'),
    recall: score(0.7, 'Share of the actual items that were found, 0–1'),
    f1_score: score(0.72, 'Harmonic mean of precision and recall, 0–1'),
    accuracy: score(0.8, 'Share of correct decisions, 0–1'),
    loss_history: losses([0.5021, 0.5008], 'Training loss'),
    val_loss_history: losses([0.5523, 0.5509], 'Validation loss'),
  })
  .openapi('TrainingMetrics', {
    description: 'Scores of a job and its latest losses; zeros before training starts',
  }) satisfies z.ZodType<metrics.TrainingMetrics>
