import { tokensApi } from '../../api/client.ts'
import { nextCursor, request } from '../../api/request.ts'
import { refresh, useResource } from '../../api/resource.ts'
import { TOKENS_PAGE } from '../../platform/limits.ts'

/** A page of tokens, newest first, and the cursor of the next. */
export type TokenPage = NonNullable<ReturnType<typeof useTokens>['data']>

/** A token in the list, without its secret. */
export type Token = TokenPage['tokens'][number]

export function useTokens(cursor: string | null) {
  const query = { limit: String(TOKENS_PAGE), ...(cursor === null ? {} : { cursor }) }
  return useResource(`tokens?${new URLSearchParams(query)}`, async (options) => {
    const answer = await request(() => tokensApi.$get({ query }), options)
    return answer.ok ? { ...answer, data: { tokens: answer.data, next: nextCursor(answer.headers) } } : answer
  })
}

export async function revokeToken(id: string) {
  const answer = await request(() => tokensApi[':id'].$delete({ param: { id } }))
  if (answer.ok || answer.refusal.status === 404) await refresh('tokens')
  return answer
}
