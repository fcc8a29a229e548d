import { z } from '@hono/zod-openapi'
import { Bundesland, bundeslandCodes } from '../bundesland.ts'
import { cursorParam, limitParam } from '../http/pagination.ts'
import { flag } from '../http/validation.ts'
import {
  CHUNKS_MAX,
  DOC_TYPE_LENGTH_MAX,
  DOCUMENT_ID_LENGTH_MAX,
  DOCUMENTS_PER_UPLOAD_MAX,
  SOURCE_URL_LENGTH_MAX,
  TITLE_LENGTH_MAX,
} from '../limits.ts'

const idPattern = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:~-]{0,${DOCUMENT_ID_LENGTH_MAX - 1}}$`)
const docTypePattern = new RegExp(`^[a-z][a-z0-9_-]{0,${DOC_TYPE_LENGTH_MAX - 1}}$`)

const DocumentId = z
  .string()
  .regex(idPattern, `Expected 1–${DOCUMENT_ID_LENGTH_MAX} of A–Z, a–z, 0–9 and . _ : ~ -, a letter or digit first`)
  .openapi({ example: 'by-zeugnisordnung-gymnasium' })

const DocType = z
  .string()
  .regex(docTypePattern, `Expected 1–${DOC_TYPE_LENGTH_MAX} of a–z, 0–9, _ and -, a letter first`)
  .openapi({ example: 'verordnung' })

const Title = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Expected text without control characters')
  .regex(new RegExp(`^.{1,${TITLE_LENGTH_MAX}}$`, 'su'), `Expected 1–${TITLE_LENGTH_MAX} characters`)
  .openapi({ type: 'string', minLength: 1, maxLength: TITLE_LENGTH_MAX, example: 'Zeugnisordnung für Gymnasien' })

/** Out comes the address as it is parsed: ASCII, without what a parser would silently drop. */
const SourceUrl = z
  .string()
  .max(SOURCE_URL_LENGTH_MAX)
  .transform((text, ctx) => {
    const url = URL.parse(text)
    const web = url?.protocol === 'https:' || url?.protocol === 'http:'
    if (web && url.href.length <= SOURCE_URL_LENGTH_MAX) return url.href
    ctx.addIssue({ code: 'custom', message: 'Expected an http or https address' })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'uri', maxLength: SOURCE_URL_LENGTH_MAX })

/** A document as it is uploaded. */
export const DocumentInput = z
  .object({
    id: DocumentId,
    title: Title,
    bundesland: Bundesland,
    doc_type: DocType,
    chunks: z.int().min(0).max(CHUNKS_MAX),
    training_allowed: z.boolean(),
    source_url: SourceUrl.nullable().default(null),
  })
  .openapi('DocumentInput')

/** A document as it is shown. */
export const Document = z
  .object({
    id: DocumentId,
    title: z.string(),
    bundesland: z.enum(bundeslandCodes),
    doc_type: DocType,
    chunks: z.int(),
    training_allowed: z.boolean(),
    source_url: z.string().nullable(),
  })
  .openapi('Document')

/** An upload: the same id twice is refused, since it would say two things of one document. */
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
      }),
  })
  .openapi('DatasetUpload')

/** What an upload did, in documents. */
export const UploadCounts = z
  .object({ new: z.int(), changed: z.int(), unchanged: z.int() })
  .openapi('DatasetUploadCounts')

/** Which page of which documents. */
export const DocumentQuery = z.object({
  bundesland: Bundesland.optional(),
  doc_type: DocType.optional(),
  training_allowed: flag.optional(),
  limit: limitParam,
  cursor: cursorParam(idPattern).optional(),
})

export const DatasetStats = z
  .object({
    total_documents: z.int(),
    total_chunks: z.int(),
    training_allowed: z.int().openapi({ description: 'Documents' }),
    by_bundesland: z.record(z.string(), z.int()).openapi({ description: 'Documents', example: { BY: 21, NW: 24 } }),
    by_doc_type: z.record(z.string(), z.int()).openapi({ description: 'Documents', example: { verordnung: 150 } }),
  })
  .openapi('DatasetStats')
