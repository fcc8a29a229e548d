/** The documents that a job trains on, or a version was trained on; `null` where a digest or count is not known. */
export type TrainingDataset = {
  revision: number
  documents: number
  sha256: string | null
  withdrawn: number | null
}

/** What an attempt was given: without `withdrawn` of the documents, which had no permission at `revision`; and its digest. */
export type GivenDataset = { revision: number; withdrawn: number; sha256: string }
