import { DATASET_PAGE_DOCUMENTS } from '../platform/limits.ts'
import { sha256OfParts } from '../platform/sha256.ts'
import type { BundeslandCode } from '../shared/bundeslaender.ts'
import type { Document } from './documents.ts'

/** What a job trains on: the approved documents of its Bundesländer, as they were at a revision of the dataset. */
export type TrainingSet = { revision: number; bundeslaender: readonly BundeslandCode[] }

/**
 * What of it is given out: not the documents that had no permission at `givenRevision`, which is never lower than `revision`.
 * Both revisions are past, so the same documents come each time.
 */
export type GivenSet = TrainingSet & { givenRevision: number }

/** A document as a job trains on it: a line of NDJSON, with its members in this order. */
type TrainingDocument = Pick<Document, 'id' | 'title' | 'bundesland' | 'doc_type' | 'chunks' | 'source_url'>
const members = 'id, title, bundesland, doc_type, chunks, source_url'

/** Whether a state in the history held at a revision. All of this is SQL. */
const heldAt = (revision: string, state: string) =>
  `${state}.from_revision <= ${revision} AND ${state}.until_revision > ${revision}`

/** The members of a `GivenSet` as SQL; the Bundesländer as a JSON array. */
type SetSql = Record<keyof GivenSet, string>

/**
 * SQL for how many of the documents that were given out at a revision have lost their permission since, or were deleted; NULL
 * where `revision` is. Reads one row, once in a statement, and two for each document of the dataset that was withdrawn since.
 */
export const withdrawnSince = ({ revision, bundeslaender, givenRevision }: SetSql): string =>
  `iif(${revision} IS NULL, NULL, iif((SELECT permissions_revision FROM dataset_totals) <= ${givenRevision}, 0, (
     SELECT count(*) FROM document_history AS given INDEXED BY document_history_withdrawn
     WHERE given.is_withdrawn = 1 AND ${heldAt(givenRevision, 'given')} AND EXISTS (
       SELECT 1 FROM document_history AS trained WHERE trained.id = given.id AND ${heldAt(revision, 'trained')}
         AND trained.bundesland IN (SELECT value FROM json_each(${bundeslaender}))))))`

/** SQL for whether a document was given out. @param id SQL for its id */
export function trainedOn({ revision, bundeslaender, givenRevision }: SetSql, id: string): string {
  const approved = (at: string, condition = 'true') =>
    `(EXISTS (SELECT 1 FROM document_history AS state WHERE state.id = ${id} AND ${heldAt(at, 'state')} AND ${condition})
      OR EXISTS (SELECT 1 FROM documents AS state
        WHERE state.id = ${id} AND state.training_allowed = 1 AND state.since_revision <= ${at} AND ${condition}))`
  const isOfSet = `state.bundesland IN (SELECT value FROM json_each(${bundeslaender}))`
  return `(${approved(revision, isOfSet)} AND ${approved(givenRevision)})`
}

/**
 * What is given out now, and how many documents are left out of it.
 *
 * @returns `null` if the dataset has not come as far: it was restored to an earlier state
 */
export async function givenNow(
  db: D1Database,
  { revision, bundeslaender }: TrainingSet,
): Promise<{ set: GivenSet; withdrawn: number } | null> {
  const withdrawn = withdrawnSince({ revision: '?1', bundeslaender: '?2', givenRevision: '?1' })
  const row = await db
    .prepare(`SELECT revision, permissions_revision, ${withdrawn} AS withdrawn FROM dataset_totals`)
    .bind(revision, JSON.stringify(bundeslaender))
    .first<{ revision: number; permissions_revision: number; withdrawn: number }>()
  if (row === null || row.revision < revision) return null
  const givenRevision = row.withdrawn === 0 ? revision : row.permissions_revision
  return { set: { revision, bundeslaender, givenRevision }, withdrawn: row.withdrawn }
}

/** The documents that are given out, as NDJSON: by Bundesland, and by id within one. Text of a page at a time. */
export async function* datasetText(
  db: D1Database,
  { revision, bundeslaender, givenRevision }: GivenSet,
): AsyncGenerator<string, void, undefined> {
  const page = db.prepare(
    `SELECT ${members} FROM documents
     WHERE bundesland = ?1 AND training_allowed = 1 AND id > ?2 AND since_revision <= ?3
     UNION ALL
     SELECT ${members} FROM document_history AS former
     WHERE bundesland = ?1 AND id > ?2 AND ${heldAt('?3', 'former')} AND (
       EXISTS (SELECT 1 FROM document_history AS later WHERE later.id = former.id AND ${heldAt('?4', 'later')})
       OR EXISTS (SELECT 1 FROM documents WHERE id = former.id AND training_allowed = 1 AND since_revision <= ?4))
     ORDER BY id LIMIT ?5`,
  )
  for (const code of bundeslaender.toSorted()) {
    let after = ''
    for (;;) {
      const { results } = await page
        .bind(code, after, revision, givenRevision, DATASET_PAGE_DOCUMENTS)
        .all<TrainingDocument>()
      const last = results.at(-1)
      if (last === undefined) break
      yield results.map((document) => `${JSON.stringify(document)}\n`).join('')
      if (results.length < DATASET_PAGE_DOCUMENTS) break
      after = last.id
    }
  }
}

/** The same as a stream, which holds one page and reads the next one when it is asked for. */
export function datasetStream(db: D1Database, set: GivenSet): ReadableStream<Uint8Array> {
  const pages = datasetText(db, set)
  const encoder = new TextEncoder()
  return new ReadableStream(
    {
      async pull(controller) {
        const { value } = await pages.next()
        if (value) controller.enqueue(encoder.encode(value))
        else controller.close()
      },
      async cancel() {
        await pages.return()
      },
    },
    { highWaterMark: 0 },
  )
}

/** The SHA-256 of the NDJSON, in hex: what `sha256sum` says of the download. Reads all of it, a page at a time. */
export const computeDigest = (db: D1Database, set: GivenSet): Promise<string> => sha256OfParts(datasetText(db, set))

const keyOf = ({ revision, bundeslaender, givenRevision }: GivenSet) => [
  revision,
  bundeslaender.toSorted().join(','),
  givenRevision,
]

/** The stored digest; `null`: there is none yet. */
export async function findDigest(db: D1Database, set: GivenSet): Promise<string | null> {
  const row = await db
    .prepare('SELECT sha256 FROM dataset_digests WHERE revision = ? AND bundeslaender = ? AND given_revision = ?')
    .bind(...keyOf(set))
    .first<{ sha256: string }>()
  return row?.sha256 ?? null
}

/** The digest, made and stored if there is none yet. */
export async function ensureDigest(db: D1Database, set: GivenSet): Promise<string> {
  const known = await findDigest(db, set)
  if (known !== null) return known
  const made = await computeDigest(db, set)
  await db
    .prepare('INSERT INTO dataset_digests VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
    .bind(...keyOf(set), made)
    .run()
  return made
}
