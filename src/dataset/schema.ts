import { z } from '@hono/zod-openapi'
import { Bundesland, BundeslandName } from '../http/bundesland.ts'
import { nameSchema } from '../http/name.ts'
import { cursorParam, limitParam } from '../http/pagination.ts'
import { booleanParam } from '../http/validation.ts'
import {
  CHUNKS_MAX,
  DOC_TYPE_LENGTH_MAX,
  DOCUMENT_ID_LENGTH_MAX,
  DOCUMENTS_PER_UPLOAD_MAX,
  SOURCE_URL_LENGTH_MAX,
  TITLE_LENGTH_MAX,
} from '../platform/limits.ts'
import { webAddress } from '../platform/web-address.ts'

const idPattern = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:~-]{0,${DOCUMENT_ID_LENGTH_MAX - 1}}$`)
const docTypePattern = new RegExp(`^[a-z][a-z0-9_-]{0,${DOC_TYPE_LENGTH_MAX - 1}}$`)

export const DocumentId = z
  .string()
  .regex(
    idPattern,
    `Must have 1–${DOCUMENT_ID_LENGTH_MAX} of A–Z, a–z, 0–9 and . _ : ~ -, starting with a letter or digit`,
  )
  .openapi({ example: 'by-zeugnisordnung-gymnasium', description: 'Id of the document, chosen by the uploader' })

const DocType = z
  .string()
  .regex(docTypePattern, `Must have 1–${DOC_TYPE_LENGTH_MAX} of a–z, 0–9, _ and -, starting with a letter`)
  .openapi({ example: 'verordnung', description: 'Kind of regulation' })

const title = { example: 'Zeugnisordnung für Gymnasien', description: 'Title of the document' }
const chunks = { example: 42, description: 'Number of chunks that it was split into for training' }
const trainingAllowed = { example: true, description: 'Whether it is approved for training' }
const sourceUrl = {
  format: 'uri',
  maxLength: SOURCE_URL_LENGTH_MAX,
  example: 'https://www.gesetze-bayern.de/',
  description: 'Source of the document: an http or https address without a user name',
}

/** What every client's schema can check of an address: with the name of a host. URL parsers take more. */
const plainAddress =
  '^[Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9]+(-+[A-Za-z0-9]+)*\\.)*[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?(:[0-9]{1,4})?([/?#].*)?$'

const Title = nameSchema(TITLE_LENGTH_MAX, title)

const SourceUrl = z
  .string()
  .max(SOURCE_URL_LENGTH_MAX)
  .transform((text, ctx) => {
    const address = webAddress(text)
    if (address !== null) return address
    ctx.addIssue({ code: 'custom', message: 'Must be an http or https address without a user name' })
    return z.NEVER
  })
  .openapi({ type: 'string', ...sourceUrl, pattern: plainAddress })

/** A document in an upload. */
export const DocumentInput = z
  .strictObject({
    id: DocumentId,
    title: Title,
    bundesland: Bundesland,
    doc_type: DocType,
    chunks: z.int().min(0).max(CHUNKS_MAX).openapi(chunks),
    training_allowed: z.boolean().openapi(trainingAllowed),
    source_url: SourceUrl.nullable()
      .default(null)
      .openapi({ type: ['string', 'null'], default: null, ...sourceUrl, pattern: plainAddress }),
  })
  .openapi('DocumentInput', { description: 'A document in an upload' })

/** A document in answers. */
export const Document = z
  .object({
    id: DocumentId,
    title: z.string().openapi(title),
    bundesland: BundeslandName,
    doc_type: DocType,
    chunks: z.int().openapi(chunks),
    training_allowed: z.boolean().openapi(trainingAllowed),
    source_url: z.string().nullable().openapi(sourceUrl),
  })
  .openapi('Document', { description: 'A document in the dataset' })

export const DocumentIdParam = z.object({
  id: z.string().openapi({ example: 'by-zeugnisordnung-gymnasium', description: 'Id of a document' }),
})

/** An upload. A duplicate id is an error, since its two entries could contradict each other. */
export const Upload = z
  .strictObject({
    documents: z
      .array(DocumentInput)
      .min(1)
      .max(DOCUMENTS_PER_UPLOAD_MAX)
      .superRefine((documents, ctx) => {
        const seen = new Set<string>()
        for (const [at, { id }] of documents.entries()) {
          if (seen.has(id))
            ctx.addIssue({ code: 'custom', path: [at, 'id'], message: `${id} occurs more than once in this upload` })
          seen.add(id)
        }
      })
      .openapi({ description: 'The documents, with unique ids' }),
  })
  .openapi('DatasetUpload', { description: 'Documents to store atomically: all or none' })

/** The result of an upload, in documents. */
export const UploadCounts = z
  .object({
    new: z.int().openapi({ example: 3, description: 'Documents that were added' }),
    changed: z.int().openapi({ example: 1, description: 'Documents that were overwritten' }),
    unchanged: z.int().openapi({ example: 0, description: 'Documents that were already stored with the same values' }),
  })
  .openapi('DatasetUploadCounts', { description: 'Result of an upload' })

/** The filter and page of a list. */
export const DocumentQuery = z.object({
  bundesland: Bundesland.optional(),
  doc_type: DocType.optional(),
  training_allowed: booleanParam
    .optional()
    .openapi({ description: 'Only documents that are approved for training (true) or are not (false)' }),
  limit: limitParam,
  cursor: cursorParam(idPattern).optional(),
})

export const DatasetStats = z
  .object({
    total_documents: z.int().openapi({ example: 300, description: 'Documents in the dataset' }),
    total_chunks: z.int().openapi({ example: 12_000, description: 'Chunks of all documents' }),
    training_allowed: z.int().openapi({ example: 250, description: 'Documents approved for training' }),
    by_bundesland: z.record(z.string(), z.int()).openapi({
      example: { BY: 21, NW: 24 },
      description: 'Documents per Bundesland code; Bundesländer without documents are left out',
    }),
    training_allowed_by_bundesland: z
      .record(z.string(), z.int())
      .openapi({ example: { BY: 20, NW: 24 }, description: 'Documents approved for training, per Bundesland code' }),
    by_doc_type: z
      .record(z.string(), z.int())
      .openapi({ example: { verordnung: 150 }, description: 'Documents per type' }),
  })
  .openapi('DatasetStats', { description: 'Counts of the dataset' })
