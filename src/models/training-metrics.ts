import { z } from '@hono/zod-openapi'

const Score = z.number().min(0).max(1)

/** Scores of a training, and its last losses, oldest first. */
export const TrainingMetrics = z
  .object({
    precision: Score,
    recall: Score,
    f1_score: Score,
    accuracy: Score,
    loss_history: z.array(z.number()),
    val_loss_history: z.array(z.number()),
  })
  .openapi('TrainingMetrics')
export type TrainingMetrics = z.infer<typeof TrainingMetrics>
