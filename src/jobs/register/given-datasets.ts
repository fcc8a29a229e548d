import type { GivenDataset } from './stored-job.ts'

/** What jobs were given to train on. Apart from a job's state: D1 makes it, and no object knows it. */
export function givenDatasets(db: D1Database) {
  /** Writes down what a job's latest attempt was given, if the row does not have it yet. */
  async function noteGiven(id: string, given: GivenDataset): Promise<void> {
    await db
      .prepare('UPDATE jobs SET dataset_given = ?2 WHERE id = ?1 AND dataset_given IS NOT ?2')
      .bind(id, JSON.stringify(given))
      .run()
  }

  return { noteGiven }
}
