import { DATASET_PAGE_DOCUMENTS, WITHDRAWN_COUNTED_MAX } from '../platform/limits.ts'
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
 * where `revision` is. Reads one row, once in a statement, and two or three for each document of the dataset that was
 * withdrawn since; of at most WITHDRAWN_COUNTED_MAX.
 */
export function withdrawnSince({ revision, bundeslaender, givenRevision }: SetSql): string {
  const codes = `(SELECT value FROM json_each(${bundeslaender}))`
  const isOfSet =
    revision === givenRevision
      ? `land IN ${codes}`
      : `EXISTS (SELECT 1 FROM document_history AS trained
           WHERE trained.id = given_id AND ${heldAt(revision, 'trained')} AND trained.bundesland IN ${codes})`
  return `iif(${revision} IS NULL, NULL, iif((SELECT permissions_revision FROM dataset_totals) <= ${givenRevision}, 0, (
    SELECT count(*) FROM (
      SELECT id AS given_id, bundesland AS land, from_revision AS since FROM document_history
      INDEXED BY document_history_withdrawn
      WHERE is_withdrawn = 1 AND until_revision > ${givenRevision} ORDER BY until_revision LIMIT ${WITHDRAWN_COUNTED_MAX}
    ) WHERE since <= ${givenRevision} AND ${isOfSet})))`
}

/** SQL for whether a document was given out. @param id SQL for its id */
export function trainedOn({ revision, bundeslaender, givenRevision }: SetSql, id: string): string {
  const approved = (at: string, condition = 'true') =>
    `(EXISTS (SELECT 1 FROM document_history AS state WHERE state.id = ${id} AND ${heldAt(at, 'state')} AND ${condition})
      OR EXISTS (SELECT 1 FROM documents AS state
        WHERE state.id = ${id} AND state.training_allowed = 1 AND state.since_revision <= ${at} AND ${condition}))`
  const isOfSet = `state.bundesland IN (SELECT value FROM json_each(${bundeslaender}))`
  return `(${approved(revision, isOfSet)} AND ${approved(givenRevision)})`
}

/** What is given out now, how many documents are left out of it, and its digest; `null`: that is not stored yet. */
export type Given = { set: GivenSet; withdrawn: number; sha256: string | null }

/** @returns `null` if the dataset has not come as far: it was restored to an earlier state */
export async function givenNow(db: D1Database, { revision, bundeslaender }: TrainingSet): Promise<Given | null> {
  const withdrawn = withdrawnSince({ revision: '?1', bundeslaender: '?2', givenRevision: '?1' })
  const row = await db
    .prepare(
      `SELECT dataset_totals.revision, permissions_revision, ${withdrawn} AS withdrawn, sha256
       FROM dataset_totals LEFT JOIN dataset_digests AS digests
         ON digests.revision = ?1 AND digests.bundeslaender = ?3 AND given_revision = max(?1, permissions_revision)`,
    )
    .bind(revision, JSON.stringify(bundeslaender), keyOf(bundeslaender))
    .first<{ revision: number; permissions_revision: number; withdrawn: number; sha256: string | null }>()
  if (row === null || row.revision < revision) return null
  const givenRevision = Math.max(revision, row.permissions_revision)
  return { set: { revision, bundeslaender, givenRevision }, withdrawn: row.withdrawn, sha256: row.sha256 }
}

/** Bundesländer as digests are found by them. */
const keyOf = (bundeslaender: readonly BundeslandCode[]) => bundeslaender.toSorted().join(',')

/** Whether the document of a former state had permission at a revision. All of this is SQL. */
const isApprovedAt = (revision: string, id: string) =>
  `(EXISTS (SELECT 1 FROM document_history AS later WHERE later.id = ${id} AND ${heldAt(revision, 'later')})
    OR EXISTS (SELECT 1 FROM documents
      WHERE documents.id = ${id} AND training_allowed = 1 AND since_revision <= ${revision}))`

/** Those that are today as they were, after an id. */
const unchanged = (end: string) => `
  SELECT ${members} FROM documents
  WHERE bundesland = ?1 AND training_allowed = 1 AND id > ?2 AND since_revision <= ?3 ${end}`

/** All of them, by reading the whole history of the Bundesland. */
const all = unchanged(`
  UNION ALL
  SELECT ${members} FROM document_history AS former
  WHERE bundesland = ?1 AND id > ?2 AND ${heldAt('?3', 'former')} AND ${isApprovedAt('?4', 'former.id')}
  ORDER BY id LIMIT ?5`)

/** The documents that are given out, as NDJSON: by Bundesland, and by id within one. Text of a page at a time. */
export async function* datasetText(db: D1Database, set: GivenSet): AsyncGenerator<string, void, undefined> {
  for (const code of set.bundeslaender.toSorted()) {
    for await (const page of documentsOf(db, set, code)) {
      if (page.length > 0) yield page.map((document) => `${JSON.stringify(document)}\n`).join('')
    }
  }
}

/** Pages of the documents of a Bundesland. */
async function* documentsOf(db: D1Database, set: GivenSet, code: BundeslandCode): AsyncGenerator<TrainingDocument[]> {
  const former = await fewChanged(db, set, code)
  const next = db.prepare(former === null ? all : unchanged('ORDER BY id LIMIT ?4'))
  const values = former === null ? [set.revision, set.givenRevision] : [set.revision]
  for (let after = ''; ; ) {
    const { results } = await next.bind(code, after, ...values, DATASET_PAGE_DOCUMENTS).all<TrainingDocument>()
    const isLast = results.length < DATASET_PAGE_DOCUMENTS
    after = results.at(-1)?.id ?? after
    const between = former?.filter(({ id }) => isLast || id <= after) ?? []
    former?.splice(0, between.length)
    yield [...results, ...between].sort((a, b) => (a.id < b.id ? -1 : 1))
    if (isLast) return
  }
}

/** The documents that have changed since, as they were before, by id; `null` if they would fill more than a page. */
async function fewChanged(
  db: D1Database,
  { revision, givenRevision }: GivenSet,
  code: BundeslandCode,
): Promise<TrainingDocument[] | null> {
  const { results } = await db
    .prepare(
      `SELECT ${members}, from_revision <= ?2 AND ${isApprovedAt('?3', 'former_id')} AS is_given FROM (
         SELECT *, id AS former_id FROM document_history INDEXED BY document_history_since
         WHERE bundesland = ?1 AND until_revision > ?2 ORDER BY until_revision LIMIT ?4)`,
    )
    .bind(code, revision, givenRevision, DATASET_PAGE_DOCUMENTS + 1)
    .all<TrainingDocument & { is_given: 0 | 1 }>()
  if (results.length > DATASET_PAGE_DOCUMENTS) return null
  return results
    .flatMap(({ is_given, ...document }) => (is_given === 1 ? [document] : []))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** The same as a stream, which holds two pages at most and reads the next one when it is asked for. */
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

/** Makes a digest and stores it. */
export async function storeDigest(db: D1Database, set: GivenSet): Promise<string> {
  const made = await computeDigest(db, set)
  await db
    .prepare('INSERT INTO dataset_digests VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
    .bind(set.revision, keyOf(set.bundeslaender), set.givenRevision, made)
    .run()
  return made
}
