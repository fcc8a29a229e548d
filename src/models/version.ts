import type { BundeslandCode } from '../shared/bundeslaender.ts'
import type { TrainingDataset } from '../shared/training-dataset.ts'
import type { TrainingMetrics } from '../shared/training-metrics.ts'

/** A model version, in the API's own names; the schema says what each field means. */
export type ModelVersion = {
  id: string
  job_id: string
  version: string
  model_type: string
  created_at: string
  metrics: TrainingMetrics
  is_active: boolean
  size_mb: number
  bundeslaender: BundeslandCode[]
  dataset: TrainingDataset | null
  training_withdrawn: number | null
  files: number
  manifest_sha256: string | null
  same_files_as: string | null
}
