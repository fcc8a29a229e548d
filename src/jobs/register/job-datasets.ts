import { withdrawnSince } from '../../dataset/revisions.ts'
import { columns, type GivenDataset, type JobRow, rowOf, type StoredRow } from './stored-job.ts'

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

  /** Writes down what a job's latest attempt was given, if the row does not have it yet. */
  async function noteGiven(id: string, given: GivenDataset): Promise<void> {
    await db
      .prepare('UPDATE jobs SET dataset_given = ?2 WHERE id = ?1 AND dataset_given IS NOT ?2')
      .bind(id, JSON.stringify(given))
      .run()
  }

  return { findShown, noteGiven }
}
