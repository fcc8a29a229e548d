import { DATASET_BODY_BYTES_MAX } from '../../../../platform/limits.ts'
import { UPLOAD_BATCH_DOCUMENTS_MAX, UPLOAD_BODY_BYTES_SPARE } from '../../../platform/limits.ts'
import type { ReadyRow } from './check.ts'

const encoder = new TextEncoder()

/** The first of some rows, which go into one request: as many as the API takes, in documents and in bytes. At least one. */
export function nextBatch(rows: readonly ReadyRow[]): readonly ReadyRow[] {
  let bytes = UPLOAD_BODY_BYTES_SPARE
  const first = rows.slice(0, UPLOAD_BATCH_DOCUMENTS_MAX)
  const tooMany = first.findIndex(({ document }) => {
    bytes += encoder.encode(JSON.stringify(document)).length + 1
    return bytes > DATASET_BODY_BYTES_MAX
  })
  return tooMany === -1 ? first : first.slice(0, Math.max(1, tooMany))
}
