import { documentSchema } from 'virtual:document-schema'
import type { SchemaProperty } from 'virtual:job-schema'
import { DOC_TYPE_LENGTH_MAX, DOCUMENT_ID_LENGTH_MAX } from '../../../../platform/limits.ts'

/** A bound of a document, as the API's own schema has it: what it would refuse is seen before anything is sent. */
function boundOf<B extends keyof SchemaProperty>(field: string, bound: B): NonNullable<SchemaProperty[B]> {
  const value = documentSchema.properties[field]?.[bound]
  if (value === undefined) throw new Error(`The API's schema of a document has no ${bound} for ${field}`)
  return value
}

export const idPattern = new RegExp(boundOf('id', 'pattern'))
/** Characters; the pattern has it too, but cannot say it to people. */
export const idLengthMax = DOCUMENT_ID_LENGTH_MAX

export const docTypePattern = new RegExp(boundOf('doc_type', 'pattern'))
/** Characters, as for the id. */
export const docTypeLengthMax = DOC_TYPE_LENGTH_MAX

/** Code points. */
export const titleLengthMax = boundOf('title', 'maxLength')

export const chunksMin = boundOf('chunks', 'minimum')
export const chunksMax = boundOf('chunks', 'maximum')

/** Characters. */
export const urlLengthMax = boundOf('source_url', 'maxLength')
