import { api } from '../../api/client.ts'
import { nextCursor, request } from '../../api/request.ts'
import { useResource } from '../../api/resource.ts'
import { DOCUMENTS_PAGE } from '../../platform/limits.ts'
import type { DocumentFilter } from './filter.ts'

/** A document of the dataset. */
export type Document = DocumentPage['documents'][number]

/** A page of documents, and the cursor of the next. */
export type DocumentPage = NonNullable<ReturnType<typeof useDocuments>['data']>

export function useDocuments({ bundesland, doc_type, training_allowed }: DocumentFilter, cursor: string | null) {
  const query = {
    limit: String(DOCUMENTS_PAGE),
    ...(bundesland === null ? {} : { bundesland }),
    ...(doc_type === null ? {} : { doc_type }),
    ...(training_allowed === null ? {} : { training_allowed }),
    ...(cursor === null ? {} : { cursor }),
  }
  return useResource(`dataset/documents?${new URLSearchParams(query)}`, async (options) => {
    const answer = await request(() => api.dataset.documents.$get({ query }), options)
    if (!answer.ok) return answer
    return { ...answer, data: { documents: answer.data, next: nextCursor(answer.headers) } }
  })
}
