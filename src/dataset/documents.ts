import { cutKeysetPage, type Page } from '../platform/keyset-page.ts'
import { D1_VALUE_BYTES_MAX, DOC_TYPES_MAX, DOCUMENTS_MAX } from '../platform/limits.ts'
import type { BundeslandCode } from '../shared/bundeslaender.ts'

/** A document of the dataset. */
export type Document = {
  id: string
  title: string
  bundesland: BundeslandCode
  doc_type: string
  chunks: number
  training_allowed: boolean
  source_url: string | null
}

/** The documents that a list contains; `undefined` does not filter. */
export type DocumentFilter = {
  bundesland?: BundeslandCode | undefined
  doc_type?: string | undefined
  training_allowed?: boolean | undefined
}

/** The result of an upload, in documents. */
export type UploadCounts = { new: number; changed: number; unchanged: number }

const limitNames = ['too_many_documents', 'too_many_doc_types'] as const
/** The limits of the dataset; the database aborts a transaction that exceeds one with an error that names it. */
export type ExceededLimit = (typeof limitNames)[number]

const columns = 'id, title, bundesland, doc_type, chunks, training_allowed, source_url'

type DocumentRow = Omit<Document, 'training_allowed'> & { training_allowed: 0 | 1 }
type CountRow = { documents: number }

const countDocuments = 'SELECT documents FROM dataset_totals'

/** Returns a row for each new or changed document; an unchanged one is not written. */
const upsert = `
  INSERT INTO documents (id, title, bundesland, doc_type, chunks, training_allowed, source_url)
  SELECT value ->> 'id', value ->> 'title', value ->> 'bundesland', value ->> 'doc_type', value ->> 'chunks',
    value ->> 'training_allowed', value ->> 'source_url'
  FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET title = excluded.title, bundesland = excluded.bundesland,
    doc_type = excluded.doc_type, chunks = excluded.chunks, training_allowed = excluded.training_allowed,
    source_url = excluded.source_url
  WHERE (title, bundesland, doc_type, chunks, training_allowed, source_url) IS NOT
    (excluded.title, excluded.bundesland, excluded.doc_type, excluded.chunks, excluded.training_allowed,
      excluded.source_url)
  RETURNING 1`

/**
 * Stores the documents, all or none: adds those with a new id and overwrites the others. Idempotent.
 *
 * @param documents with different ids
 * @returns the exceeded limit if the dataset would have more than DOCUMENTS_MAX documents or DOC_TYPES_MAX types; then
 * nothing is stored
 */
export async function storeDocuments(db: D1Database, documents: Document[]): Promise<UploadCounts | ExceededLimit> {
  const upserts = jsonArrays(documents).map((json) => db.prepare(upsert).bind(json))
  try {
    const results = await db.batch([
      db.prepare(countDocuments),
      ...upserts,
      db.prepare('INSERT INTO dataset_documents_limit VALUES (?)').bind(DOCUMENTS_MAX),
      db.prepare('INSERT INTO dataset_doc_types_limit VALUES (?)').bind(DOC_TYPES_MAX),
      db.prepare(countDocuments),
    ])
    const before = (results.at(0) as D1Result<CountRow>).results[0]?.documents ?? 0
    const after = (results.at(-1) as D1Result<CountRow>).results[0]?.documents ?? 0
    const written = results.slice(1, 1 + upserts.length).reduce((sum, { results }) => sum + results.length, 0)
    return { new: after - before, changed: written - (after - before), unchanged: documents.length - written }
  } catch (error) {
    const exceeded = limitNames.find((name) => String(error).includes(name))
    if (exceeded === undefined) throw error
    return exceeded
  }
}

/** The documents as JSON arrays of at most D1_VALUE_BYTES_MAX each. */
function jsonArrays(documents: Document[]): string[] {
  const encoder = new TextEncoder()
  const arrays: string[][] = [[]]
  let bytes = 0
  for (const document of documents) {
    const json = JSON.stringify(document)
    const size = encoder.encode(json).length + 1
    if (bytes + size >= D1_VALUE_BYTES_MAX) {
      arrays.push([])
      bytes = 0
    }
    arrays.at(-1)?.push(json)
    bytes += size
  }
  return arrays.map((items) => `[${items.join(',')}]`)
}

/**
 * A page of documents by ascending id, starting after the id `after`. Reads at most two rows more than it returns,
 * whatever the filter: each combination has its index.
 */
export async function listDocuments(
  db: D1Database,
  filter: DocumentFilter,
  after: string,
  limit: number,
): Promise<Page<Document, string>> {
  const { sql, values } = listStatement(filter, after, limit + 1)
  const { results } = await db
    .prepare(sql)
    .bind(...values)
    .all<DocumentRow>()
  const documents = results.map((row) => ({ ...row, training_allowed: row.training_allowed === 1 }))
  return cutKeysetPage(documents, limit, ({ id }) => id)
}

function listStatement({ bundesland, doc_type, training_allowed }: DocumentFilter, after: string, count: number) {
  const equal = Object.entries({ bundesland, doc_type }).filter(([, value]) => value !== undefined)
  const branch = (...terms: [column: string, value: unknown][]) => ({
    sql: `SELECT ${columns} FROM documents WHERE ${[...terms.map(([column]) => `${column} = ?`), 'id > ?'].join(' AND ')}`,
    values: [...terms.map(([, value]) => value), after],
  })
  const allowed = (value: 0 | 1) => branch(...equal, ['training_allowed', value])
  let branches = [branch()]
  if (training_allowed !== undefined) branches = [allowed(training_allowed ? 1 : 0)]
  // In the indexes training_allowed precedes the id: without that filter, two ordered halves are merged.
  else if (equal.length > 0) branches = [allowed(0), allowed(1)]
  return {
    sql: `${branches.map(({ sql }) => sql).join(' UNION ALL ')} ORDER BY id LIMIT ?`,
    values: [...branches.flatMap(({ values }) => values), count],
  }
}

/** Deletes a document; false when there is none with this id. */
export async function removeDocument(db: D1Database, id: string): Promise<boolean> {
  const row = await db.prepare('DELETE FROM documents WHERE id = ? RETURNING 1').bind(id).first()
  return row !== null
}

/** Counts of the whole dataset, in documents except `total_chunks`. Zero counts are omitted. */
export type DatasetStats = {
  total_documents: number
  total_chunks: number
  training_allowed: number
  by_bundesland: Record<string, number>
  /** Documents of each Bundesland that models may be trained on. */
  training_allowed_by_bundesland: Record<string, number>
  by_doc_type: Record<string, number>
}

type ByBundesland = Record<BundeslandCode, { documents: number; training_allowed: number }>
type TotalsRow = { documents: number; chunks: number; training_allowed: number; by_bundesland: string }

/** The counts, which triggers maintain: reads at most 1 + DOC_TYPES_MAX rows. */
export async function datasetStats(db: D1Database): Promise<DatasetStats> {
  const [totals, types] = await db.batch([
    db.prepare('SELECT documents, chunks, training_allowed, by_bundesland FROM dataset_totals'),
    db.prepare('SELECT doc_type, documents FROM dataset_doc_types ORDER BY doc_type'),
  ])
  const row = totals?.results[0] as TotalsRow
  const byBundesland = Object.entries(JSON.parse(row.by_bundesland) as ByBundesland)
  const countsOf = (field: 'documents' | 'training_allowed') =>
    Object.fromEntries(
      byBundesland.filter(([, counts]) => counts[field] > 0).map(([code, counts]) => [code, counts[field]]),
    )
  const byType = (types?.results ?? []) as { doc_type: string; documents: number }[]
  return {
    total_documents: row.documents,
    total_chunks: row.chunks,
    training_allowed: row.training_allowed,
    by_bundesland: countsOf('documents'),
    training_allowed_by_bundesland: countsOf('training_allowed'),
    by_doc_type: Object.fromEntries(byType.map(({ doc_type, documents }) => [doc_type, documents])),
  }
}

/**
 * What a job on these Bundesländer may train on: how many documents, and the revision of the dataset that has them. Reads one
 * row.
 *
 * @param codes without duplicates
 */
export async function trainingDocuments(
  db: D1Database,
  codes: readonly BundeslandCode[],
): Promise<{ revision: number; documents: number; isDatasetEmpty: boolean }> {
  const row = await db
    .prepare('SELECT revision, documents, by_bundesland FROM dataset_totals')
    .first<Pick<TotalsRow, 'documents' | 'by_bundesland'> & { revision: number }>()
  if (row === null) throw new Error('The dataset has no totals')
  const byBundesland = JSON.parse(row.by_bundesland) as ByBundesland
  const documents = codes.reduce((sum, code) => sum + byBundesland[code].training_allowed, 0)
  return { revision: row.revision, documents, isDatasetEmpty: row.documents === 0 }
}
