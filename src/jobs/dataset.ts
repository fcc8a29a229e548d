import {
  computeDigest,
  datasetStream,
  type Given,
  givenNow,
  storeDigest,
  type TrainingSet,
} from '../dataset/revisions.ts'
import { D1Unavailable } from '../platform/d1.ts'
import { log } from '../platform/log.ts'
import { isUuid } from '../shared/uuid.ts'
import { type Composed, compose } from './object/parts.ts'
import type { JobRow } from './register/stored-job.ts'
import type { DatasetRefusal } from './rules/refusals.ts'
import type { JobSnapshot } from './rules/shown.ts'

/** The documents that a job trains on, as they were when it was created. */

/** A download of them. */
export type DatasetDownload = { body: ReadableStream<Uint8Array>; sha256: string }

const setOf = ({ dataset, config: { bundeslaender } }: JobSnapshot): TrainingSet | null =>
  dataset && { revision: dataset.revision, bundeslaender }

/**
 * Opens a download, without the documents that have lost their permission by now. Reads them twice if their digest is not
 * stored yet, and writes nothing.
 */
export async function openDataset(bindings: Env, id: string): Promise<DatasetDownload | DatasetRefusal> {
  const env = compose(bindings)
  const row = isUuid(id) ? await env.parts.register(env.DB).find(id) : null
  if (row === null) return { reason: 'not_found' }
  const { dataset, config } = row.job
  const given = dataset && (await givenNow(env.DB, { revision: dataset.revision, bundeslaender: config.bundeslaender }))
  if (!given) return { reason: 'dataset_unknown' }
  const sha256 = given.sha256 ?? (await computeDigest(env.DB, given.set))
  return { body: datasetStream(env.DB, given.set), sha256 }
}

/** The job with what its row says of the documents that it trains on. */
export const withDataset = (job: JobSnapshot, { given, withdrawn }: JobRow): JobSnapshot =>
  job.dataset === null ? job : { ...job, dataset: { ...job.dataset, sha256: given?.sha256 ?? null, withdrawn } }

/**
 * What a claim gives to an attempt: the job with its digest, if that is stored, and the work that stores it in the job, for
 * after the answer. A claim that the job has granted does not fail because D1 does not respond.
 */
export async function giveDataset(env: Composed, job: JobSnapshot): Promise<{ job: JobSnapshot; note: Promise<void> }> {
  const set = setOf(job)
  const now = set && (await orNull(givenNow(env.DB, set)))
  if (job.dataset === null || now === null) return { job, note: Promise.resolve() }
  const { sha256, withdrawn } = now
  return { job: { ...job, dataset: { ...job.dataset, sha256, withdrawn } }, note: noteGiven(env, job.id, now) }
}

/** A digest that is missing is made by the next claim. */
async function noteGiven(env: Composed, id: string, { set, withdrawn, sha256: known }: Given): Promise<void> {
  try {
    const sha256 = known ?? (await storeDigest(env.DB, set))
    const given = { revision: set.givenRevision, withdrawn, sha256 }
    const isLate = await env.parts.register(env.DB).noteGiven(id, given)
    if (isLate) await env.parts.registry(env.DB).noteGiven(id, given)
  } catch (error) {
    log('error', 'dataset_not_digested', { job_id: id, error: String(error) })
  }
}

const orNull = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (error instanceof D1Unavailable) return null
    throw error
  })
