import './name-texts.ts'
import { TOKEN_NAME_LENGTH_MAX } from '../../platform/limits.ts'
import { nameErrorIn } from '../../platform/name.ts'
import type { Role } from '../../shared/role.ts'
import { tokensApi } from '../api/client.ts'
import { kindOf, type Problem } from '../api/problem.ts'
import { type Answer, request } from '../api/request.ts'
import { refresh } from '../api/resource.ts'
import { t } from '../i18n/text.ts'

/** A new token, including its secret, which cannot be shown again. */
export type MadeToken = Awaited<ReturnType<typeof makeToken>> extends Answer<infer Made> ? Made : never

/** How long a token can be valid: days, or empty for ever, and the text that says so. */
export const lifetimes = [
  ['30', 'tokens.days30'],
  ['90', 'tokens.days90'],
  ['365', 'tokens.days365'],
  ['', 'tokens.unlimited'],
] as const
export type Lifetime = (typeof lifetimes)[number][0]

/** Creates a token. */
export async function makeToken(name: string, role: Role, lifetime: Lifetime) {
  const expires_at = lifetime === '' ? null : new Date(Date.now() + Number(lifetime) * 86_400_000).toISOString()
  const answer = await request(() => tokensApi.$post({ json: { name, role, expires_at } }))
  if (answer.ok) void refresh('tokens')
  return answer
}

/** What is wrong with the name of a token; `null`: nothing. */
export function tokenNameError(name: string): string | null {
  switch (nameErrorIn(name, TOKEN_NAME_LENGTH_MAX)) {
    case null:
      return null
    case 'empty':
      return t('tokens.nameMissing')
    case 'too_long':
      return t('tokens.nameTooLong', { max: TOKEN_NAME_LENGTH_MAX })
    case 'unseen':
      return t('names.unseen')
    case 'marks':
      return t('names.marks')
  }
}

/** The error of the name, as the API reports it; `null`: the refusal has another reason. */
export function tokenNameRefusal(refusal: Problem): string | null {
  if (kindOf(refusal) === 'name-taken') return t('tokens.nameTaken')
  return refusal.errors?.find(({ loc }) => loc[1] === 'name')?.msg ?? null
}
