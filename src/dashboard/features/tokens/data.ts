import type { Role } from '../../../shared/role.ts'
import { tokensApi } from '../../api/client.ts'
import { type Answer, nextCursor, request } from '../../api/request.ts'
import { refresh, useResource } from '../../api/resource.ts'
import { TOKENS_PAGE } from '../../platform/limits.ts'

/** A page of tokens, newest first, and the cursor of the next. */
export type TokenPage = NonNullable<ReturnType<typeof useTokens>['data']>

/** A token in the list, without its secret. */
export type Token = TokenPage['tokens'][number]

/** A new token, including its secret, which cannot be shown again. */
export type MadeToken = Awaited<ReturnType<typeof makeToken>> extends Answer<infer Made> ? Made : never

export function useTokens(cursor: string | null) {
  const query = { limit: String(TOKENS_PAGE), ...(cursor === null ? {} : { cursor }) }
  return useResource(`tokens?${new URLSearchParams(query)}`, async (options) => {
    const answer = await request(() => tokensApi.$get({ query }), options)
    return answer.ok ? { ...answer, data: { tokens: answer.data, next: nextCursor(answer.headers) } } : answer
  })
}

/** @param days of validity; `null`: unlimited */
export async function makeToken(name: string, role: Role, days: number | null) {
  const expires_at = days === null ? null : new Date(Date.now() + days * 86_400_000).toISOString()
  const answer = await request(() => tokensApi.$post({ json: { name, role, expires_at } }))
  if (answer.ok) void refresh('tokens')
  return answer
}

export async function revokeToken(id: string) {
  const answer = await request(() => tokensApi[':id'].$delete({ param: { id } }))
  if (answer.ok || answer.refusal.status === 404) await refresh('tokens')
  return answer
}
