import type { MetricValue } from './metric-value.ts'

/** Scores of a job, and its last losses, oldest first; `null` where its trainer has reported none. */
export type TrainingMetrics = {
  precision: MetricValue | null
  recall: MetricValue | null
  f1_score: MetricValue | null
  accuracy: MetricValue | null
  loss_history: (MetricValue | null)[]
  val_loss_history: (MetricValue | null)[]
}
