import { RETRY_AFTER_MAX_MS } from '../../../../client/limits.ts'
import { api } from '../../../api/client.ts'
import type { Problem } from '../../../api/problem.ts'
import { request } from '../../../api/request.ts'
import { UPLOAD_ANSWER_MAX_MS } from '../../../platform/limits.ts'
import type { DocumentInput } from './check-fields.ts'

/** The effect of a request, in documents. */
export type Counts = { new: number; changed: number; unchanged: number }

export type PutAnswer =
  | { ok: true; counts: Counts }
  /** `retryMs`: how long to wait before a retry; 0 if the API does not say. */
  | { ok: false; refusal: Problem; retryMs: number }

/** Stores documents, all or none. Repeated after a lost response, it changes nothing. */
export async function putDocuments(documents: DocumentInput[]): Promise<PutAnswer> {
  const answer = await request(() => {
    const signal = AbortSignal.timeout(UPLOAD_ANSWER_MAX_MS)
    return api.dataset.documents.$put({ json: { documents } }, { init: { signal } })
  })
  if (answer.ok) return { ok: true, counts: answer.data }
  const { refusal } = answer
  const retryMs = Math.min((refusal.retry_after_s ?? 0) * 1_000, RETRY_AFTER_MAX_MS)
  return { ok: false, refusal, retryMs }
}
