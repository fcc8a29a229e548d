/** The documents that a job trains on, or a version was trained on; `null` where a digest or count is not known. */
export type TrainingDataset = {
  revision: number
  documents: number
  sha256: string | null
  withdrawn: number | null
}
