import type { Problem as ApiProblem } from '../../client/index.ts'
import { formatDuration } from '../i18n/format.ts'
import { keyIfAny, t } from '../i18n/text.ts'

/** A refusal of the API, and after how many seconds it wants to be asked again, if it said so. */
export type Problem = ApiProblem & { retry_after_s?: number }

/** A refusal that the page makes up itself, in the shape of the API's: the server was not reached, or not understood. */
export function ownProblem(kind: 'offline' | 'unexpected' | 'signed-out', status = 0): Problem {
  return { type: `urn:stellwerk:problem:${kind}`, title: '', status, detail: '', instance: location.pathname }
}

/** The last part of a problem's `type`; empty when the status says it all. */
export const kindOf = (problem: Problem): string => /^urn:stellwerk:problem:(.+)$/.exec(problem.type)?.[1] ?? ''

/** Whether no answer came: of that the page tells in one place, for all that it concerns. */
export const isOffline = (problem: Problem): boolean => kindOf(problem) === 'offline'

/** The new one of two refusals, unless it says the same but for its number: what is shown anew is read out anew. */
export const newerOf = (known: Problem | null, given: Problem): Problem =>
  known?.type === given.type && known.status === given.status ? known : given

/** What a refusal means, in the page's language where that is known, else in the API's own words. */
export function explain(problem: Problem): string {
  const { request_id: id } = problem
  if (problem.status === 500 && id !== undefined) return t('problem.status500', { id })
  if (problem.status === 401) return t('problem.signed-out')
  const key = keyIfAny('problem', kindOf(problem))
  if (problem.status === 429 && key === null)
    return t('problem.tooMany', { wait: formatDuration((problem.retry_after_s ?? 60) * 1_000) })
  if (problem.status === 403 && key === null) return t('problem.forbidden')
  return key === null ? problem.detail || problem.title : t(key, { status: problem.status })
}
