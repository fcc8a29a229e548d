import { withdrawnSince } from '../../dataset/revisions.ts'
import type { JobStatus } from '../../shared/job-status.ts'
import type { GivenDataset } from '../../shared/training-dataset.ts'
import { columns, type JobRow, rowOf, type StoredRow } from './stored-job.ts'

const revision = "spec ->> '$.dataset.revision'"
const bundeslaender = "spec -> '$.config.bundeslaender'"

/** What jobs train on. Apart from a job's state: D1 knows it, and no object. */
export function jobDatasets(db: D1Database) {
  /** A job's row, with how many of the documents that it trains on have been withdrawn by now. */
  async function findShown(id: string): Promise<JobRow | null> {
    const withdrawn = withdrawnSince({ revision, bundeslaender, givenRevision: revision })
    const row = await db
      .prepare(`SELECT ${columns}, ${withdrawn} AS withdrawn FROM jobs WHERE id = ?`)
      .bind(id)
      .first<StoredRow>()
    return row && rowOf(row)
  }

  /**
   * Writes down what a job's latest attempt was given, unless the row has that already, or what a later one was given.
   *
   * @returns whether the job was completed before
   */
  async function noteGiven(id: string, given: GivenDataset): Promise<boolean> {
    const row = await db
      .prepare(
        `UPDATE jobs SET dataset_given = ?2
         WHERE id = ?1 AND (dataset_given IS NULL OR dataset_given ->> '$.revision' < ?3) RETURNING status`,
      )
      .bind(id, JSON.stringify(given), given.revision)
      .first<{ status: JobStatus }>()
    return row?.status === 'completed'
  }

  return { findShown, noteGiven }
}
