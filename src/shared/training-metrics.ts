/** Scores of a job, and its last losses, oldest first. */
export type TrainingMetrics = {
  precision: number
  recall: number
  f1_score: number
  accuracy: number
  loss_history: number[]
  val_loss_history: number[]
}
