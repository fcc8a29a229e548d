import { z } from '@hono/zod-openapi'
import { Bundesland } from '../http/bundesland.ts'
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
import { bundeslandCodes } from '../shared/bundeslaender.ts'

const idPattern = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:~-]{0,${DOCUMENT_ID_LENGTH_MAX - 1}}$`)
const docTypePattern = new RegExp(`^[a-z][a-z0-9_-]{0,${DOC_TYPE_LENGTH_MAX - 1}}$`)

const DocumentId = z
  .string()
  .regex(idPattern, `Expected 1–${DOCUMENT_ID_LENGTH_MAX} of A–Z, a–z, 0–9 and . _ : ~ -, a letter or digit first`)
  .openapi({ example: 'by-zeugnisordnung-gymnasium', description: 'Names a document; whoever uploads it chooses it' })

const DocType = z
  .string()
  .regex(docTypePattern, `Expected 1–${DOC_TYPE_LENGTH_MAX} of a–z, 0–9, _ and -, a letter first`)
  .openapi({ example: 'verordnung', description: 'What kind of regulation it is' })

const title = { example: 'Zeugnisordnung für Gymnasien', description: 'What it is called' }
const chunks = { example: 42, description: 'Into how many pieces it was cut for training' }
const trainingAllowed = { example: true, description: 'Whether models may be trained on it' }
const sourceUrl = {
  format: 'uri',
  maxLength: SOURCE_URL_LENGTH_MAX,
  example: 'https://www.gesetze-bayern.de/',
  description: 'Where it comes from: an http or https address, without a user name',
}

const Title = nameSchema(TITLE_LENGTH_MAX, title)

const SourceUrl = z
  .string()
  .max(SOURCE_URL_LENGTH_MAX)
  .transform((text, ctx) => {
    const address = webAddress(text)
    if (address !== null) return address
    ctx.addIssue({ code: 'custom', message: 'Expected an http or https address, without a user name' })
    return z.NEVER
  })
  .openapi({ type: 'string', ...sourceUrl })

/** A document in an upload. */
export const DocumentInput = z
  .object({
    id: DocumentId,
    title: Title,
    bundesland: Bundesland,
    doc_type: DocType,
    chunks: z.int().min(0).max(CHUNKS_MAX).openapi(chunks),
    training_allowed: z.boolean().openapi(trainingAllowed),
    source_url: SourceUrl.nullable()
      .default(null)
      .openapi({ type: ['string', 'null'], default: null, ...sourceUrl }),
  })
  .openapi('DocumentInput', { description: 'A document as it is uploaded' })

/** A document in answers. */
export const Document = z
  .object({
    id: DocumentId,
    title: z.string().openapi(title),
    bundesland: z.enum(bundeslandCodes).openapi({ example: 'BY', description: 'Whose it is: ISO 3166-2:DE code' }),
    doc_type: DocType,
    chunks: z.int().openapi(chunks),
    training_allowed: z.boolean().openapi(trainingAllowed),
    source_url: z.string().nullable().openapi(sourceUrl),
  })
  .openapi('Document', { description: 'A document of the dataset' })

export const DocumentIdParam = z.object({
  id: z.string().openapi({ example: 'by-zeugnisordnung-gymnasium', description: 'Names a document' }),
})

/** An upload. A duplicate id is an error, since its two entries could contradict each other. */
export const Upload = z
  .object({
    documents: z
      .array(DocumentInput)
      .min(1)
      .max(DOCUMENTS_PER_UPLOAD_MAX)
      .superRefine((documents, ctx) => {
        const seen = new Set<string>()
        for (const [at, { id }] of documents.entries()) {
          if (seen.has(id))
            ctx.addIssue({ code: 'custom', path: [at, 'id'], message: `${id} is in this upload already` })
          seen.add(id)
        }
      })
      .openapi({ description: 'Each id once' }),
  })
  .openapi('DatasetUpload', { description: 'Documents that are stored all or none' })

/** The result of an upload, in documents. */
export const UploadCounts = z
  .object({
    new: z.int().openapi({ example: 3, description: 'Documents that were not there' }),
    changed: z.int().openapi({ example: 1, description: 'Documents that were there and are overwritten' }),
    unchanged: z.int().openapi({ example: 0, description: 'Documents that were there, the same in every field' }),
  })
  .openapi('DatasetUploadCounts', { description: 'What an upload did' })

/** The filter and page of a list. */
export const DocumentQuery = z.object({
  bundesland: Bundesland.optional(),
  doc_type: DocType.optional(),
  training_allowed: booleanParam
    .optional()
    .openapi({ description: 'Only those that may be trained on, or that may not' }),
  limit: limitParam,
  cursor: cursorParam(idPattern).optional(),
})

export const DatasetStats = z
  .object({
    total_documents: z.int().openapi({ example: 300, description: 'Documents of the dataset' }),
    total_chunks: z.int().openapi({ example: 12_000, description: 'Their chunks, all together' }),
    training_allowed: z.int().openapi({ example: 250, description: 'Documents that models may be trained on' }),
    by_bundesland: z
      .record(z.string(), z.int())
      .openapi({ example: { BY: 21, NW: 24 }, description: 'Documents of each Bundesland that has any, by its code' }),
    training_allowed_by_bundesland: z
      .record(z.string(), z.int())
      .openapi({ example: { BY: 20, NW: 24 }, description: 'Those of each Bundesland that models may be trained on' }),
    by_doc_type: z
      .record(z.string(), z.int())
      .openapi({ example: { verordnung: 150 }, description: 'Documents of each type that has any' }),
  })
  .openapi('DatasetStats', { description: 'Counts of the dataset' })
